//! How well an event's evidence is protected: by what was decided of it, and of every other event that
//! shows the same incident, as a further sighting or merged by hand. What keeps one of them keeps all.

use super::record::Status;
use super::retention_item::ItemClass;
use crate::media::WallTime;
use std::collections::HashMap;

/// An event, as far as it protects others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Member {
    pub id: String,
    /// The event it is another sighting of.
    pub same_as: Option<String>,
    /// The event it was merged into.
    pub merged_into: Option<String>,
    pub status: Status,
    /// When it was decided.
    pub decided: Option<WallTime>,
    /// A case or a request needs it.
    pub held: bool,
}

/// How well evidence is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Protection {
    /// The best of all that show the incident.
    pub class: ItemClass,
    /// A case or a request needs one of them.
    pub held: bool,
    /// When one of them was decided last.
    pub decided: Option<WallTime>,
}

impl Member {
    /// What it says of its incident. Desks list the first sighting alone: of another that nobody has
    /// touched, the first tells.
    fn says(&self) -> Option<ItemClass> {
        let untouched = self.same_as.is_some() && self.status == Status::Pending;
        (!untouched).then(|| ItemClass::of(self.status))
    }
}

/// How well each is protected, in the same order.
pub(super) fn protections(members: &[Member]) -> Vec<Protection> {
    let place: HashMap<&str, usize> =
        members.iter().enumerate().map(|(nth, m)| (m.id.as_str(), nth)).collect();
    // Each names another of its incident, until one that names itself.
    let mut toward: Vec<usize> = (0..members.len()).collect();
    for (nth, member) in members.iter().enumerate() {
        for other in [&member.same_as, &member.merged_into].into_iter().flatten() {
            if let Some(&other) = place.get(other.as_str()) {
                let (a, b) = (root(&mut toward, nth), root(&mut toward, other));
                toward[a.max(b)] = a.min(b);
            }
        }
    }
    let none = Protection { class: ItemClass::Observations, held: false, decided: None };
    let mut of_root = vec![none; members.len()];
    for (nth, member) in members.iter().enumerate() {
        let all = &mut of_root[root(&mut toward, nth)];
        all.class = all.class.max(member.says().unwrap_or(ItemClass::Observations));
        all.held |= member.held;
        all.decided = all.decided.max(member.decided);
    }
    let protection = |nth| {
        let all = of_root[root(&mut toward, nth)];
        // Where no first is there to tell, nobody has decided.
        let told = all.class > ItemClass::Observations;
        Protection { class: if told { all.class } else { ItemClass::Pending }, ..all }
    };
    (0..members.len()).map(protection).collect()
}

/// The one that names itself; those on the way name nearer ones from here on.
fn root(toward: &mut [usize], mut nth: usize) -> usize {
    while toward[nth] != nth {
        toward[nth] = toward[toward[nth]];
        nth = toward[nth];
    }
    nth
}

#[cfg(test)]
mod tests {
    use super::*;
    use Status::{Acknowledged, CannotTell, Confirmed, Dismissed, Pending};

    fn member(id: &str, status: Status, same_as: &str, merged_into: &str) -> Member {
        let named = |id: &str| (!id.is_empty()).then(|| id.to_owned());
        Member {
            id: id.into(),
            same_as: named(same_as),
            merged_into: named(merged_into),
            status,
            decided: None,
            held: false,
        }
    }

    fn classes(members: &[Member]) -> Vec<ItemClass> {
        let mut turned = members.to_vec();
        turned.reverse();
        let mut back = protections(&turned);
        back.reverse();
        assert_eq!(protections(members), back, "their order is nothing");
        back.into_iter().map(|p| p.class).collect()
    }

    #[test]
    fn the_best_of_an_incident_is_that_of_all() {
        use ItemClass as C;
        let alone = |status| classes(&[member("a", status, "", "")])[0];
        assert_eq!(
            Status::ALL.map(alone),
            [C::Pending, C::Pending, C::Confirmed, C::Dismissed, C::Dismissed]
        );
        let two =
            |first, second| classes(&[member("a", first, "", ""), member("b", second, "a", "")]);
        assert_eq!(two(Confirmed, Pending), [C::Confirmed; 2]);
        assert_eq!(two(Pending, Confirmed), [C::Confirmed; 2]);
        assert_eq!(two(Dismissed, Pending), [C::Dismissed; 2], "nobody is shown the second");
        assert_eq!(two(Dismissed, Acknowledged), [C::Pending; 2]);
        // c was merged into b, a sighting of a, and d into c before that.
        let far = [
            member("a", Confirmed, "", ""),
            member("b", Pending, "a", ""),
            member("c", Dismissed, "", "b"),
            member("d", Dismissed, "", "c"),
            member("e", CannotTell, "", ""),
        ];
        let wanted = [[C::Confirmed; 4].as_slice(), &[C::Dismissed]].concat();
        assert_eq!(classes(&far), wanted);
        // The first is not there any more.
        assert_eq!(classes(&[member("b", Pending, "a", "")]), [C::Pending]);
    }

    #[test]
    fn what_holds_one_holds_all_and_the_last_decision_counts() {
        let at = |s| Some(WallTime(jiff::Timestamp::from_second(s).unwrap()));
        let mut all = vec![
            member("a", Confirmed, "", ""),
            member("b", Pending, "a", ""),
            member("c", Dismissed, "", "a"),
            member("d", Pending, "", ""),
        ];
        all[1].held = true;
        (all[0].decided, all[2].decided) = (at(5), at(9));
        let told = protections(&all);
        assert!(told[..3].iter().all(|p| p.held && p.decided == at(9)));
        assert!(!told[3].held && told[3].decided.is_none());
    }
}
