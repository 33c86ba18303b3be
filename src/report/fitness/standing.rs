//! Whether standing things can be told in a zone: left things, and the share of a zone that is covered.

use super::sample::Sample;
use super::verdict::Verdict;
use crate::config::Camera;
use crate::report::document::Words;
use crate::rules::{Mechanism, RuleSpec};
use crate::scene::CellGrid;
use crate::vision::Family;
use crate::vision::background::ANALYSED;
use geo::Centroid;

/// A bag, in heights of a person: forty centimetres.
const BAG_LENGTHS: f32 = 0.25;
/// Its height in pixels of the picture that is analysed, below which it cannot be told and is told
/// badly: a standing change is nine pixels at least.
const LEAST_BAG: f32 = 3.0;
const GOOD_BAG: f32 = 6.0;
/// Cells of a zone, below which its share means nothing, and little.
const LEAST_CELLS: usize = 6;
const GOOD_CELLS: usize = 16;

/// What is to be said of a rule of left things or occupancy.
pub(super) fn judge_standing(
    camera: &Camera,
    sample: &Sample,
    rule: &RuleSpec,
    mut add: impl FnMut(Verdict, Words),
) {
    let Some(zone) = camera.scene.zone(&rule.zone) else { return };
    let (width, height) = camera.scene.frame_size;
    let factor = (ANALYSED.0 / width as f32).min(ANALYSED.1 / height as f32).min(1.0);
    let name = &rule.zone;
    if rule.kind.info().mechanism == Mechanism::Occupancy {
        let cells = CellGrid::of(zone, camera.scene.frame_size).cells.len();
        let advice = Words::new(
            format!(
                "vùng “{name}” quá nhỏ trong hình phân tích ({cells} ô, cần từ {GOOD_CELLS} ô); khoanh lớn hơn hoặc đặt camera gần hơn"
            ),
            format!(
                "zone \"{name}\" is only {cells} cells in the picture that is analysed ({GOOD_CELLS} \
                 or more tell a share well); draw it larger, or place the camera nearer"
            ),
        );
        if cells < LEAST_CELLS {
            add(Verdict::Cannot, advice);
        } else if cells < GOOD_CELLS {
            add(Verdict::Poor, advice);
        }
        if let Some((_, fitting)) = sample.references.iter().find(|(zone, _)| zone == name) {
            let looks = sample.looks;
            let told = Words::new(
                format!(
                    "ảnh mẫu của vùng “{name}” chỉ khớp {fitting} trong {looks} lần quan sát; khi không khớp thì không biết vùng bị chiếm bao nhiêu; chụp lại ảnh mẫu trong điều kiện ánh sáng của các giờ này"
                ),
                format!(
                    "the photograph of \"{name}\" fits {fitting} of {looks} looks: where it does not, \
                     what covers the zone is unknown; take one by the light of these hours"
                ),
            );
            if *fitting == 0 {
                add(Verdict::Cannot, told);
            } else if *fitting < looks {
                add(Verdict::Poor, told);
            }
        }
        return;
    }
    let Some(middle) = zone.polygon.centroid() else { return };
    let here = |p| zone.contains(p);
    let Some(seen) =
        super::sight::sight(camera, sample, Family::Person, (middle.x(), middle.y()), here)
    else {
        let told = Words::new(
            format!(
                "chưa thấy người nào quanh “{name}” nên chưa biết vật bị bỏ lại ở đó lớn bao nhiêu trong hình"
            ),
            format!(
                "nobody was seen around \"{name}\", so how large a bag is there cannot be told"
            ),
        );
        add(Verdict::Unknown, told);
        return;
    };
    let bag = seen.height * BAG_LENGTHS * factor;
    let advice = Words::new(
        format!(
            "một túi đồ trong vùng “{name}” chỉ cao khoảng {} điểm ảnh trong hình phân tích, cần từ {GOOD_BAG:.0}; phóng gần hơn hoặc đặt camera gần hơn",
            super::decimal::comma(bag, 1)
        ),
        format!(
            "a bag in \"{name}\" is about {bag:.1} pixels high in the picture that is analysed; \
             {GOOD_BAG:.0} are seen well: zoom in, or place the camera nearer"
        ),
    );
    if bag < LEAST_BAG {
        add(Verdict::Cannot, advice);
    } else if bag < GOOD_BAG {
        add(Verdict::Poor, advice);
    }
}
