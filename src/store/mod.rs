//! What was found, kept: events and runs in a database, files written whole or not at all.
//!
//! What enters: [`EventRecord`]s of sealed evidence, [`RunRecord`]s of the commands that made them.
//! What leaves: the same, filtered and in order of time. [`Store`] is the only way in; the database
//! behind it is known to `database` alone; the `*_table` files speak to it in statements that SQLite
//! and PostgreSQL both understand.

mod atomic;
mod audit;
mod audit_chain;
mod audit_guard;
mod audit_table;
mod bulk;
mod chain;
mod chain_entering;
mod chain_key;
mod chain_stamps;
mod chain_table;
mod check;
mod database;
mod error;
mod escalation;
mod escalation_table;
mod event_table;
mod evidence_state;
mod figure_table;
mod filter;
mod handle;
mod handover;
mod handover_table;
mod health;
mod health_table;
mod hold;
mod hold_table;
mod inventory;
mod judge_state;
mod letter;
mod lock;
mod login_table;
mod observations;
mod outbox;
mod outbox_table;
mod place;
mod place_names;
mod place_table;
mod plate_table;
mod plate_term;
mod precision_table;
mod protection;
mod protection_table;
mod queue;
mod queue_count;
mod queue_due;
mod queue_found;
mod queue_narrow;
mod queue_parts;
mod queue_table;
mod record;
mod register;
mod register_table;
mod result;
mod result_table;
mod retention;
mod retention_alarm;
mod retention_item;
mod retention_table;
mod review;
mod review_table;
mod run;
mod run_table;
mod scene_version;
mod search_table;
mod session_table;
mod sighting;
mod sighting_table;
mod standing_state;
mod storage;
mod subject_place;
mod tally_guard;
mod tally_recount;
mod tally_table;
mod tidy;
mod token_table;
mod user;
mod user_table;
mod view_looks;
mod word;

pub use atomic::write_atomically;
pub use audit::{ActorKind, AuditEntry, AuditFilter, AuditHead, FIRST_PREVIOUS, NewEntry};
pub use audit_chain::{AuditBreak, AuditVerdict};
pub(crate) use audit_table::RESETS;
pub use chain::ChainGrown;
pub use check::{CheckReport, Fault, FaultKind, check};
pub use database::Carried;
pub use error::StoreError;
pub use escalation::{Overdue, OverdueCount, OverdueOf, Stage, ToldLately};
pub use evidence_state::EvidenceState;
pub use figure_table::FigureRow;
pub use filter::{Cursor, EventFilter};
pub use handle::Store;
pub use handover::{
    HandoverRequest, PackRecord, RequestDecision, RequestState, RequestedEvent, RequestedRange,
};
pub use health::{ServiceTime, StateRecord};
pub use hold::{Hold, HoldFilter, HoldLifted, HoldPut, Lifted};
pub use inventory::{Inventory, UndecidedRequest};
pub use judge_state::{load_judge_state, save_judge_state};
pub use letter::{Letter, LetterState, OutboxCount, OutboxLetter};
pub use observations::{
    LIVE_RECORD_FORMAT, LiveObservationWriter, ObservationReader, ObservationWriter, RECORD_FORMAT,
    RecordEnd, RecordError, RecordFooter, RecordHeader, RecordModel, Recorder, Watched,
    finish_records, records_of,
};
pub use plate_term::PlateTerms;
pub use precision_table::FoundRow;
pub use queue::{
    Counted, QueueCursor, QueueFilter, QueueOrder, QueuePage, QueueScope, StoreMark, TallyBy,
    TallyRow,
};
pub use record::{EventRecord, Put, Status};
pub use register::{
    RegisterCamera, RegisterChange, RegisterContract, RegisterCount, RegisterCounts, RegisterMove,
    RegisterPlace, RegisterPosition, RegisterSpot, RegisterState,
};
pub use result::{EventResult, Handling, NewResult, ResultEntered};
pub use retention::{Removal, RetentionPlan};
pub use retention_item::{Item, ItemClass, Why};
pub use review::{Action, Change, Decision, Outcome, ReviewState, SecondLook};
pub use run::{RunRecord, RunSource, SourceOutcome};
pub use scene_version::SceneVersion;
pub use search_table::SavedSearch;
pub use sighting::{MOST_GAP_SECONDS, SAME_PLACE};
pub use standing_state::{StandingState, StoodThing};
pub use storage::{Storage, StorageHealth, StorageState};
pub use subject_place::Place;
pub use tidy::Tidied;
pub use user::{
    Ending, LoginTries, SessionRecord, TokenRecord, TriesAfter, TriesBefore, TryBy, UserChange,
    UserRecord,
};
pub use view_looks::ViewLooks;
pub use word::{from_word, word};
