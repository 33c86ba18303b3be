//! Measured values in words, as captions and pages say them.

use super::facts::Names;
use crate::rules::{Kind, Measure, Quantity};

/// What was measured of an event of that kind, a sentence each, in Vietnamese and English. A limit
/// is said together with what it limits.
pub fn measured_said(kind: Kind, measured: &[Measure]) -> Vec<Names> {
    let limit = measured.iter().find(|m| m.what == Quantity::LimitKmh);
    measured.iter().filter_map(|m| said(kind, m, limit)).collect()
}

fn said(kind: Kind, m: &Measure, limit: Option<&Measure>) -> Option<Names> {
    let (vi, en) = match m.what {
        Quantity::LimitKmh => return None,
        Quantity::SpeedKmh => {
            let (vi, en) = spread(m, 0);
            let of = |word: &str| {
                limit.map_or(String::new(), |l| format!(", {word} {:.0} km/h", l.value))
            };
            (
                format!(
                    "Tốc độ đo được {vi} km/h{} (chỉ để thống kê, thiết bị chưa được kiểm định)",
                    of("giới hạn")
                ),
                format!(
                    "measured speed {en} km/h{} (statistics only, the device is not certified)",
                    of("limit")
                ),
            )
        }
        Quantity::RedForSeconds => {
            let (vi, en) = number(m.value, 1);
            (
                format!("Đèn đỏ đã bật {vi} giây khi xe qua vạch"),
                format!("red for {en} s at the crossing of the line"),
            )
        }
        Quantity::BeyondLengths => {
            let (vi, en) = number(m.value, 1);
            (
                format!("Đã vượt qua vạch {vi} thân xe"),
                format!("{en} of its own lengths beyond the line"),
            )
        }
        Quantity::BeyondMetres => {
            let (vi, en) = spread(m, 1);
            (format!("Đã vượt qua vạch {vi} m"), format!("{en} m beyond the line"))
        }
        Quantity::HeadingOffDegrees => {
            let (vi, en) = number(m.value, 0);
            (
                format!("Hướng đi lệch {vi}° so với chiều được phép"),
                format!("heading {en}° off the allowed direction"),
            )
        }
        Quantity::TravelLengths => {
            let (vi, en) = number(m.value, 1);
            (
                format!("Đã đi ngược chiều {vi} thân xe"),
                format!("went {en} of its own lengths against it"),
            )
        }
        Quantity::People if kind == Kind::Crowd => {
            let (vi, en) = number(m.value, 0);
            (format!("{vi} người trong khu vực"), format!("{en} people in the zone"))
        }
        Quantity::People => {
            let (vi, en) = number(m.value, 0);
            (format!("{vi} người trên xe"), format!("{en} people on the vehicle"))
        }
        Quantity::CoverShare => {
            let (vi, en) = number(100.0 * m.value, 0);
            (format!("Chiếm {vi}% diện tích khu vực"), format!("{en}% of the zone is covered"))
        }
        Quantity::CoverSquareMetres => {
            let (vi, en) = spread(m, 1);
            (
                format!("Diện tích bị chiếm {vi} mét vuông"),
                format!("{en} square metres are covered"),
            )
        }
        Quantity::GrownShare => {
            let (vi, en) = number(100.0 * m.value, 0);
            (format!("Đống thải đã lớn thêm {vi}%"), format!("the pile has grown by {en}%"))
        }
        Quantity::OwnerGoneSeconds => {
            let (vi, en) = number(m.value, 0);
            (
                format!("Người để lại đã rời đi {vi} giây"),
                format!("who left it has been gone for {en} s"),
            )
        }
    };
    Some(Names { vi, en })
}

/// A number as Vietnamese and English write it.
pub(super) fn number(value: f64, decimals: usize) -> (String, String) {
    let en = format!("{value:.decimals$}");
    (en.replace('.', ","), en)
}

/// A value with its standard deviation, where that is known.
fn spread(m: &Measure, decimals: usize) -> (String, String) {
    let (vi, en) = number(m.value, decimals);
    match m.uncertainty {
        Some(deviation) => {
            let (dvi, den) = number(deviation, decimals);
            (format!("{vi} ± {dvi}"), format!("{en} ± {den}"))
        }
        None => (vi, en),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn measure(what: Quantity, value: f64) -> Measure {
        Measure { what, value, uncertainty: None }
    }

    #[test]
    fn values_read_as_people_write_them() {
        let speed = Measure { uncertainty: Some(2.6), ..measure(Quantity::SpeedKmh, 61.8) };
        let told = measured_said(Kind::Speeding, &[speed, measure(Quantity::LimitKmh, 50.0)]);
        assert_eq!(told.len(), 1, "the limit is said with the speed");
        assert_eq!(
            told[0].vi,
            "Tốc độ đo được 62 ± 3 km/h, giới hạn 50 km/h (chỉ để thống kê, thiết bị chưa được kiểm định)"
        );
        let one = |kind, what, value| measured_said(kind, &[measure(what, value)]).remove(0);
        let red = one(Kind::RedLight, Quantity::RedForSeconds, 2.44);
        assert_eq!(red.vi, "Đèn đỏ đã bật 2,4 giây khi xe qua vạch");
        assert_eq!(red.en, "red for 2.4 s at the crossing of the line");
        assert_eq!(one(Kind::Overloading, Quantity::People, 3.0).vi, "3 người trên xe");
        assert_eq!(one(Kind::Crowd, Quantity::People, 25.0).vi, "25 người trong khu vực");
        let cover = one(Kind::SidewalkEncroachment, Quantity::CoverShare, 0.347);
        assert_eq!(cover.vi, "Chiếm 35% diện tích khu vực");
    }
}
