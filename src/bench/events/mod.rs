//! Events against labels: how many violations are found, how late, and how many alarms are false.
//!
//! What enters: a suite of labelled clips. What happens: each clip goes through the real pipeline
//! with evidence, as `batch` does it; its observations are judged once more to learn when each
//! incident opened; events and labels are matched one to one. What leaves: [`EventsFigures`].
//!
//! # When an event is the labelled one
//! Its kind is the label's (other names in use, such as `red_light_violation`, are understood). Its
//! zone or line is the label's, where both name one of the camera's. And the times agree within the
//! tolerance T, 1 s unless said:
//! * of what happens at an instant (`red_light`, `solid_line`, `banned_turn`): |moment − label start| ≤ T;
//! * of what passes by (`wrong_way`, `speeding`, `overloading`, `no_helmet`): the moment lies between
//!   the label's start − T and its end + T;
//! * of all others, which last: |start − label start| ≤ T; or the two spans share half of what they
//!   cover together or more.
//!
//! As many labels as can be are found, each by one event; among equally many pairs those of the right
//! subject come first, then those nearest in time. Where a label says where its subject is, the
//! event's box at that time (seen within 0.5 s of it) is right when the two overlap by 0.3, or the middle
//! of one lies in the other; otherwise the label is found but counted as of the *wrong subject*.
//!
//! An event left over is a *duplicate* when it is of the same kind and place as a label that was
//! found, lies in its span (± T) and is not of another subject; it is *excused* in a span to ignore or
//! as a second chance of an optional label; otherwise it is a *false alarm*. Precision is found ÷
//! (found + false alarms + duplicates), recall found ÷ labels; where there is nothing to count, 1.

mod bench;
mod error;
mod facts;
mod figures;
mod kind_name;
mod labels;
mod matching;
mod prepared;
mod score;
mod spans;
mod still;
mod times;

pub use bench::{EventsBench, LoadModel};
pub use error::EventsError;
pub use facts::EventFacts;
pub use figures::{ClipFigures, EventsFigures, FalseAlarm, Finding, Miss, Span};
pub use kind_name::{KINDS, Timing, canonical, timing};
pub use labels::{Ignored, Label, LabelError, Labels};
pub use matching::{Found, Matched, match_events};
pub use prepared::{Prepared, prepare};
pub use score::{Score, Spread};
