//! Which provisions of law a violation falls under, by kind, class and date.
//!
//! What enters: a kind, a class, a local date, and what was measured. What leaves: the provisions in
//! force then, with how sure each citation is, how those in force together relate, and what a
//! reviewer has to think of. Where several apply, all are given and none is chosen: the system
//! proposes, an officer decides. No penalty is computed; a text's own range is information that
//! only `streetward law` shows, and no event carries it.

mod around;
mod citation;
mod provision;
mod table;

pub use around::{Amendment, Exempt, Exemption, Gap, Related, Relation, RelationKind, Topic};
pub use citation::{Citation, Conduct, Overlap, citation, provision, provisions};
pub use provision::{Confidence, Provision, Text};
pub use table::{Article, Range, Table, table};
