//! The register in the database.

use super::audit::NewEntry;
use super::audit_table::append;
use super::database::{Database, Row, Transaction, query, query_scalar};
use super::error::StoreError;
use super::handle::Store;
use super::register::{
    RegisterCamera, RegisterChange, RegisterContract, RegisterCount, RegisterCounts, RegisterMove,
    RegisterPlace, RegisterPosition, RegisterSpot,
};
use super::word::word;
use jiff::civil::Date;

const VERSION: &str = "SELECT COALESCE(MAX(number), 0) FROM register_imports";

const PUT: &str = "
INSERT INTO register_cameras (code, name, ward, stage, place, lat, lon, owner, vendor, contract,
    funding, contributor, consent, cost_dong, state, installed_on, note, changed_utc_us)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
ON CONFLICT (code) DO UPDATE SET
    name = excluded.name, ward = excluded.ward, stage = excluded.stage, place = excluded.place,
    lat = excluded.lat, lon = excluded.lon, owner = excluded.owner, vendor = excluded.vendor,
    contract = excluded.contract, funding = excluded.funding, contributor = excluded.contributor,
    consent = excluded.consent, cost_dong = excluded.cost_dong, state = excluded.state,
    installed_on = excluded.installed_on, note = excluded.note,
    changed_utc_us = excluded.changed_utc_us";

const PUT_MOVE: &str = "
INSERT INTO register_moves (code, number, at_utc_us, from_ward, from_place, from_lat, from_lon,
    to_ward, to_place, to_lat, to_lon, reason, moved_by)
VALUES ($1, (SELECT COALESCE(MAX(number), 0) + 1 FROM register_moves WHERE code = $1), $2, $3, $4, $5,
    $6, $7, $8, $9, $10, $11, $12)";

const PUT_IMPORT: &str = "
INSERT INTO register_imports (number, at_utc_us, done_by, file, sha256, lines, added, changed, moved)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";

/// Places and contracts are what the cameras name: made anew with every change.
const PLACES: [&str; 4] = [
    "DELETE FROM register_places",
    "INSERT INTO register_places (ward, name, lat, lon)
     SELECT c.ward, c.place,
         (SELECT f.lat FROM register_cameras f WHERE f.ward = c.ward AND f.place = c.place
             AND f.lat IS NOT NULL ORDER BY f.code LIMIT 1),
         (SELECT f.lon FROM register_cameras f WHERE f.ward = c.ward AND f.place = c.place
             AND f.lat IS NOT NULL ORDER BY f.code LIMIT 1)
     FROM register_cameras c WHERE c.place IS NOT NULL GROUP BY c.ward, c.place",
    "DELETE FROM register_contracts",
    "INSERT INTO register_contracts (name, vendor)
     SELECT contract, MIN(vendor) FROM register_cameras WHERE contract IS NOT NULL
     GROUP BY contract",
];

const COUNTS: &str = "
SELECT ward, stage,
    SUM(CASE WHEN state = 'planned' THEN 1 ELSE 0 END) AS planned,
    SUM(CASE WHEN state = 'installed' THEN 1 ELSE 0 END) AS installed,
    SUM(CASE WHEN state = 'removed' THEN 1 ELSE 0 END) AS removed
FROM register_cameras GROUP BY ward, stage ORDER BY ward, COALESCE(stage, '')";

/// A camera whose place has no name is a place of its own.
const PLACES_USED: &str = "
SELECT COUNT(*) FROM (SELECT DISTINCT ward, COALESCE(place, code) AS spot FROM register_cameras
    WHERE state = 'installed') AS used";

impl Store {
    /// The number of the register's last change; 0: nothing was ever entered.
    pub fn register_version(&self) -> Result<u64, StoreError> {
        let db = self.database();
        let version: i64 = db.wait(query_scalar(VERSION).fetch_one(&db.pool))?;
        Ok(version as u64)
    }

