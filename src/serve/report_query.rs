//! A question for figures understood: which days, of what.

use super::asker::Asker;
use super::desk::Desk;
use super::event_query::EventQuery;
use super::refusal::Refusal;
use crate::media::WallTime;
use crate::report::{FiguresAsked, Period, PeriodKind};
use crate::rules::Domain;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Which figures.
#[derive(Debug, Default, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ReportQuery {
    /// `day`, `week`, `month`, `half_year`, `year`; left out where `from` and `to` are given, else `month`.
    period: Option<String>,
    /// A day within the period, `2026-10-15`, or, but for a day or week, its month, `2026-10`; the
    /// last period that is over where it is left out.
    on: Option<String>,
    /// The first day, `2026-10-01`, of any other period.
    from: Option<String>,
    /// Its last day.
    to: Option<String>,
    /// Only these wards, separated by commas.
    ward: Option<String>,
    /// Only these domains.
    domain: Option<String>,
    /// Only these kinds.
    kind: Option<String>,
    /// Only these cameras, by id.
    camera: Option<String>,
    /// Only what this agency looks after.
    agency: Option<String>,
}

impl ReportQuery {
    /// What was asked for, without what was not.
    pub(super) fn named(&self) -> serde_json::Value {
        let mut named = serde_json::to_value(self).unwrap_or_default();
        if let Some(map) = named.as_object_mut() {
            map.retain(|_, value| !value.is_null());
        }
        named
    }

    /// What is asked for, within what whoever asks may see.
    pub(super) fn wanted(&self, desk: &Desk, asker: &Asker) -> Result<FiguresAsked, Refusal> {
        let events = EventQuery {
            ward: self.ward.clone(),
            domain: self.domain.clone(),
            kind: self.kind.clone(),
            camera: self.camera.clone(),
            agency: self.agency.clone(),
            ..EventQuery::default()
        };
        let filter = events.wanted(desk, asker)?.filter;
        // What a report says that it counts it must count: its head names what was asked for.
        let scope = &filter.scope;
        if let Some(ward) = filter.wards.iter().find(|w| !scope.holds_ward(Some(w.as_str()))) {
            return Err(outside("ward", ward));
        }
        let mine = |d: &Domain| scope.domains.as_ref().is_none_or(|mine| mine.contains(d));
        if let Some(domain) = filter.domains.iter().find(|d| !mine(d)) {
            return Err(outside("domain", domain.name()));
        }
        let site = desk.site();
        if let Some(agency) = &filter.agency
            && !site.agencies.iter().any(|a| a.id == *agency)
        {
            return Err(Refusal::not_understood("agency: the site has none of this id"));
        }
        let asked = FiguresAsked::of(self.period((desk.now)())?, Some(&site), (desk.now)());
        Ok(FiguresAsked { filter, ..asked })
    }

    fn period(&self, now: WallTime) -> Result<Period, Refusal> {
        let wrong = |key: &str, what: &str| Refusal::not_understood(format!("{key}: {what}"));
        let day = |key: &str, text: &str| {
            let day = text.parse::<Date>().ok().filter(|_| text.len() == 10);
            day.ok_or_else(|| wrong(key, "give a day like 2026-10-15"))
        };
        let period = match (&self.from, &self.to) {
            (Some(from), Some(to)) if self.period.is_none() && self.on.is_none() => {
                Period::range(day("from", from)?, day("to", to)?)
            }
            (None, None) => {
                let kind = match self.period.as_deref() {
                    None => PeriodKind::Month,
                    Some(word) => {
                        let known = PeriodKind::ALL.into_iter().find(|(name, _)| *name == word);
                        let known = known.map(|(_, kind)| kind);
                        known.ok_or_else(|| {
                            wrong("period", "give day, week, month, half_year or year")
                        })?
                    }
                };
                // A month is named as a whole, too, where that tells the period.
                let within = !matches!(kind, PeriodKind::Day | PeriodKind::Week);
                match self.on.as_deref() {
                    Some(on) if on.len() == 7 && within => {
                        Period::of(kind, day("on", &format!("{on}-01"))?)
                    }
                    Some(on) => Period::of(kind, day("on", on)?),
                    None => Period::last_over(kind, now),
                }
            }
            _ => {
                return Err(wrong(
                    "from, to",
                    "give both of them, or a period and a day in it by `on`",
                ));
            }
        };
        period.map_err(|e| Refusal::not_understood(e.to_string()))
    }
}

fn outside(key: &str, what: &str) -> Refusal {
    Refusal::outside(format!("{key}: \"{what}\" is none of yours to see"))
}

/// Figures, and what file they are to be.
#[derive(Debug, Default, Clone, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, default)]
pub(super) struct ReportFileQuery {
    /// `html`, `csv`, `xlsx`, `docx`; `html` where it is left out.
    pub(super) format: Option<String>,
    /// `vi` or `en`; `vi` where it is left out.
    pub(super) language: Option<String>,
    /// As of the figures.
    period: Option<String>,
    /// As of the figures.
    on: Option<String>,
    /// As of the figures.
    from: Option<String>,
    /// As of the figures.
    to: Option<String>,
    /// As of the figures.
    ward: Option<String>,
    /// As of the figures.
    domain: Option<String>,
    /// As of the figures.
    kind: Option<String>,
    /// As of the figures.
    camera: Option<String>,
    /// As of the figures.
    agency: Option<String>,
}

impl ReportFileQuery {
    /// The figures alone.
    pub(super) fn figures(self) -> ReportQuery {
        ReportQuery {
            period: self.period,
            on: self.on,
            from: self.from,
            to: self.to,
            ward: self.ward,
            domain: self.domain,
            kind: self.kind,
            camera: self.camera,
            agency: self.agency,
        }
    }
}
