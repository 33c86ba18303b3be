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

/// PostgreSQL's triggers.
pub(super) const NAMES: [&str; 5] = [
    "audit_not_changed",
    "audit_not_emptied",
    "audit_in_order",
    "decision_not_changed",
    "decision_not_emptied",
];

/// PostgreSQL's. Laid anew as well; they fire for whoever applies changes of another server, too
/// (<https://www.postgresql.org/docs/15/sql-altertable.html>, ENABLE ALWAYS TRIGGER).
pub(super) const POSTGRES: [&str; 12] = [
    "CREATE OR REPLACE FUNCTION streetward_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN RAISE EXCEPTION '% append-only', TG_ARGV[0]; END $$",
    "CREATE OR REPLACE FUNCTION streetward_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN
         IF NEW.number <> (SELECT COALESCE(MAX(number), 0) + 1 FROM audit) THEN
             RAISE EXCEPTION 'the audit trail is append-only';
         END IF;
         RETURN NEW;
     END $$",
    "CREATE OR REPLACE TRIGGER audit_not_changed BEFORE UPDATE OR DELETE ON audit
     FOR EACH ROW EXECUTE FUNCTION streetward_append_only('the audit trail is')",
    "CREATE OR REPLACE TRIGGER audit_not_emptied BEFORE TRUNCATE ON audit
     FOR EACH STATEMENT EXECUTE FUNCTION streetward_append_only('the audit trail is')",
    "CREATE OR REPLACE TRIGGER audit_in_order BEFORE INSERT ON audit
     FOR EACH ROW EXECUTE FUNCTION streetward_in_order()",
    "CREATE OR REPLACE TRIGGER decision_not_changed BEFORE UPDATE OR DELETE ON decisions
     FOR EACH ROW EXECUTE FUNCTION streetward_append_only('decisions are')",
    "CREATE OR REPLACE TRIGGER decision_not_emptied BEFORE TRUNCATE ON decisions
     FOR EACH STATEMENT EXECUTE FUNCTION streetward_append_only('decisions are')",
    "ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_not_changed",
    "ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_not_emptied",
    "ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_in_order",
    "ALTER TABLE decisions ENABLE ALWAYS TRIGGER decision_not_changed",
    "ALTER TABLE decisions ENABLE ALWAYS TRIGGER decision_not_emptied",
];