    /// Every camera of the register, by code.
    pub fn register_cameras(&self) -> Result<Vec<RegisterCamera>, StoreError> {
        let db = self.database();
        let sql = "SELECT * FROM register_cameras ORDER BY code";
        let rows = db.wait(query(sql).fetch_all(&db.pool))?;
        rows.iter().map(|row| db.register_camera(row)).collect()
    }

    /// The moves of one camera, or of all, the oldest first.
    pub fn register_moves(&self, code: Option<&str>) -> Result<Vec<RegisterMove>, StoreError> {
        let db = self.database();
        let sql = "SELECT * FROM register_moves WHERE $1 IS NULL OR code = $1
            ORDER BY at_utc_us, code, number";
        let rows = db.wait(query(sql).bind(code.map(str::to_owned)).fetch_all(&db.pool))?;
        rows.iter().map(|row| db.register_move(row)).collect()
    }

    /// The places that cameras of the register name, by ward and name.
    pub fn register_places(&self) -> Result<Vec<RegisterPlace>, StoreError> {
        let db = self.database();
        let sql = "SELECT * FROM register_places ORDER BY ward, name";
        let rows = db.wait(query(sql).fetch_all(&db.pool))?;
        let place = |row: &Row| {
            Ok(RegisterPlace {
                ward: db.column(row, "ward")?,
                name: db.column(row, "name")?,
                position: db.register_position(row, "lat", "lon")?,
            })
        };
        rows.iter().map(place).collect()
    }

    /// The contracts that cameras of the register name, by name.
    pub fn register_contracts(&self) -> Result<Vec<RegisterContract>, StoreError> {
        let db = self.database();
        let sql = "SELECT * FROM register_contracts ORDER BY name";
        let rows = db.wait(query(sql).fetch_all(&db.pool))?;
        let contract = |row: &Row| {
            Ok(RegisterContract {
                name: db.column(row, "name")?,
                vendor: db.column(row, "vendor")?,
            })
        };
        rows.iter().map(contract).collect()
    }

