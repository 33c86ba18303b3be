//! A model as a manifest describes it.

use super::VisionError;
use super::classes::{ClassMap, ClassTable};
use super::entry::{DataEntry, InputEntry, OutputEntry, Thresholds, is_default};
use super::processor::Instructions;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

/// A model as the manifest describes it.
#[derive(Debug, Clone, PartialEq, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct ModelEntry {
    /// The name configuration uses.
    pub name: String,
    /// File name within a models folder.
    pub file: String,
    /// Lower-case hex of the whole file.
    pub sha256: String,
    /// How its outputs are read; see [`super::family::names`].
    pub family: String,
    /// Name of its class table; empty where `class_names` has them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub classes: String,
    /// The names of its classes, in the model's order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub class_names: Vec<String>,
    /// SPDX expression.
    pub licence: String,
    /// Where it comes from.
    pub origin: String,
    /// Used where nothing is configured.
    #[serde(default)]
    pub default: bool,
    /// Used in the default's place where the processor has these instructions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default_with: Option<Instructions>,
    /// Files beside it that hold its weights, where its own does not.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub data: Vec<DataEntry>,
    /// What differs from the family's usual input.
    #[serde(default, skip_serializing_if = "is_default")]
    pub input: InputEntry,
    /// What differs from the family's usual outputs.
    #[serde(default, skip_serializing_if = "is_default")]
    pub output: OutputEntry,
    /// What differs from the family's usual thresholds.
    #[serde(default, skip_serializing_if = "is_default")]
    pub thresholds: Thresholds,
    /// What set-up makes it of; nothing to the program.
    #[serde(default, skip_serializing)]
    pub source: Option<IgnoredAny>,
}

impl ModelEntry {
    /// Its classes in a word or two: the table's name, or how many names it has.
    pub fn classes_told(&self) -> String {
        match self.class_names.len() {
            0 => self.classes.clone(),
            1 => "1 name".to_owned(),
            n => format!("{n} names"),
        }
    }

    /// Its class numbers: their names, and what `map` makes of them.
    ///
    /// # Errors
    /// [`VisionError::ModelEntry`], [`VisionError::ModelClasses`].
    pub fn class_table(&self, map: &ClassMap) -> Result<ClassTable, VisionError> {
        match (self.classes.as_str(), self.class_names.as_slice()) {
            ("", names @ [_, ..]) => Ok(ClassTable::new("class_names", names, map)),
            ("", []) | (_, [_, ..]) => Err(VisionError::ModelClasses { name: self.name.clone() }),
            (table, []) => ClassTable::named(table, map).ok_or_else(|| VisionError::ModelEntry {
                name: self.name.clone(),
                key: "classes",
                found: table.to_owned(),
                known: format!("{} (or class_names = [...])", ClassTable::titles().join(", ")),
            }),
        }
    }
}
