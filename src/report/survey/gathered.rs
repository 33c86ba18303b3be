//! What a survey is made of, and how much of it may be told.

use super::places::PlannedPlace;
use crate::register::{UNNAMED, Veil};
use crate::report::view::ViewFitness;
use crate::rules::Domain;
use crate::store::{RegisterCamera, RegisterCounts};
use jiff::civil::Date;

/// What a survey is made of.
#[derive(Debug, Clone)]
pub struct Survey {
    /// First and last local day that views and incidents were measured over.
    pub days: (Date, Date),
    /// The wards that it is limited to; none: the whole city.
    pub wards: Option<Vec<String>>,
    /// The domains that it is limited to; none: all.
    pub domains: Option<Vec<Domain>>,
    /// The local day.
    pub made_on: Date,
    /// Every camera.
    pub register: Vec<RegisterCamera>,
    /// How many there are.
    pub counts: RegisterCounts,
    /// Views, the worst first.
    pub views: Vec<ViewFitness>,
    /// Planned places, those that would add most first.
    pub places: Vec<PlannedPlace>,
    /// Pictures of the worst views, by camera (JPEG).
    pub stills: Vec<(String, Vec<u8>)>,
    /// Names that may not stand in it: a council's papers are public.
    pub veil: Veil,
}

impl Survey {
    /// The same without the names that may not be told, save codes, by which its parts are joined.
    pub(super) fn veiled(&self) -> Self {
        let veil = &self.veil;
        let mut s = self.clone();
        for camera in &mut s.register {
            *camera = veil.camera(camera);
        }
        for ward in s.wards.iter_mut().flatten() {
            *ward = veil.over(ward);
        }
        for part in &mut s.counts.parts {
            part.ward = veil.over(&part.ward);
            part.stage = part.stage.as_ref().map(|stage| veil.over(stage));
        }
        for view in &mut s.views {
            view.name = veil.at(&view.camera, &view.name);
            view.ward = view.ward.as_ref().map(|ward| veil.at(&view.camera, ward));
            // Reasons name zones and lines, which are called after who lives there, too.
            for k in &view.kinds {
                if veil.at(&view.camera, &k.place) == k.place {
                    continue;
                }
                let place = &k.place;
                let named = [format!("({place})"), format!("“{place}”"), format!("\"{place}\"")];
                for said in view.reasons.iter_mut().map(|r| &mut r.said) {
                    for named in &named {
                        said.vi = said.vi.replace(named, UNNAMED);
                        said.en = said.en.replace(named, UNNAMED);
                    }
                }
            }
            for said in view.reasons.iter_mut().map(|r| &mut r.said) {
                said.vi = veil.at(&view.camera, &said.vi);
                said.en = veil.at(&view.camera, &said.en);
            }
        }
        for p in &mut s.places {
            (p.name, p.ward) = (veil.at(&p.code, &p.name), veil.at(&p.code, &p.ward));
            p.stage = p.stage.as_ref().map(|stage| veil.at(&p.code, stage));
        }
        s
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Words;
    use crate::report::fitness::Verdict;
    use crate::report::view::{Advice, KindView, Light, ViewReason};
    use crate::rules::Kind;
    use crate::store::RegisterState;

    fn view(place: &str, said: &str) -> ViewFitness {
        let kind = KindView {
            rule: "parking".to_owned(),
            kind: Kind::IllegalParking,
            place: place.to_owned(),
            incidents: 0,
            height_pixels: None,
            height_from: None,
            angle_degrees: None,
            occluded: None,
            verdict: Verdict::Poor,
            reasons: Vec::new(),
        };
        let said = Words::same(said);
        let reason = ViewReason { code: "small", loss: 0.4, said, advice: Advice::Turn };
        ViewFitness {
            camera: "p1".to_owned(),
            name: "Chợ".to_owned(),
            ward: None,
            verdict: Verdict::Poor,
            score: 60,
            advice: Advice::Turn,
            reasons: vec![reason],
            kinds: vec![kind],
            light: Light::default(),
            observations: 1,
        }
    }

    #[test]
    fn reasons_name_nobody_who_did_not_agree() {
        let register = vec![RegisterCamera {
            code: "p1".to_owned(),
            contributor: Some("Ông bà Nguyễn Văn A và Trần Thị B".to_owned()),
            name: "Chợ".to_owned(),
            ward: "Phường 1".to_owned(),
            stage: None,
            place: None,
            position: None,
            owner: None,
            vendor: None,
            contract: None,
            funding: None,
            consent: false,
            cost_dong: None,
            state: RegisterState::Installed,
            installed_on: None,
            note: None,
        }];
        let survey = Survey {
            wards: None,
            domains: None,
            days: (jiff::civil::date(2026, 1, 1), jiff::civil::date(2026, 3, 31)),
            made_on: jiff::civil::date(2026, 4, 1),
            counts: RegisterCounts::default(),
            views: vec![
                view("trước nhà bà Trần Thị B", "Đỗ xe (trước nhà bà Trần Thị B): ở xa"),
                view("trước nhà bà Trần Thị B", "vùng “trước nhà bà Trần Thị B” quá hẹp"),
                view("cong", "Nhà Nguyễn Văn A che khuất"),
                view("cong", "Đỗ xe (cong): ở xa"),
            ],
            places: Vec::new(),
            stills: Vec::new(),
            veil: Veil::of(&register),
            register,
        };
        let told: Vec<String> =
            survey.veiled().views.iter().map(|v| v.reasons[0].said.vi.clone()).collect();
        let at = "Đỗ xe (không nêu tên): ở xa";
        let zone = "vùng (không nêu tên) quá hẹp";
        assert_eq!(told, [at, zone, UNNAMED, "Đỗ xe (cong): ở xa"]);
    }
}