    /// How many cameras are planned and stand.
    pub fn register_counts(&self) -> Result<RegisterCounts, StoreError> {
        let db = self.database();
        let rows = db.wait(query(COUNTS).fetch_all(&db.pool))?;
        let places: i64 = db.wait(query_scalar(PLACES_USED).fetch_one(&db.pool))?;
        let count = |row: &Row, name: &str| db.column::<i64>(row, name).map(|n| n as u64);
        let parts = rows
            .iter()
            .map(|row| {
                Ok(RegisterCount {
                    ward: db.column(row, "ward")?,
                    stage: db.column(row, "stage")?,
                    planned: count(row, "planned")?,
                    installed: count(row, "installed")?,
                    removed: count(row, "removed")?,
                })
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        let installed = parts.iter().map(|p| p.installed).sum();
        let planned: u64 = parts.iter().map(|p| p.planned).sum();
        Ok(RegisterCounts { wanted: planned + installed, installed, places: places as u64, parts })
    }

    /// Stores a change and its entry in the audit trail in one transaction. `None`: somebody else has
    /// changed the register since `change.seen`, and nothing was stored. Otherwise the new version.
    pub fn change_register(
        &self,
        change: &RegisterChange,
        entry: &NewEntry,
    ) -> Result<Option<u64>, StoreError> {
        let db = self.database();
        db.wait(async {
            let mut on = db.begin_write().await?;
            let version: i64 = query_scalar(VERSION).fetch_one(&mut *on).await?;
            if version as u64 != change.seen {
                return Ok(None);
            }
            for camera in change.added.iter().chain(&change.changed) {
                put_camera(&mut on, camera, change.at.0.as_microsecond()).await?;
            }
            for moved in &change.moves {
                put_move(&mut on, moved).await?;
            }
            for statement in PLACES {
                query(statement).execute(&mut *on).await?;
            }
            query(PUT_IMPORT)
                .bind(version + 1)
                .bind(change.at.0.as_microsecond())
                .bind(&change.by)
                .bind(&change.file)
                .bind(&change.sha256)
                .bind(change.rows as i64)
                .bind(change.added.len() as i64)
                .bind(change.changed.len() as i64)
                .bind(change.moves.len() as i64)
                .execute(&mut *on)
                .await?;
            append(&mut on, entry).await?;
            on.commit().await?;
            Ok(Some(version as u64 + 1))
        })
    }
}

async fn put_camera(on: &mut Transaction, c: &RegisterCamera, at: i64) -> Result<(), sqlx::Error> {
    query(PUT)
        .bind(&c.code)
        .bind(&c.name)
        .bind(&c.ward)
        .bind(&c.stage)
        .bind(&c.place)
        .bind(c.position.map(|p| p.lat))
        .bind(c.position.map(|p| p.lon))
        .bind(&c.owner)
        .bind(&c.vendor)
        .bind(&c.contract)
        .bind(&c.funding)
        .bind(&c.contributor)
        .bind(c.consent)
        .bind(c.cost_dong)
        .bind(word(&c.state))
        .bind(c.installed_on.map(|d| d.to_string()))
        .bind(&c.note)
        .bind(at)
        .execute(&mut **on)
        .await
        .map(drop)
}

async fn put_move(on: &mut Transaction, moved: &RegisterMove) -> Result<(), sqlx::Error> {
    query(PUT_MOVE)
        .bind(&moved.code)
        .bind(moved.at.0.as_microsecond())
        .bind(&moved.from.ward)
        .bind(&moved.from.place)
        .bind(moved.from.position.map(|p| p.lat))
        .bind(moved.from.position.map(|p| p.lon))
        .bind(&moved.to.ward)
        .bind(&moved.to.place)
        .bind(moved.to.position.map(|p| p.lat))
        .bind(moved.to.position.map(|p| p.lon))
        .bind(&moved.reason)
        .bind(&moved.by)
        .execute(&mut **on)
        .await
        .map(drop)
}

impl Database {
    fn register_position(
        &self,
        row: &Row,
        lat: &str,
        lon: &str,
    ) -> Result<Option<RegisterPosition>, StoreError> {
        let (lat, lon): (Option<f64>, Option<f64>) =
            (self.column(row, lat)?, self.column(row, lon)?);
        Ok(lat.zip(lon).map(|(lat, lon)| RegisterPosition { lat, lon }))
    }

    fn register_camera(&self, row: &Row) -> Result<RegisterCamera, StoreError> {
        let code: String = self.column(row, "code")?;
        let day: Option<String> = self.column(row, "installed_on")?;
        let installed_on = day.map(|d| d.parse::<Date>()).transpose().map_err(|e| {
            let (id, detail) = (code.clone(), e.to_string());
            StoreError::UnknownWord { id, column: "installed_on", detail }
        })?;
        Ok(RegisterCamera {
            name: self.column(row, "name")?,
            ward: self.column(row, "ward")?,
            stage: self.column(row, "stage")?,
            place: self.column(row, "place")?,
            position: self.register_position(row, "lat", "lon")?,
            owner: self.column(row, "owner")?,
            vendor: self.column(row, "vendor")?,
            contract: self.column(row, "contract")?,
            funding: self.column(row, "funding")?,
            contributor: self.column(row, "contributor")?,
            consent: self.column(row, "consent")?,
            cost_dong: self.column(row, "cost_dong")?,
            state: self.word(row, &code, "state")?,
            installed_on,
            note: self.column(row, "note")?,
            code,
        })
    }

    fn register_move(&self, row: &Row) -> Result<RegisterMove, StoreError> {
        let code: String = self.column(row, "code")?;
        Ok(RegisterMove {
            at: self.wall(row, &code, "at_utc_us")?,
            from: RegisterSpot {
                ward: self.column(row, "from_ward")?,
                place: self.column(row, "from_place")?,
                position: self.register_position(row, "from_lat", "from_lon")?,
            },
            to: RegisterSpot {
                ward: self.column(row, "to_ward")?,
                place: self.column(row, "to_place")?,
                position: self.register_position(row, "to_lat", "to_lon")?,
            },
            reason: self.column(row, "reason")?,
            by: self.column(row, "moved_by")?,
            code,
        })
    }
}
