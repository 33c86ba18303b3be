//! Planned places compared by what they would add: how far what they would see lies from every camera
//! that stands, and how often something happens near them.

use crate::media::WallTime;
use crate::rules::Domain;
use crate::store::{
    QueueFilter, QueueScope, RegisterCamera, RegisterPosition, RegisterState, Status, Store,
    StoreError, TallyBy,
};
use serde::Serialize;
use std::collections::BTreeMap;

/// A camera's street is seen for about so many metres; what lies twice as far is not covered.
pub(super) const COVERED_METRES: f64 = 150.0;
/// Farther than this from every other camera, a place adds all that a place can add.
const FAR_METRES: f64 = 500.0;
/// Incidents at cameras within so many metres are near.
pub(super) const NEAR_METRES: f64 = 300.0;

/// A planned camera, and what it would add.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlannedPlace {
    /// Its code.
    pub code: String,
    /// What people call it.
    pub name: String,
    /// The ward.
    pub ward: String,
    /// The project's stage.
    pub stage: Option<String>,
    /// Metres to the nearest camera that stands; `None`: no position is known, or none stands.
    pub nearest_metres: Option<f64>,
    /// That camera.
    pub nearest: Option<String>,
    /// Cameras that stand within 150 m.
    pub installed_near: u64,
    /// Incidents in the period at cameras within 300 m that were not dismissed.
    pub incidents_near: u64,
    /// What it would add, 0 to 100: half for lying far from what stands, half for what happens near.
    /// `None`: where it is to stand is not known.
    pub score: Option<u32>,
}

/// Planned cameras, those that would add most first; those without a position last. Of incidents only
/// those of `domains` count; `None`: all.
///
/// # Errors
/// What the store says.
pub fn planned_places(
    store: &Store,
    register: &[RegisterCamera],
    from: WallTime,
    to: WallTime,
    domains: Option<&[Domain]>,
) -> Result<Vec<PlannedPlace>, StoreError> {
    let statuses = Status::ALL.into_iter().filter(|s| *s != Status::Dismissed).collect();
    let scope = QueueScope { wards: None, domains: domains.map(<[Domain]>::to_vec) };
    let (from, to) = (Some(from), Some(to));
    let filter = QueueFilter { scope, statuses, from, to, ..QueueFilter::default() };
    let mut incidents: BTreeMap<String, u64> = BTreeMap::new();
    for row in store.tally(&filter, TallyBy::Camera)? {
        *incidents.entry(row.key).or_default() += row.count;
    }
    Ok(compared(register, &incidents))
}

fn compared(register: &[RegisterCamera], incidents: &BTreeMap<String, u64>) -> Vec<PlannedPlace> {
    let standing: Vec<(&RegisterCamera, RegisterPosition)> = register
        .iter()
        .filter(|c| c.state == RegisterState::Installed)
        .filter_map(|c| Some((c, c.position?)))
        .collect();
    let planned = register.iter().filter(|c| c.state == RegisterState::Planned);
    let mut places: Vec<PlannedPlace> =
        planned.map(|camera| one(camera, &standing, incidents)).collect();
    let most = places.iter().map(|p| p.incidents_near).max().unwrap_or(0).max(1);
    for place in places.iter_mut().filter(|p| p.score.is_some()) {
        let gap = place.nearest_metres.unwrap_or(FAR_METRES).min(FAR_METRES) / FAR_METRES;
        let need = place.incidents_near as f64 / most as f64;
        place.score = Some((50.0 * gap + 50.0 * need).round() as u32);
    }
    places.sort_by(|a, b| {
        let worth = |p: &PlannedPlace| std::cmp::Reverse(p.score.map(|s| s + 1));
        (worth(a), &a.code).cmp(&(worth(b), &b.code))
    });
    places
}

fn one(
    camera: &RegisterCamera,
    standing: &[(&RegisterCamera, RegisterPosition)],
    incidents: &BTreeMap<String, u64>,
) -> PlannedPlace {
    let mut place = PlannedPlace {
        code: camera.code.clone(),
        name: camera.name.clone(),
        ward: camera.ward.clone(),
        stage: camera.stage.clone(),
        nearest_metres: None,
        nearest: None,
        installed_near: 0,
        incidents_near: 0,
        score: None,
    };
    let Some(at) = camera.position else { return place };
    place.score = Some(0);
    let mut nearest: Option<(f64, &str)> = None;
    for (other, position) in standing {
        let metres = at.metres_to(*position);
        if nearest.is_none_or(|(least, _)| metres < least) {
            nearest = Some((metres, &other.code));
        }
        place.installed_near += u64::from(metres <= COVERED_METRES);
        if metres <= NEAR_METRES {
            place.incidents_near += incidents.get(&other.code).copied().unwrap_or(0);
        }
    }
    place.nearest_metres = nearest.map(|(metres, _)| metres.round());
    place.nearest = nearest.map(|(_, code)| code.to_owned());
    place
}

#[cfg(test)]
mod tests {
    use super::*;

    fn camera(code: &str, state: RegisterState, lon: Option<f64>) -> RegisterCamera {
        RegisterCamera {
            code: code.into(),
            name: code.into(),
            ward: "Phường 1".into(),
            stage: None,
            place: None,
            position: lon.map(|lon| RegisterPosition { lat: 9.93, lon }),
            owner: None,
            vendor: None,
            contract: None,
            funding: None,
            contributor: None,
            consent: false,
            cost_dong: None,
            state,
            installed_on: None,
            note: None,
        }
    }

    #[test]
    fn far_places_and_busy_ones_add_most() {
        use RegisterState::{Installed, Planned};
        // A hundredth of a degree of longitude is about 1095 m here.
        let register = [
            camera("quiet", Installed, Some(106.30)),
            camera("busy", Installed, Some(106.40)),
            camera("a-beside-quiet", Planned, Some(106.3001)),
            camera("b-beside-busy", Planned, Some(106.4010)),
            camera("c-far", Planned, Some(106.35)),
            camera("d-nowhere", Planned, None),
        ];
        let incidents = [("busy".to_owned(), 40), ("quiet".to_owned(), 2)].into();
        let places = compared(&register, &incidents);
        let told: Vec<(&str, Option<u32>, u64)> =
            places.iter().map(|p| (p.code.as_str(), p.score, p.incidents_near)).collect();
        assert_eq!(
            told,
            [
                ("b-beside-busy", Some(61), 40),
                ("c-far", Some(50), 0),
                ("a-beside-quiet", Some(4), 2),
                ("d-nowhere", None, 0),
            ]
        );
        assert_eq!(places[0].nearest.as_deref(), Some("busy"));
        assert_eq!((places[0].nearest_metres, places[0].installed_near), (Some(110.0), 1));
    }
}
