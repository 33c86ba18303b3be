//! Cut-outs on real footage.

use crate::bench::scenes::composite::Composite;

pub(super) fn all() -> Vec<Composite> {
    Vec::new()
}
