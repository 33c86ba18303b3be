-- The figures of a report, worked out once more by the database alone, from nothing but its tables.
-- :from and :to bound the period, :before begins the one before it, :now is when the report was made;
-- microseconds since 1970-01-01 UTC. Written for SQLite and PostgreSQL alike.
--
-- Months are counted from year 0, twelve a year.
--
-- Lines: table|row|figure|value. A value is a number; a/b a share; lo~hi the two in the middle of a
-- median, microseconds; a camera's times are microseconds.

CREATE TEMP TABLE flagged AS
SELECT e.id, e.camera, e.zone, COALESCE(e.ward, '') AS ward, e.domain, e.kind,
    CASE WHEN e.start_utc_us >= :from THEN 1 ELSE 0 END AS n,
    CASE WHEN e.start_utc_us >= :from THEN 0 ELSE 1 END AS b,
    (e.start_utc_us + 25200000000) / 86400000000 AS day,
    ((e.start_utc_us + 25200000000) / 3600000000) % 24 AS hour,
    ((e.start_utc_us + 25200000000) / 86400000000 + 3) % 7 AS weekday,
    COALESCE(r.agency, CASE WHEN e.domain = 'traffic' THEN 'csgt' ELSE 'ubnd' END) AS agency,
    CASE WHEN r.acknowledged_utc_us IS NULL THEN 0 ELSE 1 END AS acknowledged,
    CASE WHEN e.status = 'confirmed' THEN 1 ELSE 0 END AS confirmed,
    CASE WHEN e.status = 'dismissed' THEN 1 ELSE 0 END AS dismissed,
    CASE WHEN e.status = 'cannot_tell' THEN 1 ELSE 0 END AS cannot_tell,
    CASE WHEN e.status IN ('pending', 'acknowledged') THEN 1 ELSE 0 END AS waiting,
    CASE WHEN e.status = 'confirmed' AND s.handed_over_utc_us IS NOT NULL THEN 1 ELSE 0 END
        AS handed_over,
    CASE WHEN e.status = 'confirmed' AND s.result IS NOT NULL THEN 1 ELSE 0 END AS handled,
    r.reason, s.result,
    r.acknowledged_utc_us - e.moment_utc_us AS acknowledge_us,
    CASE WHEN e.status IN ('confirmed', 'dismissed', 'cannot_tell')
        THEN r.decided_utc_us - e.moment_utc_us END AS decide_us
FROM events e LEFT JOIN reviews r ON r.event = e.id LEFT JOIN results s ON s.event = e.id
WHERE e.start_utc_us >= :before AND e.start_utc_us < :to AND e.same_as IS NULL
    AND NOT EXISTS (SELECT 1 FROM reviews m WHERE m.event = e.id AND m.merged_into IS NOT NULL);

