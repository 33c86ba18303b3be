//! Figures over HTTP: what today brought, what waits, what is blind; and counts of any period.

use super::asker::Asker;
use super::cameras::{self, Period};
use super::desk::Desk;
use super::events::COUNTED;
use super::extract::Asked;
use super::refusal::Refusal;
use crate::media::WallTime;
use crate::store::{
    QueueFilter, QueueOrder, SecondLook, Status, Store, TallyBy, TallyRow, from_word, word,
};
use axum::extract::State;
use axum::{Extension, Json};
use jiff::ToSpan;
use jiff::tz::Offset;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many events share a key.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Bar {
    /// What they share; of days the date, of hours 0 to 23.
    key: String,
    /// How many, by status.
    counts: BTreeMap<String, u64>,
    /// How many in all.
    total: u64,
}

/// Today.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Today {
    /// The local day (+07:00).
    date: String,
    /// The day's events, by status.
    events: BTreeMap<String, u64>,
    by_domain: Vec<Bar>,
    by_ward: Vec<Bar>,
    by_camera: Vec<Bar>,
    by_kind: Vec<Bar>,
    by_hour: Vec<Bar>,
    /// Events of any day that nobody has decided.
    waiting: u64,
    /// When the one of them began that waits longest.
    waiting_since: Option<String>,
    /// What is overdue.
    overdue: OverdueFigures,
    /// Decided events that wait for a second look, or at least so many.
    second_look: u64,
    /// Whether there are no more of these.
    second_look_exact: bool,
    /// Cameras by state.
    cameras: BTreeMap<String, u64>,
}

/// Events that wait and should not, or at least so many.
#[derive(Debug, Serialize, JsonSchema)]
struct OverdueFigures {
    /// Not taken up in time.
    acknowledge: u64,
    /// Taken up and not decided in time.
    decide: u64,
    /// Whether there are no more of these.
    exact: bool,
}

/// Which figures.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct FiguresQuery {
    /// Started then or later; 30 days before `to` where it is left out.
    from: Option<String>,
    /// Started before then; now where it is left out.
    to: Option<String>,
    /// `domain`, `ward`, `camera`, `kind`, `hour`, `day`.
    by: Option<String>,
}

/// Counts of a period.
#[derive(Debug, Serialize, JsonSchema)]
pub(super) struct Figures {
    from: String,
    to: String,
    by: String,
    bars: Vec<Bar>,
}

/// `GET /figures/today`
pub(super) async fn today(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Asked(_): Asked<Nothing>,
) -> Result<Json<Today>, Refusal> {
    let shared = Arc::clone(&desk);
    desk.reads.ask(move |store| of_today(&shared, &asker, store)).await.map(Json)
}

/// A query that asks for nothing.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Nothing {}

fn of_today(desk: &Desk, asker: &Asker, store: &Store) -> Result<Today, Refusal> {
    let day = (desk.now)().local().date();
    let midnight =
        Offset::constant(7).to_timestamp(day.at(0, 0, 0, 0)).map_err(|_| Refusal::broken())?;
    let end = midnight.checked_add(24.hours()).map_err(|_| Refusal::broken())?;
    let of = QueueFilter {
        scope: asker.scope.clone(),
        from: Some(WallTime(midnight)),
        to: Some(WallTime(end)),
        ..QueueFilter::default()
    };
    let by = |by| Ok::<_, Refusal>(bars(by, &store.tally(&of, by)?));
    let by_domain = by(TallyBy::Domain)?;
    let mut events = BTreeMap::new();
    for (status, count) in by_domain.iter().flat_map(|bar| &bar.counts) {
        *events.entry(status.clone()).or_insert(0) += count;
    }
    let waiting = QueueFilter {
        scope: asker.scope.clone(),
        statuses: vec![Status::Pending, Status::Acknowledged],
        ..QueueFilter::default()
    };
    let oldest = store.queue(&waiting, QueueOrder::Oldest, None, 1)?.events;
    let late = |status| {
        let late = QueueFilter {
            statuses: vec![status],
            overdue: Some((desk.now)()),
            agencies: desk.site().agencies.clone(),
            ..waiting.clone()
        };
        store.queue_count(&late, COUNTED)
    };
    let again = QueueFilter {
        scope: asker.scope.clone(),
        second_look: Some(SecondLook::Wanted),
        sightings: true,
        ..QueueFilter::default()
    };
    let (acknowledge, decide) = (late(Status::Pending)?, late(Status::Acknowledged)?);
    let second_look = store.queue_count(&again, COUNTED)?;
    let mut states = BTreeMap::new();
    for camera in cameras::rows(desk, asker, store, None)? {
        *states.entry(camera.state).or_insert(0) += 1;
    }
    Ok(Today {
        date: day.to_string(),
        by_ward: by(TallyBy::Ward)?,
        by_camera: by(TallyBy::Camera)?,
        by_kind: by(TallyBy::Kind)?,
        by_hour: by(TallyBy::Hour)?,
        by_domain,
        events,
        waiting: store.queue_count(&waiting, COUNTED)?.at_least,
        waiting_since: oldest.first().map(|e| e.start_utc.utc_rfc3339()),
        overdue: OverdueFigures {
            acknowledge: acknowledge.at_least,
            decide: decide.at_least,
            exact: acknowledge.exact && decide.exact,
        },
        second_look: second_look.at_least,
        second_look_exact: second_look.exact,
        cameras: states,
    })
}

