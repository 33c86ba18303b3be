//! Model families: how a graph's outputs become boxes, one file a family.
//!
//! What enters: the tensors a graph gave. What leaves: [`RawDetection`]s. A family is chosen by the
//! `family` of a model's manifest entry; what differs between graphs of one family is an option of
//! the entry, never a question of the model's name.

mod boxes;
mod decode;
mod detr;
mod head;
pub mod nanodet;
mod outputs;
mod scores;
mod yolo;
mod yolo_end2end;
mod yolox;

pub(super) use decode::{Ask, failed, finish, refused};
pub use decode::{Decoder, RawDetection, decode};
pub(super) use head::{Head, Refusal, build};
pub use head::{input, names, needs};
pub use outputs::{Output, Outputs, Values};
pub(super) use scores::Scratch;
