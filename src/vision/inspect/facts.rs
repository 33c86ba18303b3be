//! What is known of an ONNX file before anything is concluded from it.

use super::super::signature::{ElementType, Port, Signature};
use super::names;
use std::collections::BTreeMap;

/// What an exporter wrote beside the graph.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Metadata {
    /// The program that wrote the file.
    pub producer: Option<String>,
    /// Its own keys, as Ultralytics-like exporters write them: `names`, `imgsz`, `task`…
    pub keys: BTreeMap<String, String>,
}

impl Metadata {
    fn get(&self, keys: &[&str]) -> Option<&str> {
        keys.iter().find_map(|k| self.keys.get(*k)).map(|v| v.trim()).filter(|v| !v.is_empty())
    }

    /// The names of its classes, and the key they stand under.
    pub fn names(&self) -> Option<(&'static str, Vec<String>)> {
        ["names", "class_names", "classes", "labels"]
            .into_iter()
            .find_map(|key| Some((key, names::parse(self.get(&[key])?)?)))
    }

    /// What it was trained for: `detect`, `segment`…
    pub fn task(&self) -> Option<&str> {
        self.get(&["task"])
    }

    /// Width and height that the exporter recommends, written height first or as one number.
    pub fn image_size(&self) -> Option<(usize, usize)> {
        let text = self.get(&["imgsz", "input_size", "image_size"])?;
        let mut sides = text
            .split(|c: char| !c.is_ascii_digit())
            .filter(|s| !s.is_empty())
            .map(|s| s.parse::<usize>().ok().filter(|n| (16..=8192).contains(n)));
        let height = sides.next()??;
        let width = sides.next().unwrap_or(Some(height))?;
        Some((width, height))
    }

    /// Whether the exporter says that nothing is to be suppressed any more.
    pub fn end2end(&self) -> bool {
        self.get(&["end2end"]).is_some_and(|v| v.eq_ignore_ascii_case("true"))
    }

    /// Its licence, as the exporter writes it.
    pub fn licence(&self) -> Option<&str> {
        self.get(&["license", "licence"])
    }

    /// Who made it, as the exporter writes it.
    pub fn origin(&self) -> Option<&str> {
        self.get(&["origin", "docs", "author", "description"])
    }
}

/// What the graph answered to one picture, and the size of the input it ran with.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Answer {
    /// Width and height of the input, in pixels.
    pub size: (usize, usize),
    /// Whether the graph takes the picture's own size as a further input.
    pub takes_size: bool,
    /// What the graph gave, in its order.
    pub outputs: Vec<Given>,
}

/// One output as it was given.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// Its name in the graph.
    pub name: String,
    /// Its numbers' type.
    pub kind: ElementType,
    /// Its dimensions.
    pub dims: Vec<usize>,
    /// Its numbers, row by row; empty where they are of no use.
    pub values: Vec<f32>,
}

impl Given {
    /// The last dimension's rows.
    pub fn rows(&self) -> impl Iterator<Item = &[f32]> {
        self.values.chunks_exact(self.dims.last().copied().unwrap_or(1).max(1))
    }

    /// For messages.
    pub fn port(&self) -> Port {
        let dims = self.dims.iter().map(|&n| n as i64).collect();
        Port { name: self.name.clone(), kind: self.kind, dims }
    }
}

impl Answer {
    /// The output of that name; `name:0`, as TensorFlow writes it, is the same.
    pub fn output(&self, name: &str) -> Option<&Given> {
        self.outputs.iter().find(|o| o.name.strip_suffix(":0").unwrap_or(&o.name) == name)
    }

    /// The first output there is of these names.
    pub fn any(&self, names: &[&str]) -> Option<&Given> {
        names.iter().find_map(|name| self.output(name))
    }

    /// The outputs, for a message.
    pub fn told(&self) -> String {
        let outputs = self.outputs.iter().map(Given::port).collect();
        Signature { inputs: Vec::new(), outputs }.outputs_told()
    }
}

/// Where a conclusion comes from, and how sure it is.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Finding {
    /// What it is about: `family`, `input`, `channels`…
    pub about: &'static str,
    /// The conclusion, in the manifest's words.
    pub value: String,
    /// What it rests on.
    pub because: String,
    /// What to do where it is wrong; `None` where the file itself says it.
    pub otherwise: Option<String>,
}

impl Finding {
    /// What the file itself says.
    pub fn read(about: &'static str, value: impl Into<String>, because: impl Into<String>) -> Self {
        Self { about, value: value.into(), because: because.into(), otherwise: None }
    }

    /// What was taken because the file does not say it.
    pub fn taken(
        about: &'static str,
        value: impl Into<String>,
        because: impl Into<String>,
        otherwise: impl Into<String>,
    ) -> Self {
        Self { otherwise: Some(otherwise.into()), ..Self::read(about, value, because) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn metadata(keys: &[(&str, &str)]) -> Metadata {
        let keys = keys.iter().map(|(k, v)| ((*k).into(), (*v).into())).collect();
        Metadata { producer: None, keys }
    }

    #[test]
    fn what_exporters_write_beside_the_graph_is_understood() {
        let told = metadata(&[
            ("names", "{0: 'helmet', 1: 'head'}"),
            ("imgsz", "[480, 640]"),
            ("end2end", "True"),
            ("license", "AGPL-3.0"),
        ]);
        assert_eq!(told.names().unwrap().1, ["helmet", "head"]);
        assert_eq!((told.image_size(), told.end2end()), (Some((640, 480)), true));
        assert_eq!((told.licence(), told.task()), (Some("AGPL-3.0"), None));
        assert_eq!(metadata(&[("imgsz", "640")]).image_size(), Some((640, 640)));
        for odd in ["", "large", "[0, 640]", "[640, 99999]"] {
            assert_eq!(metadata(&[("imgsz", odd)]).image_size(), None, "{odd}");
        }
    }
}
