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
             UNION ALL SELECT 'kind', '*', {row}.kind
             UNION ALL SELECT 'hour', {ward}, {hour}
             UNION ALL SELECT 'hour', '*', {hour}
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

/// How many of them there are.
pub(super) const SQLITE_LAID: &str = "SELECT COUNT(*) FROM sqlite_master WHERE type = 'trigger'
AND name IN ('event_added', 'event_changed', 'event_removed')";

/// SQLite's. Laid at the start of a writer where they are not all there; then everything is counted anew.
pub(super) fn sqlite() -> [String; 3] {
    let (added, taken) = (counted("NEW", '+'), counted("OLD", '-'));
    let differs: Vec<String> =
        COLUMNS.split(", ").map(|c| format!("OLD.{c} IS NOT NEW.{c}")).collect();
    [
        format!(
            "CREATE TRIGGER IF NOT EXISTS event_added AFTER INSERT ON events
             BEGIN {added} {PLACE} END"
        ),
        format!(
            "CREATE TRIGGER IF NOT EXISTS event_changed AFTER UPDATE OF {COLUMNS} ON events
             WHEN {} BEGIN {taken} {added} {PLACE} END",
            differs.join(" OR ")
        ),
        format!(
            "CREATE TRIGGER IF NOT EXISTS event_removed AFTER DELETE ON events BEGIN {taken} END"
        ),
    ]
}
