//! What keeps `totals`, `tallies` and `places` in step with `events` inside the database, whoever writes
//! there: triggers, in each database's words.

/// The columns that what follows events is made of.
const COLUMNS: &str =
    "status, same_as, start_utc_us, camera, camera_name, ward, zone, domain, kind";

/// Adds (`+`) or takes away (`-`) a row of `events` that a trigger calls NEW or OLD.
fn counted(row: &str, sign: char) -> String {
    let ward = format!("COALESCE({row}.ward, '')");
    let hour = format!("CAST((({row}.start_utc_us + 25200000000) / 3600000000) % 24 AS TEXT)");
    let day = format!("({row}.start_utc_us + 25200000000) / 86400000000");
    format!(
        "INSERT INTO totals (ward, camera, domain, kind, status, firsts, sightings)
         VALUES ({ward}, {row}.camera, {row}.domain, {row}.kind, {row}.status,
             {sign}(CASE WHEN {row}.same_as IS NULL THEN 1 ELSE 0 END), {sign}1)
         ON CONFLICT (ward, camera, domain, kind, status) DO UPDATE SET
             firsts = totals.firsts + excluded.firsts,
             sightings = totals.sightings + excluded.sightings;
         INSERT INTO tallies (sort, ward, day, tallied, domain, status, firsts)
         SELECT sort, ward, {day}, tallied, {row}.domain, {row}.status, {sign}1
         FROM (SELECT 'kind' AS sort, {ward} AS ward, {row}.kind AS tallied
             UNION ALL SELECT 'all_kind', '', {row}.kind
             UNION ALL SELECT 'hour', {ward}, {hour}
             UNION ALL SELECT 'all_hour', '', {hour}
             UNION ALL SELECT 'camera', {ward}, {row}.camera) counted
         WHERE {row}.same_as IS NULL
         ON CONFLICT (sort, ward, day, tallied, domain, status) DO UPDATE SET
             firsts = tallies.firsts + excluded.firsts;"
    )
}

/// Names the place of a row that a trigger calls NEW.
const PLACE: &str = "
INSERT INTO places (number, camera, camera_name, ward, zone)
SELECT (SELECT COALESCE(MAX(number), 0) + 1 FROM places), NEW.camera, NEW.camera_name,
    COALESCE(NEW.ward, ''), NEW.zone
WHERE NOT EXISTS (SELECT 1 FROM places p WHERE p.camera = NEW.camera
    AND p.camera_name = NEW.camera_name AND p.ward = COALESCE(NEW.ward, '') AND p.zone = NEW.zone);";

/// What lays the triggers in one database.
pub(super) struct TallyGuard {
    /// 1 where they are all there, else 0.
    pub(super) laid: &'static str,
    /// Lays them.
    pub(super) statements: Vec<String>,
}

/// SQLite's.
pub(super) fn sqlite() -> TallyGuard {
    let (added, taken) = (counted("NEW", '+'), counted("OLD", '-'));
    let differs: Vec<String> =
        COLUMNS.split(", ").map(|c| format!("OLD.{c} IS NOT NEW.{c}")).collect();
    let differs = differs.join(" OR ");
    TallyGuard {
        laid: "SELECT CAST(CASE WHEN COUNT(*) = 3 THEN 1 ELSE 0 END AS BIGINT) FROM sqlite_master
            WHERE type = 'trigger' AND name IN ('event_added', 'event_changed', 'event_removed')",
        statements: vec![
            format!(
                "CREATE TRIGGER IF NOT EXISTS event_added AFTER INSERT ON events
                 BEGIN {added} {PLACE} END"
            ),
            format!(
                "CREATE TRIGGER IF NOT EXISTS event_changed AFTER UPDATE OF {COLUMNS} ON events
                 WHEN {differs} BEGIN {taken} {added} {PLACE} END"
            ),
            format!(
                "CREATE TRIGGER IF NOT EXISTS event_removed AFTER DELETE ON events
                 BEGIN {taken} END"
            ),
        ],
    }
}

/// PostgreSQL's. A column whose type is still to be changed must not be named by a trigger yet.
pub(super) fn postgres() -> TallyGuard {
    let (added, taken) = (counted("NEW", '+'), counted("OLD", '-'));
    let of = |row: &str| {
        COLUMNS.split(", ").map(|c| format!("{row}.{c}")).collect::<Vec<_>>().join(", ")
    };
    let (old, new) = (of("OLD"), of("NEW"));
    TallyGuard {
        laid: "SELECT CAST(COUNT(*) AS BIGINT) FROM pg_trigger
            WHERE tgname = 'event_counted' AND tgrelid = 'events'::regclass",
        statements: vec![
            format!(
                "CREATE OR REPLACE FUNCTION streetward_count_event() RETURNS trigger
                 LANGUAGE plpgsql AS $$
                 BEGIN
                     IF TG_OP = 'UPDATE' AND ({old}) IS NOT DISTINCT FROM ({new}) THEN
                         RETURN NULL;
                     END IF;
                     IF TG_OP <> 'INSERT' THEN {taken} END IF;
                     IF TG_OP <> 'DELETE' THEN {added} {PLACE} END IF;
                     RETURN NULL;
                 END $$"
            ),
            format!(
                "CREATE OR REPLACE TRIGGER event_counted
                 AFTER INSERT OR DELETE OR UPDATE OF {COLUMNS} ON events
                 FOR EACH ROW EXECUTE FUNCTION streetward_count_event()"
            ),
        ],
    }
}
