//! Which provision of law a violation falls under, by kind, class and date.
//!
//! What enters: a kind, a class and a local date. What leaves: the provision in force then, with
//! how sure the citation is. No penalty is known here: the system proposes, an officer decides.

mod provision;

pub use provision::{Confidence, Provision, provision};
