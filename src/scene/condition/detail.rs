//! What is known beside the reason of a camera's state: figures, to be put into words by whoever tells.

use super::{CameraState, Reason};
use crate::media::StreamProblem;
use crate::vision::health::Fault;
use serde::{Deserialize, Deserializer, Serialize};

/// What is known beside a reason. Data, not sentences: alerts, lists and pages put it into words, each
/// in its reader's language. Shares are 0 to 1, lengths of the picture in frame pixels.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case")]
pub enum Detail {
    /// The reason says it all.
    #[default]
    None,
    /// As a library, or an earlier version of this program, said it.
    Told {
        /// Its words.
        text: String,
    },
    /// No connection was tried yet.
    NotConnected,
    /// The camera is not attached any more.
    NotAttached,
    /// The recording begins.
    Began,
    /// It sees again.
    Back {
        /// How long it did not, in seconds.
        seconds: f64,
        /// What it was meanwhile.
        from: CameraState,
    },
    /// The stream could not be opened, or goes no further.
    Stream {
        /// Its address, without credentials.
        shown: String,
        /// What is wrong.
        problem: StreamProblem,
    },
    /// The other side ended the stream.
    Ended,
    /// A stage of the program that serves the camera hung.
    Hung {
        /// Its name.
        stage: String,
        /// For so many seconds.
        seconds: f64,
    },
    /// No packet came.
    Silent {
        /// For so many seconds.
        seconds: f64,
    },
    /// The same picture comes.
    Stood {
        /// For so many seconds.
        seconds: f64,
    },
    /// Part of the picture is over-exposed.
    Bright {
        /// Of the picture.
        share: f64,
    },
    /// Part of the view is hidden.
    Hidden {
        /// Of the view.
        share: f64,
    },
    /// Nothing at all is to be seen.
    NothingSeen,
    /// Part of the sharpness is left.
    Sharpness {
        /// Of what it was.
        share: f64,
    },
    /// What stood at a place is to be seen elsewhere in the picture.
    Shifted {
        /// So many pixels to the right.
        across: f64,
        /// So many pixels down.
        down: f64,
        /// Turned by so many degrees, clockwise.
        degrees: f64,
    },
    /// The view lies elsewhere; where, nobody can tell.
    Elsewhere,
    /// The light goes up and down.
    Turns {
        /// So many times a second.
        per_second: f64,
    },
    /// The camera's clock differs from this machine's.
    Clock {
        /// So many seconds ahead; behind, where negative.
        ahead_seconds: f64,
    },
}

impl Detail {
    /// From words of others; of none, nothing.
    pub fn told(text: impl Into<String>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::None } else { Self::Told { text } }
    }

    /// From a column or a record. Earlier versions kept sentences: those are kept as they are.
    pub fn from_record(text: &str) -> Self {
        if text.starts_with('{')
            && let Ok(data) = serde_json::from_str(text)
        {
            return data;
        }
        Self::told(text)
    }

    /// For a column. [`Self::None`] is empty.
    pub fn to_record(&self) -> String {
        match self {
            Self::None => String::new(),
            // Of plain fields alone, so it cannot fail.
            _ => serde_json::to_string(self).unwrap_or_default(),
        }
    }

    /// Reads data, or the sentence that an earlier version wrote in its place.
    pub(super) fn read<'de, D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Form {
            Text(String),
            Data(Detail),
        }
        Ok(match Form::deserialize(from)? {
            Form::Text(text) => Self::told(text),
            Form::Data(data) => data,
        })
    }
}

/// To a tenth, to a hundredth of shares: more is not known.
fn tenth(v: f64) -> f64 {
    (v * 10.0).round() / 10.0
}

fn hundredth(v: f64) -> f64 {
    (v * 100.0).round() / 100.0
}

impl From<&Fault> for Detail {
    fn from(fault: &Fault) -> Self {
        match *fault {
            Fault::Frozen { seconds } => Self::Stood { seconds: tenth(seconds) },
            Fault::Black => Self::None,
            Fault::OverExposed { share } => Self::Bright { share: hundredth(share) },
            Fault::Covered { share: Some(share) } => Self::Hidden { share: hundredth(share) },
            Fault::Covered { share: None } => Self::NothingSeen,
            Fault::Defocused { sharpness } => Self::Sharpness { share: hundredth(sharpness) },
            Fault::Moved { shift: Some(shift) } => {
                // What was at a place is now where the inverse leads.
                let back = shift.inverse();
                Self::Shifted {
                    across: tenth(back.dx),
                    down: tenth(back.dy),
                    degrees: tenth(shift.degrees()),
                }
            }
            Fault::Moved { shift: None } => Self::Elsewhere,
            Fault::Flicker { per_second } => Self::Turns { per_second: tenth(per_second) },
        }
    }
}

impl From<Fault> for (Reason, Detail) {
    fn from(fault: Fault) -> Self {
        (Reason::from(&fault), Detail::from(&fault))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_text_of_an_earlier_version_is_kept(text in ".*") {
            let read = Detail::from_record(&text);
            let kept = matches!(&read, Detail::Told { text: t } if *t == text);
            let is_data = text.starts_with('{') && !matches!(read, Detail::Told { .. });
            prop_assert!(kept || is_data || text.is_empty() && read == Detail::None);
        }

        #[test]
        fn figures_come_back_from_a_record(tenths in -5000i32..5000, percent in 0i32..100) {
            let (x, share) = (f64::from(tenths) / 10.0, f64::from(percent) / 100.0);
            for detail in [
                Detail::Shifted { across: x, down: -x, degrees: share },
                Detail::Hidden { share },
                Detail::Clock { ahead_seconds: x },
                Detail::Stream {
                    shown: "rtsp://camera/1".to_owned(),
                    problem: StreamProblem::NoAnswer(share),
                },
                Detail::Stream { shown: String::new(), problem: StreamProblem::UnknownHost },
                Detail::Back { seconds: share, from: CameraState::Blind },
                Detail::Elsewhere,
                Detail::None,
            ] {
                prop_assert_eq!(Detail::from_record(&detail.to_record()), detail);
            }
        }
    }
}
