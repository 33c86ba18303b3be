//! Tries to log in, in the database, so that a restart forgives nobody; and the networks from which
//! somebody came in.

use super::database::{Row, Transaction, query, query_scalar};
use super::error::StoreError;
use super::handle::Store;
use super::user::{LoginTries, TriesAfter, TriesBefore, TryBy};
use crate::media::WallTime;

const PUT: &str = "
INSERT INTO login_tries (name_sha256, network, known, tries, last_utc_us, locked_utc_us)
VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (name_sha256, network) DO UPDATE SET known = excluded.known, tries = excluded.tries,
    last_utc_us = excluded.last_utc_us, locked_utc_us = excluded.locked_utc_us";

/// The network of what is counted from everywhere.
const EVERYWHERE: &str = "";

/// Rows of names that nobody bears, and of those that somebody does: the oldest are forgotten where
/// there are more than this.
const MOST: i64 = 10_000;

const FORGET: &str = "
DELETE FROM login_tries WHERE known = $1 AND last_utc_us < (SELECT last_utc_us FROM login_tries
    WHERE known = $1 ORDER BY last_utc_us DESC LIMIT 1 OFFSET $2)";

/// Networks of one name that are remembered.
const MOST_NETWORKS: i64 = 20;

const REMEMBER: &str = "
INSERT INTO login_networks (name_sha256, network, seen_utc_us) VALUES ($1, $2, $3)
ON CONFLICT (name_sha256, network) DO UPDATE SET seen_utc_us = excluded.seen_utc_us";

const SPARE: &str = "
DELETE FROM login_networks WHERE name_sha256 = $1 AND network NOT IN
    (SELECT network FROM login_networks WHERE name_sha256 = $1
     ORDER BY seen_utc_us DESC, network LIMIT $2)";

impl Store {
    /// Counts a try to log in before its password is looked at, so that many at once are not fewer
    /// than one after another: `count` says from the tries before what they are now, or refuses.
    pub fn count_login_try<E>(
        &self,
        by: &TryBy<'_>,
        count: impl FnOnce(TriesBefore) -> Result<TriesAfter, E>,
    ) -> Result<Result<(), E>, StoreError> {
        let db = self.database();
        db.wait(async {
            let mut transaction = db.begin_write().await?;
            let familiar: i64 = query_scalar(
                "SELECT COUNT(*) FROM login_networks WHERE name_sha256 = $1 AND network = $2",
            )
            .bind(by.name_sha256)
            .bind(by.network)
            .fetch_one(&mut *transaction)
            .await?;
            let before = TriesBefore {
                here: tries(&mut transaction, by.name_sha256, by.network).await?,
                everywhere: tries(&mut transaction, by.name_sha256, EVERYWHERE).await?,
                familiar: familiar > 0,
            };
            let after = match count(before) {
                Ok(after) => after,
                Err(refused) => return Ok(Err(refused)),
            };
            for (network, tries) in [(by.network, Some(after.here)), (EVERYWHERE, after.everywhere)]
            {
                let Some(tries) = tries else { continue };
                query(PUT)
                    .bind(by.name_sha256)
                    .bind(network)
                    .bind(by.known)
                    .bind(tries.tries as i64)
                    .bind(tries.last.0.as_microsecond())
                    .bind(tries.locked_until.0.as_microsecond())
                    .execute(&mut *transaction)
                    .await?;
            }
            query(FORGET).bind(by.known).bind(MOST).execute(&mut *transaction).await?;
            transaction.commit().await?;
            Ok(Ok(()))
        })
    }
}

async fn tries(
    on: &mut Transaction,
    name_sha256: &str,
    network: &str,
) -> Result<Option<LoginTries>, sqlx::Error> {
    let row = query("SELECT * FROM login_tries WHERE name_sha256 = $1 AND network = $2")
        .bind(name_sha256)
        .bind(network)
        .fetch_optional(&mut **on)
        .await?;
    Ok(row.and_then(|row: Row| {
        let time = |column: &str| {
            let us = row.try_get::<i64>(column).ok()?;
            jiff::Timestamp::from_microsecond(us).ok().map(WallTime)
        };
        Some(LoginTries {
            tries: row.try_get::<i64>("tries").ok()? as u64,
            last: time("last_utc_us")?,
            locked_until: time("locked_utc_us")?,
        })
    }))
}

/// Forgets the tries by a name: from this network, or from everywhere.
pub(super) async fn forget_tries(
    on: &mut Transaction,
    name_sha256: &str,
    network: Option<&str>,
) -> Result<(), sqlx::Error> {
    let all = "DELETE FROM login_tries WHERE name_sha256 = $1";
    let here = "DELETE FROM login_tries WHERE name_sha256 = $1 AND network = $2";
    let done = match network {
        None => query(all).bind(name_sha256).execute(&mut **on).await,
        Some(here_of) => query(here).bind(name_sha256).bind(here_of).execute(&mut **on).await,
    };
    done.map(|_| ())
}

/// Remembers that the bearer of a name came in from a network.
pub(super) async fn remember_network(
    on: &mut Transaction,
    by: &TryBy<'_>,
    now: WallTime,
) -> Result<(), sqlx::Error> {
    query(REMEMBER)
        .bind(by.name_sha256)
        .bind(by.network)
        .bind(now.0.as_microsecond())
        .execute(&mut **on)
        .await?;
    query(SPARE).bind(by.name_sha256).bind(MOST_NETWORKS).execute(&mut **on).await?;
    Ok(())
}
