//! The tensors of one run, by name.

use super::super::signature::{ElementType, Port, Signature};
use super::fault::Fault;
use ndarray::{ArrayViewD, Axis, Ix1, Ix2};

/// A tensor's numbers.
#[derive(Debug, Clone)]
pub enum Values<'a> {
    /// 32-bit floating point.
    F32(ArrayViewD<'a, f32>),
    /// 64-bit integers.
    I64(ArrayViewD<'a, i64>),
    /// 32-bit integers.
    I32(ArrayViewD<'a, i32>),
}

impl Values<'_> {
    /// Its dimensions.
    pub fn shape(&self) -> &[usize] {
        match self {
            Self::F32(a) => a.shape(),
            Self::I64(a) => a.shape(),
            Self::I32(a) => a.shape(),
        }
    }

    const fn kind(&self) -> ElementType {
        match self {
            Self::F32(_) => ElementType::Float32,
            Self::I64(_) => ElementType::Int64,
            Self::I32(_) => ElementType::Int32,
        }
    }
}

/// One tensor that a graph gave.
#[derive(Debug, Clone)]
pub struct Output<'a> {
    /// Its name in the graph.
    pub name: &'a str,
    /// Its numbers, all pictures of the batch together.
    pub values: Values<'a>,
}

/// The tensors of one run.
#[derive(Debug, Default)]
pub struct Outputs<'a>(pub Vec<Output<'a>>);

impl<'a> Outputs<'a> {
    /// What a graph with these outputs would say of itself.
    pub fn signature(&self) -> Signature {
        let port = |o: &Output<'_>| Port {
            name: o.name.to_owned(),
            kind: o.values.kind(),
            dims: o.values.shape().iter().map(|&n| n as i64).collect(),
        };
        Signature { inputs: Vec::new(), outputs: self.0.iter().map(port).collect() }
    }

    fn get(&self, name: &str) -> Result<&Output<'a>, Fault> {
        let found = self.0.iter().find(|o| o.name == name);
        found.ok_or_else(|| Fault::Shape(format!("it gave no output \"{name}\" this time")))
    }

    /// One picture's part of a float output of three dimensions, `[rows, columns]`, as one slice.
    /// Without a dimension for the batch, the one picture's part is all of it.
    pub(super) fn table(&self, name: &str, picture: usize) -> Result<Table<'_>, Fault> {
        let output = self.get(name)?;
        let odd = || told(output, "[n, rows, columns] of float32");
        let Values::F32(array) = &output.values else { return Err(odd()) };
        let own = match (array.ndim(), array.shape().first()) {
            (3, Some(&n)) if picture < n => array.index_axis(Axis(0), picture),
            (2, _) if picture == 0 => array.view(),
            _ => return Err(odd()),
        };
        let own = own.into_dimensionality::<Ix2>().map_err(|_| odd())?;
        let (rows, columns) = own.dim();
        let values = own.to_slice().ok_or_else(odd)?;
        Ok(Table { values, rows, columns })
    }

    /// One picture's part of an output of two dimensions, a number a row, whatever its type.
    pub(super) fn column(&self, name: &str, picture: usize) -> Result<Column<'_>, Fault> {
        let output = self.get(name)?;
        let odd = || told(output, "[n, rows]");
        let ndim = output.values.shape().len();
        macro_rules! own {
            ($array:expr, $kind:path) => {{
                let own = match (ndim, $array.shape().first()) {
                    (2, Some(&n)) if picture < n => $array.index_axis(Axis(0), picture),
                    // [n, rows, 1], as some exports leave it.
                    (3, Some(&n)) if picture < n && $array.shape()[2] == 1 => {
                        $array.index_axis(Axis(0), picture).index_axis_move(Axis(1), 0)
                    }
                    (1, _) if picture == 0 => $array.view(),
                    _ => return Err(odd()),
                };
                let own = own.into_dimensionality::<Ix1>().map_err(|_| odd())?;
                own.to_slice().map($kind).ok_or_else(odd)
            }};
        }
        match &output.values {
            Values::F32(a) => own!(a, Column::F32),
            Values::I64(a) => own!(a, Column::I64),
            Values::I32(a) => own!(a, Column::I32),
        }
    }

    /// One picture's number in an output that has one for each.
    pub(super) fn number(&self, name: &str, picture: usize) -> Result<f64, Fault> {
        let output = self.get(name)?;
        let value = match &output.values {
            Values::F32(a) => a.iter().nth(picture).map(|&v| f64::from(v)),
            Values::I64(a) => a.iter().nth(picture).map(|&v| v as f64),
            Values::I32(a) => a.iter().nth(picture).map(|&v| f64::from(v)),
        };
        value.ok_or_else(|| told(output, "[n]"))
    }
}

fn told(output: &Output<'_>, wanted: &str) -> Fault {
    let (name, shape) = (output.name, output.values.shape());
    Fault::Shape(format!("its output \"{name}\" came as {shape:?}, not {wanted}"))
}

/// A float table of one picture.
#[derive(Debug, Clone, Copy)]
pub(super) struct Table<'a> {
    /// Row by row.
    pub(super) values: &'a [f32],
    pub(super) rows: usize,
    pub(super) columns: usize,
}

impl<'a> Table<'a> {
    /// Row `i`, which must exist.
    pub(super) fn row(&self, i: usize) -> &'a [f32] {
        &self.values[i * self.columns..(i + 1) * self.columns]
    }
}

/// One number a row.
#[derive(Debug, Clone, Copy)]
pub(super) enum Column<'a> {
    F32(&'a [f32]),
    I64(&'a [i64]),
    I32(&'a [i32]),
}

impl Column<'_> {
    pub(super) const fn len(&self) -> usize {
        match self {
            Self::F32(v) => v.len(),
            Self::I64(v) => v.len(),
            Self::I32(v) => v.len(),
        }
    }

    /// Number `i`, which must exist.
    pub(super) fn at(&self, i: usize) -> f32 {
        match self {
            Self::F32(v) => v[i],
            Self::I64(v) => v[i] as f32,
            Self::I32(v) => v[i] as f32,
        }
    }
}
