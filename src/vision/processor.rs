//! What the main processor can do that makes one model a better choice than another.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Instructions that a model is made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Instructions {
    /// Dot products of bytes (Intel's "Vector Neural Network Instructions", in AVX-512 or AVX).
    Vnni,
}

impl Instructions {
    /// Whether this processor has them. Only x86-64 is known to: Arm's dot products are not measured.
    pub fn here(self) -> bool {
        match self {
            #[cfg(target_arch = "x86_64")]
            Self::Vnni => {
                is_x86_feature_detected!("avx512vnni") || is_x86_feature_detected!("avxvnni")
            }
            #[cfg(not(target_arch = "x86_64"))]
            Self::Vnni => false,
        }
    }
}

impl fmt::Display for Instructions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Vnni => "VNNI",
        })
    }
}
