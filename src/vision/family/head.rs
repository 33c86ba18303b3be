//! What all families are to the rest: a head that reads outputs.

use super::super::classes::ClassTable;
use super::super::model_entry::ModelEntry;
use super::super::signature::{ElementType, Port, Signature};
use super::ask::{Ask, RawDetection};
use super::fault::Fault;
use super::outputs::Outputs;
use super::scores::Scratch;

/// Reads the outputs of one loaded model.
pub trait Head: Send + Sync {
    /// Appends what picture `picture` of the batch shows at `ask.min_score` or above, boxes in
    /// pixels of the input.
    ///
    /// # Errors
    /// Outputs that cannot be read.
    fn decode(
        &self,
        outputs: &Outputs<'_>,
        picture: usize,
        ask: &Ask<'_>,
        scratch: &mut Scratch,
        out: &mut Vec<RawDetection>,
    ) -> Result<(), Fault>;

    /// Overlap from which on the less confident of two boxes goes; `None` where the graph has seen
    /// to it.
    fn nms_iou(&self) -> Option<f32>;

    /// The input that takes each picture's width and height, where the graph has one.
    fn size_input(&self) -> Option<&str> {
        None
    }

    /// Pictures in a run, where the outputs leave no room for a batch.
    fn batch(&self) -> Option<usize> {
        None
    }
}

/// The one output of a graph, or the one the entry names.
pub(super) fn only<'a>(
    entry: &ModelEntry,
    signature: &'a Signature,
    needs: &str,
) -> Result<&'a Port, String> {
    if let Some(name) = &entry.output.boxes {
        return named(signature, name);
    }
    let mut tables = signature.outputs.iter().filter(|p| p.dims.len() == 3);
    match (tables.next(), tables.next()) {
        (Some(one), None) => Ok(one),
        (None, _) => Err(unknown(signature, needs)),
        (Some(_), Some(_)) => Err(format!(
            "{}; where one of them has all of it, name it as output.boxes",
            unknown(signature, needs)
        )),
    }
}

/// The output of that name.
pub(super) fn named<'a>(signature: &'a Signature, name: &str) -> Result<&'a Port, String> {
    signature.output(name).ok_or_else(|| {
        format!("it has no output \"{name}\"; its outputs are {}", signature.outputs_told())
    })
}

/// That the outputs are not the family's, which are `needs`.
pub(super) fn unknown(signature: &Signature, needs: &str) -> String {
    format!("its outputs are {}, and it needs {needs}", signature.outputs_told())
}

/// That an output must be of 32-bit floating point.
pub(super) fn floats(port: &Port) -> Result<&str, String> {
    match port.kind {
        ElementType::Float32 => Ok(&port.name),
        ElementType::Float16 => Err(format!(
            "its output {port} is float16, which is not read here; export it with float32 inputs \
             and outputs"
        )),
        _ => Err(format!("its output {port} is not float32")),
    }
}

/// That an output has as many classes as the table.
pub(super) fn counted(found: usize, classes: &ClassTable) -> Result<(), String> {
    let (title, known) = (classes.title(), classes.len());
    if found == known {
        return Ok(());
    }
    let is = if found == 1 { "class" } else { "classes" };
    Err(format!("its output has {found} {is}, the table {title} has {known}"))
}

/// The index of class number `raw` in the table; `None` for a number below the first, which means
/// background.
pub(super) fn class_index(
    raw: f32,
    base: usize,
    classes: usize,
    output: &str,
) -> Result<Option<usize>, Fault> {
    if !raw.is_finite() {
        return Err(Fault::NotFinite(output.to_owned()));
    }
    let index = raw.round() as i64 - base as i64;
    match usize::try_from(index) {
        Ok(index) if index < classes => Ok(Some(index)),
        Ok(_) => Err(Fault::Shape(format!(
            "its output \"{output}\" has class number {raw}, and the table has {classes} classes \
             from {base} on; correct classes or output.class_base in the manifest"
        ))),
        Err(_) => Ok(None),
    }
}
