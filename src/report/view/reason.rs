//! Why a view is not good, and what to do about it, in words.

use crate::report::document::Words;
use serde::{Serialize, Serializer};

/// What is to be done with a camera.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Advice {
    /// Leave it as it is.
    Keep,
    /// Look at more before anything is said.
    Watch,
    /// Put right what is broken: clean, focus, repair.
    Repair,
    /// Light what it looks at.
    Light,
    /// Turn it, or zoom.
    Turn,
    /// Put it elsewhere.
    Move,
}

impl Advice {
    /// For people.
    pub fn said(self) -> Words {
        match self {
            Self::Keep => Words::new("Giữ nguyên", "Keep"),
            Self::Watch => Words::new("Theo dõi thêm", "Observe further"),
            Self::Repair => Words::new("Sửa chữa, vệ sinh", "Repair or clean"),
            Self::Light => Words::new("Bổ sung chiếu sáng", "Light the place"),
            Self::Turn => Words::new("Chỉnh lại hướng nhìn", "Turn or zoom"),
            Self::Move => Words::new("Dời vị trí", "Move"),
        }
    }
}

/// Why a view is not good.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ViewReason {
    /// A word for programs: `covered`, `dark_night`, `small`.
    pub code: &'static str,
    /// By how much, 0 to 1: what the score loses by it.
    pub loss: f64,
    /// In words.
    #[serde(serialize_with = "both")]
    pub said: Words,
    /// What to do.
    pub advice: Advice,
}

/// Both languages, as the API writes them.
pub(super) fn both<S: Serializer>(words: &Words, serializer: S) -> Result<S::Ok, S::Error> {
    #[derive(Serialize)]
    struct Both<'a> {
        vi: &'a str,
        en: &'a str,
    }
    Both { vi: &words.vi, en: &words.en }.serialize(serializer)
}

/// A share in percent, without decimals.
pub(super) fn percent(share: f64) -> String {
    format!("{:.0}", 100.0 * share)
}
