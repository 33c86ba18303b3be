//! What makes the audit trail and the history of decisions append-only inside the database: triggers, in
//! each database's words. A decision may only forget its plate, which goes with the evidence it was read
//! from.

/// SQLite's. Laid anew at every start of a writer: one that was dropped comes back. `INSERT OR
/// REPLACE` fires no trigger of deletion (<https://www.sqlite.org/lang_conflict.html>), so an entry
/// may only come after the last.
pub(super) const SQLITE: [&str; 6] = [
    "CREATE TRIGGER IF NOT EXISTS audit_not_changed BEFORE UPDATE ON audit
     BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS audit_not_removed BEFORE DELETE ON audit
     BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END",
    "CREATE TRIGGER IF NOT EXISTS audit_in_order BEFORE INSERT ON audit
     WHEN NEW.number <> (SELECT COALESCE(MAX(number), 0) + 1 FROM audit)
     BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END",
    // As it was laid before decisions forgot anything.
    "DROP TRIGGER IF EXISTS decision_not_changed",
    "CREATE TRIGGER IF NOT EXISTS decision_only_forgets BEFORE UPDATE ON decisions
     WHEN NEW.plate IS NOT NULL OR OLD.plate IS NULL OR NEW.number IS NOT OLD.number
         OR NEW.event IS NOT OLD.event OR NEW.version IS NOT OLD.version
         OR NEW.at_utc_us IS NOT OLD.at_utc_us OR NEW.by_whom IS NOT OLD.by_whom
         OR NEW.action IS NOT OLD.action OR NEW.from_status IS NOT OLD.from_status
         OR NEW.to_status IS NOT OLD.to_status OR NEW.reason IS NOT OLD.reason
         OR NEW.note IS NOT OLD.note OR NEW.other IS NOT OLD.other
         OR NEW.request_key IS NOT OLD.request_key
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
pub(super) const POSTGRES: [&str; 13] = [
    "CREATE OR REPLACE FUNCTION streetward_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN RAISE EXCEPTION '% append-only', TG_ARGV[0]; END $$",
    "CREATE OR REPLACE FUNCTION streetward_in_order() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN
         IF NEW.number <> (SELECT COALESCE(MAX(number), 0) + 1 FROM audit) THEN
             RAISE EXCEPTION 'the audit trail is append-only';
         END IF;
         RETURN NEW;
     END $$",
    "CREATE OR REPLACE FUNCTION streetward_only_forgets() RETURNS trigger LANGUAGE plpgsql AS $$
     BEGIN
         IF TG_OP = 'UPDATE' AND NEW.plate IS NULL AND OLD.plate IS NOT NULL
             AND to_jsonb(NEW) - 'plate' = to_jsonb(OLD) - 'plate' THEN
             RETURN NEW;
         END IF;
         RAISE EXCEPTION 'decisions are append-only';
     END $$",
    "CREATE OR REPLACE TRIGGER audit_not_changed BEFORE UPDATE OR DELETE ON audit
     FOR EACH ROW EXECUTE FUNCTION streetward_append_only('the audit trail is')",
    "CREATE OR REPLACE TRIGGER audit_not_emptied BEFORE TRUNCATE ON audit
     FOR EACH STATEMENT EXECUTE FUNCTION streetward_append_only('the audit trail is')",
    "CREATE OR REPLACE TRIGGER audit_in_order BEFORE INSERT ON audit
     FOR EACH ROW EXECUTE FUNCTION streetward_in_order()",
    "CREATE OR REPLACE TRIGGER decision_not_changed BEFORE UPDATE OR DELETE ON decisions
     FOR EACH ROW EXECUTE FUNCTION streetward_only_forgets()",
    "CREATE OR REPLACE TRIGGER decision_not_emptied BEFORE TRUNCATE ON decisions
     FOR EACH STATEMENT EXECUTE FUNCTION streetward_append_only('decisions are')",
    "ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_not_changed",
    "ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_not_emptied",
    "ALTER TABLE audit ENABLE ALWAYS TRIGGER audit_in_order",
    "ALTER TABLE decisions ENABLE ALWAYS TRIGGER decision_not_changed",
    "ALTER TABLE decisions ENABLE ALWAYS TRIGGER decision_not_emptied",
];
