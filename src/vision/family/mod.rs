//! Model families: how a graph's outputs become boxes, one file a family.
//!
//! What enters: the tensors a graph gave. What leaves: [`RawDetection`]s. A family is chosen by the
//! `family` of a model's manifest entry; what differs between graphs of one family is an option of
//! the entry, never a question of the model's name.

mod ask;
mod boxes;
mod catalogue;
mod decode;
mod detr;
mod fault;
mod head;
pub mod nanodet;
mod outputs;
mod scores;
mod yolo;
mod yolo_end2end;
mod yolox;

pub(super) use ask::Ask;
pub use ask::RawDetection;
pub(super) use catalogue::{Refusal, build};
pub use catalogue::{input, names, needs};
pub use decode::{Decoder, decode};
pub(super) use decode::{failed, finish, refused};
pub(super) use head::Head;
pub use outputs::{Output, Outputs, Values};
pub(super) use scores::Scratch;