/// `GET /figures`
pub(super) async fn figures(
    State(desk): State<Arc<Desk>>,
    Extension(asker): Extension<Asker>,
    Asked(query): Asked<FiguresQuery>,
) -> Result<Json<Figures>, Refusal> {
    let word = query.by.unwrap_or_else(|| "domain".to_owned());
    let by: TallyBy = from_word(&word).map_err(|e| Refusal::not_understood(format!("by: {e}")))?;
    let period = Period { from: query.from, to: query.to };
    let (from, to) = period.times((desk.now)())?;
    let filter = QueueFilter {
        scope: asker.scope.clone(),
        from: Some(from),
        to: Some(to),
        ..QueueFilter::default()
    };
    let rows = desk.reads.ask(move |store| Ok(store.tally(&filter, by)?)).await?;
    Ok(Json(Figures {
        from: from.utc_rfc3339(),
        to: to.utc_rfc3339(),
        by: word,
        bars: bars(by, &rows),
    }))
}

fn bars(by: TallyBy, rows: &[TallyRow]) -> Vec<Bar> {
    let mut bars: Vec<Bar> = Vec::new();
    for row in rows {
        if bars.last().is_none_or(|bar| bar.key != row.key) {
            bars.push(Bar { key: row.key.clone(), counts: BTreeMap::new(), total: 0 });
        }
        if let Some(bar) = bars.last_mut() {
            bar.counts.insert(word(&row.status), row.count);
            bar.total += row.count;
        }
    }
    if matches!(by, TallyBy::Hour | TallyBy::Day) {
        // The database sorts numbers that are texts as texts.
        bars.sort_by_key(|bar| bar.key.parse::<i64>().unwrap_or_default());
    }
    if by == TallyBy::Day {
        for bar in &mut bars {
            bar.key = date(&bar.key);
        }
    }
    bars
}

/// Days since 1970-01-01 as a date.
fn date(days: &str) -> String {
    let days: i64 = days.parse().unwrap_or_default();
    let day = jiff::civil::date(1970, 1, 1).checked_add(days.days());
    day.map_or_else(|_| days.to_string(), |d| d.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_join_statuses_and_sort_numbers_as_numbers() {
        let row = |key: &str, status, count| TallyRow { key: key.to_owned(), status, count };
        let rows = [
            row("10", Status::Pending, 1),
            row("9", Status::Confirmed, 2),
            row("9", Status::Pending, 3),
        ];
        let of_hours = bars(TallyBy::Hour, &rows);
        assert_eq!(of_hours.iter().map(|b| b.key.as_str()).collect::<Vec<_>>(), ["9", "10"]);
        assert_eq!(of_hours[0].total, 5);
        assert_eq!(bars(TallyBy::Day, &rows)[0].key, "1970-01-10");
    }
}
