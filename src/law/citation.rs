//! Which provisions were in force for what happened, and what is said of them together.

use super::around::{Exemption, Gap, Relation, RelationKind};
use super::provision::{Provision, Text};
use super::table::{Article, table};
use crate::rules::Kind;
use crate::vision::Class;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What happened, as far as provisions ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Conduct {
    /// The kind of violation.
    pub kind: Kind,
    /// Class of the subject; `None`: any.
    pub class: Option<Class>,
    /// People on the vehicle, where they were counted.
    pub people: Option<u32>,
    /// The local date.
    pub date: Date,
}

/// What the law has to say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Citation {
    /// All provisions in force then, in the catalogue's order. Empty: none is known.
    pub articles: Vec<&'static Article>,
    /// How those relate of which two or more are in force.
    pub overlap: Vec<Overlap>,
    /// What a reviewer has to think of.
    pub exemptions: Vec<&'static Exemption>,
    /// What is not held.
    pub gaps: Vec<&'static Gap>,
}

/// How some of the provisions cited relate.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Overlap {
    /// How they relate.
    pub relation: RelationKind,
    /// Which, as they are cited: place and instrument.
    pub provisions: Vec<String>,
    /// What a reviewer is told.
    pub note: Text,
}

/// What the law has to say of a conduct. Provisions are listed, none is chosen.
pub fn citation(conduct: Conduct) -> Citation {
    let Conduct { kind, class, people, date } = conduct;
    let table = table();
    let articles: Vec<_> = table
        .articles
        .iter()
        .filter(|a| a.kinds.contains(&kind) && a.concerns(class) && a.counts(people))
        .filter(|a| a.provision.in_force(date))
        .collect();
    Citation {
        overlap: table.relations.iter().filter_map(|r| overlap(r, &articles)).collect(),
        exemptions: table
            .exemptions
            .iter()
            .filter(|e| e.kinds.contains(&kind))
            .map(|e| &e.exemption)
            .collect(),
        gaps: table.gaps.iter().filter(|g| g.concerns(kind, class)).collect(),
        articles,
    }
}

fn overlap(relation: &Relation, articles: &[&Article]) -> Option<Overlap> {
    let related = || articles.iter().filter(|a| a.relations.contains(&relation.name));
    let instruments = || related().map(|a| &a.provision.instrument);
    // Points of one instrument that exclude each other do not overlap.
    let told = match relation.relation {
        RelationKind::Depends => related().count() > 1,
        RelationKind::Overlap => instruments().any(|i| Some(i) != instruments().next()),
    };
    told.then(|| Overlap {
        relation: relation.relation,
        provisions: related().map(|a| a.provision.cited()).collect(),
        note: relation.note.clone(),
    })
}

/// The provisions that `kind` by a subject of `class` falls under on the local date `date`, in the
/// catalogue's order. Empty where it knows none.
pub fn provisions(kind: Kind, class: Class, date: Date) -> Vec<&'static Provision> {
    let all = citation(Conduct { kind, class: Some(class), people: None, date });
    all.articles.iter().map(|a| &a.provision).collect()
}

