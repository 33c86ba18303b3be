//! What a graph says of its own inputs and outputs, in the project's words.

use ort::session::Session;
use ort::value::{TensorElementType, ValueType};
use std::fmt;

/// Numbers that a tensor holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ElementType {
    /// 32-bit floating point.
    Float32,
    /// 16-bit floating point.
    Float16,
    /// Bytes.
    Uint8,
    /// 32-bit integers.
    Int32,
    /// 64-bit integers.
    Int64,
    /// Anything else: no detector's input or output here.
    Other,
}

impl ElementType {
    /// As manifests and messages write it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Float32 => "float32",
            Self::Float16 => "float16",
            Self::Uint8 => "uint8",
            Self::Int32 => "int32",
            Self::Int64 => "int64",
            Self::Other => "another type",
        }
    }
}

/// One input or output of a graph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Port {
    /// Its name in the graph.
    pub name: String,
    /// Its numbers.
    pub kind: ElementType,
    /// Its dimensions; −1 where the graph leaves one free.
    pub dims: Vec<i64>,
}

impl Port {
    /// Dimension `i` where the graph fixes it.
    pub fn fixed(&self, i: usize) -> Option<usize> {
        self.dims.get(i).and_then(|&n| usize::try_from(n).ok()).filter(|&n| n > 0)
    }
}

impl fmt::Display for Port {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let dims: Vec<String> =
            self.dims.iter().map(|&n| if n < 0 { "?".into() } else { n.to_string() }).collect();
        write!(f, "\"{}\" {} [{}]", self.name, self.kind.name(), dims.join(", "))
    }
}

/// A graph's inputs and outputs, in its order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Signature {
    /// What it takes.
    pub inputs: Vec<Port>,
    /// What it gives.
    pub outputs: Vec<Port>,
}

impl Signature {
    /// As the runtime reads them from the file.
    pub fn of(session: &Session) -> Self {
        let port = |name: &str, value: &ValueType| Port {
            name: name.to_owned(),
            kind: match value.tensor_type() {
                Some(TensorElementType::Float32) => ElementType::Float32,
                Some(TensorElementType::Float16) => ElementType::Float16,
                Some(TensorElementType::Uint8) => ElementType::Uint8,
                Some(TensorElementType::Int32) => ElementType::Int32,
                Some(TensorElementType::Int64) => ElementType::Int64,
                _ => ElementType::Other,
            },
            dims: value.tensor_shape().map(|s| s.to_vec()).unwrap_or_default(),
        };
        Self {
            inputs: session.inputs().iter().map(|i| port(i.name(), i.dtype())).collect(),
            outputs: session.outputs().iter().map(|o| port(o.name(), o.dtype())).collect(),
        }
    }

    /// The input that takes pictures: the first of four dimensions.
    pub fn picture(&self) -> Option<&Port> {
        self.inputs.iter().find(|p| p.dims.len() == 4)
    }

    /// The output of that name; `name:0`, as TensorFlow writes it, is the same.
    pub fn output(&self, name: &str) -> Option<&Port> {
        let bare = |n: &str| n.strip_suffix(":0").unwrap_or(n).to_owned();
        self.outputs.iter().find(|p| p.name == name).or_else(|| {
            let name = bare(name);
            self.outputs.iter().find(|p| bare(&p.name) == name)
        })
    }

    /// The outputs, for a message.
    pub fn outputs_told(&self) -> String {
        let all: Vec<String> = self.outputs.iter().map(ToString::to_string).collect();
        if all.is_empty() { "none".into() } else { all.join(", ") }
    }
}