-- A day's month without the database's own calendar: years of 365.2425 days that begin in March
-- (Hinnant, "chrono-compatible low-level date algorithms").
CREATE TEMP VIEW in_era AS
SELECT id, (day + 719468) / 146097 AS era, (day + 719468) % 146097 AS doe FROM flagged WHERE n = 1;
CREATE TEMP VIEW in_year AS
SELECT id, era, doe, (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365 AS yoe FROM in_era;
CREATE TEMP VIEW monthly AS
SELECT id, (era * 400 + yoe) * 12
    + (5 * (doe - (365 * yoe + yoe / 4 - yoe / 100)) + 2) / 153 + 2 AS month FROM in_year;

CREATE TEMP VIEW keyed AS
SELECT 'all' AS t, '' AS k, f.* FROM flagged f
UNION ALL SELECT 'by_domain', domain, f.* FROM flagged f
UNION ALL SELECT 'by_kind', domain || '/' || kind, f.* FROM flagged f
UNION ALL SELECT 'by_ward', ward, f.* FROM flagged f
UNION ALL SELECT 'by_camera', camera, f.* FROM flagged f
UNION ALL SELECT 'by_agency', agency, f.* FROM flagged f
UNION ALL SELECT 'by_hour', CAST(hour AS TEXT), f.* FROM flagged f WHERE n = 1
UNION ALL SELECT 'by_weekday', CAST(weekday AS TEXT), f.* FROM flagged f WHERE n = 1
UNION ALL SELECT 'by_day', CAST(day AS TEXT), f.* FROM flagged f WHERE n = 1
UNION ALL SELECT 'by_month', CAST(m.month AS TEXT), f.* FROM flagged f JOIN monthly m ON m.id = f.id;

CREATE TEMP VIEW summed AS
SELECT t, k, SUM(n) AS flagged, SUM(n) - SUM(b) AS flagged_change,
    SUM(n * acknowledged) AS acknowledged, SUM(n * confirmed) AS confirmed,
    SUM(n * confirmed) - SUM(b * confirmed) AS confirmed_change,
    SUM(n * dismissed) AS dismissed, SUM(n * cannot_tell) AS cannot_tell,
    SUM(n * waiting) AS waiting, SUM(n * handed_over) AS handed_over, SUM(n * handled) AS handled
FROM keyed GROUP BY t, k;

SELECT t, k, 'flagged', flagged FROM summed
UNION ALL SELECT t, k, 'flagged_change', flagged_change FROM summed
UNION ALL SELECT t, k, 'acknowledged', acknowledged FROM summed
UNION ALL SELECT t, k, 'confirmed', confirmed FROM summed
UNION ALL SELECT t, k, 'confirmed_change', confirmed_change FROM summed
UNION ALL SELECT t, k, 'dismissed', dismissed FROM summed
UNION ALL SELECT t, k, 'cannot_tell', cannot_tell FROM summed
UNION ALL SELECT t, k, 'waiting', waiting FROM summed
UNION ALL SELECT t, k, 'handed_over', handed_over FROM summed
UNION ALL SELECT t, k, 'handled', handled FROM summed;

SELECT t, k, 'precision', CAST(confirmed AS TEXT) || '/' || CAST(confirmed + dismissed AS TEXT)
FROM summed WHERE confirmed + dismissed >= 5;

SELECT 'dismissed_by_reason', reason, domain, COUNT(*) FROM flagged
WHERE n = 1 AND dismissed = 1 GROUP BY reason, domain;
SELECT 'dismissed_by_reason', reason, 'total', COUNT(*) FROM flagged
WHERE n = 1 AND dismissed = 1 GROUP BY reason;
SELECT 'results', result, domain, COUNT(*) FROM flagged
WHERE n = 1 AND handled = 1 GROUP BY result, domain;
SELECT 'results', result, 'total', COUNT(*) FROM flagged
WHERE n = 1 AND handled = 1 GROUP BY result;

-- Medians: what stands in the middle of each group.
CREATE TEMP TABLE taken AS
SELECT domain, agency, 'acknowledge_seconds' AS what, acknowledge_us AS v FROM flagged
WHERE n = 1 AND acknowledge_us IS NOT NULL
UNION ALL SELECT domain, agency, 'decide_seconds', decide_us FROM flagged
WHERE n = 1 AND decide_us IS NOT NULL;
CREATE TEMP TABLE ranked AS
SELECT k, what, v, ROW_NUMBER() OVER (PARTITION BY k, what ORDER BY v) AS place,
    COUNT(*) OVER (PARTITION BY k, what) AS many
FROM (SELECT domain || '/*' AS k, what, v FROM taken
    UNION ALL SELECT '*/' || agency, what, v FROM taken
    UNION ALL SELECT '*/*', what, v FROM taken) grouped;
SELECT 'review_times', k, what, CAST(MIN(v) AS TEXT) || '~' || CAST(MAX(v) AS TEXT) FROM ranked
WHERE place IN ((many + 1) / 2, (many + 2) / 2) GROUP BY k, what;

-- All of it, against the period before.
CREATE TEMP VIEW whole AS
SELECT n, COUNT(*) AS flagged, SUM(acknowledged) AS acknowledged, SUM(confirmed) AS confirmed,
    SUM(dismissed) AS dismissed, SUM(cannot_tell) AS cannot_tell, SUM(waiting) AS waiting,
    SUM(handed_over) AS handed_over, SUM(handled) AS handled
FROM flagged GROUP BY n;
CREATE TEMP VIEW told AS
SELECT n, 'flagged' AS what, flagged AS v FROM whole
UNION ALL SELECT n, 'acknowledged', acknowledged FROM whole
UNION ALL SELECT n, 'confirmed', confirmed FROM whole
UNION ALL SELECT n, 'dismissed', dismissed FROM whole
UNION ALL SELECT n, 'cannot_tell', cannot_tell FROM whole
UNION ALL SELECT n, 'waiting', waiting FROM whole
UNION ALL SELECT n, 'handed_over', handed_over FROM whole
UNION ALL SELECT n, 'handled', handled FROM whole;
SELECT 'summary', what, CASE WHEN n = 1 THEN 'period' ELSE 'before' END, v FROM told;
SELECT 'summary', what, 'change', SUM(CASE WHEN n = 1 THEN v ELSE -v END) FROM told GROUP BY what;
SELECT 'summary', 'precision', CASE WHEN n = 1 THEN 'period' ELSE 'before' END,
    CAST(confirmed AS TEXT) || '/' || CAST(confirmed + dismissed AS TEXT)
FROM whole WHERE confirmed + dismissed >= 5;
SELECT 'summary', what, 'period', CAST(MIN(v) AS TEXT) || '~' || CAST(MAX(v) AS TEXT) FROM ranked
WHERE k = '*/*' AND place IN ((many + 1) / 2, (many + 2) / 2) GROUP BY what;
CREATE TEMP TABLE ranked_before AS
SELECT what, v, ROW_NUMBER() OVER (PARTITION BY what ORDER BY v) AS place,
    COUNT(*) OVER (PARTITION BY what) AS many
FROM (SELECT 'acknowledge_seconds' AS what, acknowledge_us AS v FROM flagged
        WHERE n = 0 AND acknowledge_us IS NOT NULL
    UNION ALL SELECT 'decide_seconds', decide_us FROM flagged
        WHERE n = 0 AND decide_us IS NOT NULL) earlier;
SELECT 'summary', what, 'before', CAST(MIN(v) AS TEXT) || '~' || CAST(MAX(v) AS TEXT)
FROM ranked_before WHERE place IN ((many + 1) / 2, (many + 2) / 2) GROUP BY what;

-- Places of repeats: three confirmed on two days; twenty of them.
CREATE TEMP VIEW repeated AS
SELECT camera, zone, COUNT(*) AS flagged, SUM(confirmed) AS confirmed,
    COUNT(DISTINCT CASE WHEN confirmed = 1 THEN day END) AS days
FROM flagged WHERE n = 1 GROUP BY camera, zone
HAVING SUM(confirmed) >= 3 AND COUNT(DISTINCT CASE WHEN confirmed = 1 THEN day END) >= 2
ORDER BY SUM(confirmed) DESC, COUNT(*) DESC, camera, zone LIMIT 20;
SELECT 'repeat_places', camera || '/' || zone, 'flagged', flagged FROM repeated
UNION ALL SELECT 'repeat_places', camera || '/' || zone, 'confirmed', confirmed FROM repeated
UNION ALL SELECT 'repeat_places', camera || '/' || zone, 'days', days FROM repeated;
CREATE TEMP VIEW busy AS
SELECT f.camera, f.zone, 'busiest_hour' AS what, f.hour AS v, COUNT(*) AS many FROM flagged f
JOIN repeated p ON p.camera = f.camera AND p.zone = f.zone
WHERE f.n = 1 AND f.confirmed = 1 GROUP BY f.camera, f.zone, f.hour
UNION ALL
SELECT f.camera, f.zone, 'busiest_weekday', f.weekday, COUNT(*) FROM flagged f
JOIN repeated p ON p.camera = f.camera AND p.zone = f.zone
WHERE f.n = 1 AND f.confirmed = 1 GROUP BY f.camera, f.zone, f.weekday;
SELECT 'repeat_places', camera || '/' || zone, what, v FROM
(SELECT camera, zone, what, v,
    ROW_NUMBER() OVER (PARTITION BY camera, zone, what ORDER BY many DESC, v) AS place FROM busy) b
WHERE place = 1;

-- How long cameras saw: each state holds until the next, as far as the service ran.
CREATE TEMP TABLE watched AS
SELECT CASE WHEN MIN(started_utc_us) > :from THEN MIN(started_utc_us) ELSE :from END AS a,
    CASE WHEN :to < :now THEN :to ELSE :now END AS z
FROM service_times;
CREATE TEMP TABLE held AS
SELECT camera, at_utc_us AS a, LEAD(at_utc_us, 1, 4102444800000000)
    OVER (PARTITION BY camera ORDER BY at_utc_us) AS z, state, reasons
FROM camera_states;
CREATE TEMP TABLE part AS
SELECT camera, state,
    CASE WHEN h.a >= s.started_utc_us AND h.a >= w.a THEN h.a
        WHEN s.started_utc_us >= w.a THEN s.started_utc_us ELSE w.a END AS a,
    CASE WHEN h.z <= s.last_utc_us AND h.z <= w.z THEN h.z
        WHEN s.last_utc_us <= w.z THEN s.last_utc_us ELSE w.z END AS z
FROM held h CROSS JOIN service_times s CROSS JOIN watched w
WHERE h.reasons NOT LIKE '%starting%' AND h.reasons NOT LIKE '%service_stopped%'
    AND h.a < s.last_utc_us AND h.z > s.started_utc_us AND h.a < w.z AND h.z > w.a
    AND s.last_utc_us > w.a AND s.started_utc_us < w.z;
SELECT 'camera_hours', camera, state, SUM(z - a) FROM part WHERE z > a GROUP BY camera, state;
SELECT 'camera_hours', c.camera, 'unknown', (SELECT w.z - w.a FROM watched w)
    - COALESCE((SELECT SUM(p.z - p.a) FROM part p WHERE p.camera = c.camera AND p.z > p.a), 0)
FROM (SELECT DISTINCT h.camera FROM held h CROSS JOIN watched w WHERE h.a < w.z) c;

-- Cameras against the plan: of the register those that stand and those still to come.
CREATE TEMP VIEW wanted AS
SELECT ward, COUNT(*) AS planned, SUM(CASE WHEN state = 'installed' THEN 1 ELSE 0 END) AS installed
FROM register_cameras WHERE state IN ('planned', 'installed') GROUP BY ward;
CREATE TEMP VIEW standing AS
SELECT COALESCE(SUM(planned), 0) AS planned,
    (SELECT COUNT(*) FROM (SELECT camera FROM flagged WHERE n = 1
        UNION SELECT camera FROM part WHERE z > a) c) AS recorded FROM wanted;
SELECT 'coverage', 'planned', 'cameras', planned FROM standing WHERE planned > 0;
SELECT 'coverage', 'recorded', 'cameras', recorded FROM standing;
SELECT 'coverage', 'recorded', 'coverage', CAST(recorded AS TEXT) || '/' || CAST(planned AS TEXT)
FROM standing WHERE planned > 0;
SELECT 'coverage_by_ward', ward, 'planned', planned FROM wanted
UNION ALL SELECT 'coverage_by_ward', ward, 'registered', installed FROM wanted;
SELECT 'coverage_by_ward', ward, 'coverage',
    CAST(installed AS TEXT) || '/' || CAST(planned AS TEXT) FROM wanted;
SELECT 'coverage_by_ward', '*', 'planned', SUM(planned) FROM wanted
UNION ALL SELECT 'coverage_by_ward', '*', 'registered', SUM(installed) FROM wanted;
SELECT 'coverage_by_ward', '*', 'coverage',
    CAST(SUM(installed) AS TEXT) || '/' || CAST(SUM(planned) AS TEXT) FROM wanted;
