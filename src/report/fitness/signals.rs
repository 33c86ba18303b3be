//! What was told of a camera's traffic lights, by the same reader that judging uses.

use super::sample::Sample;
use super::signal_fitness::{SignalFitness, said};
use super::verdict::Verdict;
use crate::config::Camera;
use crate::report::document::Words;

/// So many looks without a colour tell that the box is on nothing.
const ENOUGH_LOOKS: u64 = 10;
/// Sides of a traffic light's box, in scene pixels.
const LEAST_LAMP: f32 = 6.0;
const GOOD_LAMP: f32 = 12.0;
/// A lamp that is lit is brighter, 0 to 255.
const LIT: u8 = 110;

/// What is to be said of the box that is drawn around a signal's lamps.
pub(super) fn judge_lamp(
    camera: &Camera,
    sample: &Sample,
    name: &str,
    mut add: impl FnMut(Verdict, Words),
) {
    let Some(signal) = camera.scene.signal(name) else { return };
    let side = signal.bbox.width().min(signal.bbox.height());
    let advice = Words::new(
        format!(
            "đèn tín hiệu “{name}” chỉ rộng {side:.0} điểm ảnh, cần từ {GOOD_LAMP:.0}; phóng gần hơn hoặc dùng camera có độ phân giải cao hơn"
        ),
        format!(
            "signal \"{name}\" is {side:.0} pixels wide; zoom in, or use a camera of more pixels, so \
             that it is {GOOD_LAMP:.0} or more"
        ),
    );
    if side < LEAST_LAMP {
        add(Verdict::Cannot, advice);
    } else if side < GOOD_LAMP {
        add(Verdict::Poor, advice);
    }
    let looks = sample.looks;
    let lamp = sample.lamps.iter().find(|l| l.name == name);
    if lamp.is_some_and(|l| l.brightest < LIT) {
        add(
            Verdict::Cannot,
            Words::new(
                format!(
                    "trong {looks} lần quan sát không thấy đèn nào sáng trong khung của đèn tín hiệu “{name}”; khoanh lại quanh các đèn"
                ),
                format!(
                    "nothing in the box of signal \"{name}\" was ever lit in {looks} looks; draw it \
                     around the lamps, seen with `streetward camera snapshot`"
                ),
            ),
        );
    }
}

/// What is to be said of a rule that needs the signal.
pub(super) fn judge_signal(
    camera: &Camera,
    seen: Option<&SignalFitness>,
    mut add: impl FnMut(Verdict, Words),
) {
    let Some(seen) = seen.filter(|s| s.looks() > 0 && s.unknown == s.looks()) else { return };
    if camera.programmes.contains_key(&seen.signal) {
        return;
    }
    let verdict = if seen.looks() < ENOUGH_LOOKS { Verdict::Poor } else { Verdict::Cannot };
    let why = seen.mostly.unwrap_or("nothing there is a lamp");
    let most = seen.doubts.iter().max_by_key(|(_, count)| *count);
    let why_vi = most.map_or("không có đèn nào ở đó", |(doubt, _)| said(*doubt).0);
    let (name, looks) = (&seen.signal, seen.looks());
    add(
        verdict,
        Words::new(
            format!(
                "trong {looks} lần quan sát không nhận ra đèn nào trong khung của đèn tín hiệu “{name}” (chủ yếu vì {why_vi}); khoanh lại quanh hộp đèn hoặc cung cấp tệp trạng thái đèn"
            ),
            format!(
                "no lamp could be told in the box of signal \"{name}\" in {looks} looks (mostly: \
                 {why}); draw it around the head with `streetward camera snapshot`, or give a file of \
                 its states"
            ),
        ),
    );
}
