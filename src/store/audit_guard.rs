//! What makes the audit trail and the history of decisions append-only inside the database: triggers, in each database's words.

/// SQLite's. Laid anew at every start of a writer: one that was dropped comes back. `INSERT OR
/// REPLACE` fires no trigger of deletion (<https://www.sqlite.org/lang_conflict.html>), so an entry
/// may only come after the last.
pub(super) const SQLITE: [&str; 5] = [
    "CREATE TRIGGER IF NOT EXISTS audit_not_changed BEFORE UPDATE ON audit
     BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS audit_not_removed BEFORE DELETE ON audit
     BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS audit_in_order BEFORE INSERT ON audit
     WHEN NEW.number <> (SELECT COALESCE(MAX(number), 0) + 1 FROM audit)
     BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS decision_not_changed BEFORE UPDATE ON decisions
     BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS decision_not_removed BEFORE DELETE ON decisions
     BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END",
];
