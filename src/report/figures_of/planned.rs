//! What was planned and installed, as the register says.

use crate::store::RegisterCounts;

/// What a city has planned, as far as it is known.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Planned {
    /// Cameras in all.
    pub cameras: Option<u64>,
    /// Cameras by ward: planned, and installed by the register; empty: nobody has said.
    pub wards: Vec<(String, u64, u64)>,
}

impl Planned {
    /// The same, with what the register says where nobody has said otherwise.
    pub(super) fn with_register(&self, counts: &RegisterCounts) -> Self {
        let wards = counts.by_ward().into_iter();
        let of_register = wards.map(|w| (w.ward, w.planned + w.installed, w.installed));
        Self {
            cameras: self.cameras.or((counts.wanted > 0).then_some(counts.wanted)),
            wards: if self.wards.is_empty() { of_register.collect() } else { self.wards.clone() },
        }
    }
}
