//! What is looked up before a queue is asked for: which events a text, a plate or a person means. So the
//! question itself is one that an index answers, however many events there are.

use super::database::QueryBuilder;
use super::error::StoreError;
use super::handle::Store;
use super::place_names::Meant;
use super::queue::QueueFilter;
use super::word::word;

/// Events that are named one by one at most; of more, enough are soon found.
const FEW: usize = 1000;

/// What was looked up of a filter.
pub(super) struct Found {
    /// What its text means.
    pub(super) text: Meant,
    /// What it asks of reviews.
    pub(super) reviewed: Vec<Reviewed>,
}

/// Something asked of an event's review.
#[derive(Clone)]
pub(super) struct Reviewed {
    what: What,
    value: String,
    /// The events that it is so of, where they are few.
    pub(super) few: Option<Vec<String>>,
}

#[derive(Clone, Copy)]
enum What {
    Assignee,
    Reviewer,
    NotReviewer,
    SecondLook,
    Plate,
}

impl Found {
    /// Whether its text means zones or names, which no index holds.
    pub(super) fn names_zones(&self) -> bool {
        matches!(&self.text, Meant::These { places, .. } if !places.is_empty())
    }

    /// The events one by one, where they are few.
    pub(super) fn few(&self) -> Option<&[String]> {
        self.reviewed.iter().filter_map(|r| r.few.as_deref()).min_by_key(|few| few.len())
    }

    /// What is so of few among all events and is asked of reviews first, and what is then left to ask.
    pub(super) fn rare(&self) -> Option<(&Reviewed, Self)> {
        if self.few().is_some() {
            return None;
        }
        let rare = self.reviewed.iter().find(|r| r.is_rare())?;
        let others = self.reviewed.iter().filter(|r| !r.is_rare()).cloned().collect();
        Some((rare, Self { text: self.text.clone(), reviewed: others }))
    }

    /// Adds the table of events, and ` WHERE TRUE`: from the few that can be meant where that is known,
    /// so that no index of many is taken instead.
    pub(super) fn tell_from(&self, q: &mut QueryBuilder) {
        if let Some(few) = self.few().filter(|few| !few.is_empty()) {
            q.push(" FROM (VALUES ");
            for (n, id) in few.iter().enumerate() {
                q.push(if n > 0 { ", (" } else { "(" }).push_bind(id.clone()).push(")");
            }
            q.push(") few CROSS JOIN events WHERE events.id = few.column1");
            return;
        }
        q.push(" FROM events WHERE TRUE");
    }
}

impl Reviewed {
    /// Whether it is so of few among all events, however many these are, and an index says of which.
    pub(super) fn is_rare(&self) -> bool {
        matches!(self.what, What::SecondLook)
    }

    /// Adds the condition on a row of `reviews`.
    pub(super) fn asked(&self, q: &mut QueryBuilder) {
        match self.what {
            What::Assignee => q.push("assignee = ").push_bind(self.value.clone()),
            What::Reviewer => q.push("decided_by = ").push_bind(self.value.clone()),
            What::NotReviewer => q.push("decided_by <> ").push_bind(self.value.clone()),
            What::SecondLook => q.push("second_look = ").push_bind(self.value.clone()),
            What::Plate => {
                // Plates are kept in capitals, with marks that nobody has to know.
                q.push("plate IS NOT NULL AND ");
                q.push("REPLACE(REPLACE(REPLACE(plate, ' ', ''), '-', ''), '.', '') LIKE ");
                q.push_bind(like(&bare(&self.value))).push(" ESCAPE '!'")
            }
        };
    }
}

impl Store {
    /// Looks up what a filter means.
    pub(super) fn look_up(&self, f: &QueueFilter) -> Result<Found, StoreError> {
        let db = self.database();
        let text = match &f.text {
            Some(text) => db.meant(self.place_names(), text)?,
            None => Meant::All,
        };
        let look = f.second_look.as_ref().map(word);
        let asked = [
            (What::Assignee, &f.assignee),
            (What::Reviewer, &f.reviewer),
            (What::NotReviewer, &f.not_reviewer),
            (What::SecondLook, &look),
            (What::Plate, &f.plate),
        ];
        let mut reviewed = Vec::new();
        for (what, value) in asked {
            let Some(value) = value.clone() else { continue };
            let mut of = Reviewed { what, value, few: None };
            let mut q = QueryBuilder::new("SELECT event FROM reviews WHERE ");
            of.asked(&mut q);
            q.push(" LIMIT ").push_bind(FEW as i64 + 1);
            let ids: Vec<String> = db.wait(q.build_query_scalar().fetch_all(&db.pool))?;
            of.few = (ids.len() <= FEW).then_some(ids);
            reviewed.push(of);
        }
        Ok(Found { text, reviewed })
    }
}

/// A plate as somebody looks for it, without its marks.
fn bare(plate: &str) -> String {
    let bare = plate.to_uppercase().replace('Ð', "Đ");
    bare.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | '\u{2013}')).collect()
}

/// A pattern that finds `text` anywhere, as it is written.
fn like(text: &str) -> String {
    let mut pattern = String::from("%");
    for c in text.chars() {
        if matches!(c, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(c);
    }
    pattern.push('%');
    pattern
}