/// The first of [`provisions`]: the one to look at first, not the one decided on.
pub fn provision(kind: Kind, class: Class, date: Date) -> Option<&'static Provision> {
    provisions(kind, class, date).first().copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use proptest::prelude::*;

    fn cite(kind: Kind, class: Class, on: Date) -> Vec<&'static str> {
        provisions(kind, class, on).iter().map(|p| p.provision.as_str()).collect()
    }

    #[test]
    fn cites_by_kind_class_and_date() {
        let now = date(2026, 11, 21);
        assert_eq!(cite(Kind::IllegalParking, Class::Car, now), ["Điều 6 khoản 3 điểm e"]);
        assert_eq!(cite(Kind::IllegalParking, Class::Truck, now), ["Điều 6 khoản 3 điểm e"]);
        assert_eq!(cite(Kind::SidewalkRiding, Class::Motorcycle, now), ["Điều 7 khoản 7 điểm a"]);
        assert_eq!(cite(Kind::Jaywalking, Class::Person, now), ["Điều 10 khoản 1 điểm a"]);
        assert_eq!(cite(Kind::RedLight, Class::Car, now), ["Điều 6 khoản 9 điểm b"]);
        assert_eq!(cite(Kind::RedLight, Class::Motorcycle, now), ["Điều 7 khoản 7 điểm c"]);
        assert_eq!(cite(Kind::RedLight, Class::Bicycle, now), ["Điều 9 khoản 2 điểm đ"]);
        assert_eq!(cite(Kind::WrongWay, Class::Bus, now), ["Điều 6 khoản 9 điểm d"]);
        assert!(cite(Kind::IllegalParking, Class::Car, date(2024, 12, 31)).is_empty());
        assert_eq!(cite(Kind::IllegalParking, Class::Car, date(2025, 1, 1)).len(), 1);
        assert!(cite(Kind::IllegalParking, Class::Person, now).is_empty());
        for class in Class::ALL {
            for kind in [Kind::RestrictedArea, Kind::Loitering, Kind::BannedVehicle, Kind::Speeding]
            {
                assert!(cite(kind, class, now).is_empty());
            }
        }
    }

    #[test]
    fn passengers_tell_two_points_apart() {
        let of = |people| {
            let date = date(2026, 11, 21);
            let class = Some(Class::Motorcycle);
            citation(Conduct { kind: Kind::Overloading, class, people, date })
        };
        let places = |c: &Citation| {
            c.articles.iter().map(|a| a.provision.provision.clone()).collect::<Vec<_>>()
        };
        assert_eq!(places(&of(Some(3))), ["Điều 7 khoản 2 điểm g"]);
        assert_eq!(places(&of(Some(4))), ["Điều 7 khoản 3 điểm b"]);
        assert_eq!(places(&of(Some(2))), <[&str; 0]>::default());
        assert_eq!(places(&of(None)).len(), 2);
        assert!(of(Some(5)).overlap.is_empty());
        assert_eq!(of(None).overlap[0].relation, RelationKind::Depends);
    }

    #[test]
    fn two_decrees_on_litter_are_both_shown_from_the_day_of_the_second() {
        let on = |date| {
            citation(Conduct {
                kind: Kind::Littering,
                class: Some(Class::Thing),
                people: None,
                date,
            })
        };
        let (before, after) = (on(date(2026, 2, 28)), on(date(2026, 3, 1)));
        let overlaps = |c: &Citation| {
            c.overlap.iter().filter(|o| o.relation == RelationKind::Overlap).cloned().collect()
        };
        assert_eq!(overlaps(&before), Vec::<Overlap>::new());
        assert!(before.articles.iter().all(|a| a.provision.instrument.contains("45/2022")));
        let both: Vec<Overlap> = overlaps(&after);
        assert_eq!(both.len(), 1);
        assert_eq!(
            both[0].provisions,
            [
                "Điều 5 khoản 2 điểm d Nghị định 336/2025/NĐ-CP",
                "Điều 25 khoản 2 điểm d Nghị định 45/2022/NĐ-CP"
            ]
        );
        assert_eq!(after.articles.len(), before.articles.len() + 1);
    }

    #[test]
    fn what_is_not_held_is_named() {
        let date = date(2026, 11, 21);
        for kind in Kind::ALL {
            for &class in kind.info().classes {
                let class = Some(class);
                let known = citation(Conduct { kind, class, people: None, date });
                assert!(!known.articles.is_empty() || !known.gaps.is_empty(), "{kind:?} {class:?}");
            }
        }
    }

    proptest! {
        /// No two are in force together unless they say so, whatever the day, class and number.
        #[test]
        fn provisions_in_force_together_are_declared(
            days in -800_i32..3000,
            kind in 0..Kind::ALL.len(),
            class in 0..Class::ALL.len(),
            people in prop::option::of(1_u32..9),
        ) {
            let date = date(2025, 1, 1).saturating_add(jiff::Span::new().days(days));
            let conduct =
                Conduct { kind: Kind::ALL[kind], class: Some(Class::ALL[class]), people, date };
            let cited = citation(conduct);
            for (i, a) in cited.articles.iter().enumerate() {
                prop_assert!(a.provision.in_force(date));
                prop_assert!(a.kinds.contains(&conduct.kind) && a.concerns(conduct.class));
                for b in &cited.articles[i + 1..] {
                    let declared = a.relations.iter().any(|r| b.relations.contains(r));
                    prop_assert!(declared, "{a:?} and {b:?} on {date}");
                }
            }
            let all = table().articles.iter().filter(|a| {
                a.kinds.contains(&conduct.kind) && a.concerns(conduct.class) && a.counts(people)
            });
            let left_out = all.filter(|a| !cited.articles.contains(a));
            prop_assert!(left_out.into_iter().all(|a| !a.provision.in_force(date)));
        }
    }

    #[test]
    fn instruments_that_follow_one_another_are_never_in_force_together() {
        let evidence = |date| {
            let about = |r: &&super::super::Related| r.topic == super::super::Topic::Evidence;
            table().related.iter().filter(about).filter(|r| r.in_force(date)).count()
        };
        assert_eq!(evidence(date(2026, 3, 31)), 1);
        assert_eq!(evidence(date(2026, 4, 1)), 1);
    }
}
