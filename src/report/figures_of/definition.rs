//! What each figure means: the one place where it is said.

use crate::report::Words;

/// Of fewer decided incidents no precision is told.
pub(super) const DECIDED: u64 = 5;
/// Confirmed incidents that make a place one of repeats…
pub(super) const REPEATS: u64 = 3;
/// …on so many days at least.
pub(super) const REPEAT_DAYS: usize = 2;
/// Places of repeats that are listed at most.
pub(super) const PLACES: usize = 20;

/// What a figure means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FigureDefinition {
    /// Its stable key: columns of tables bear it.
    pub key: &'static str,
    /// Its name in Vietnamese, then English.
    pub name: [&'static str; 2],
    /// Its meaning in Vietnamese, then English.
    pub meaning: [&'static str; 2],
}

impl FigureDefinition {
    /// What it is called.
    pub fn words(&self) -> Words {
        Words::new(self.name[0], self.name[1])
    }

    /// Name and meaning, as they stand under a table.
    pub fn said(&self) -> Words {
        Words::new(
            format!("{}: {}", self.name[0], self.meaning[0]),
            format!("{}: {}", self.name[1], self.meaning[1]),
        )
    }

    /// Every figure there is.
    pub const ALL: &'static [Self] = &[
        FLAGGED,
        ACKNOWLEDGED,
        CONFIRMED,
        DISMISSED,
        CANNOT_TELL,
        WAITING,
        HANDED_OVER,
        HANDLED,
        PRECISION,
        ACKNOWLEDGE_TIME,
        DECIDE_TIME,
        REASON,
        RESULT,
        REPEAT_PLACE,
        BUSIEST,
        SEEING,
        DEGRADED,
        BLIND,
        OFFLINE,
        UNKNOWN,
        SEEING_SHARE,
        PLANNED,
        INSTALLED,
        REGISTERED,
        RECORDED,
        COVERAGE,
        CHANGE,
        AGENCY,
        LOCAL_TIME,
    ];
}

macro_rules! define {
    ($($constant:ident $key:literal $vi:literal $en:literal, $means_vi:literal, $means_en:literal;)*) => {$(
        pub(super) const $constant: FigureDefinition = FigureDefinition {
            key: $key, name: [$vi, $en], meaning: [$means_vi, $means_en],
        };
    )*};
}

define! {
    FLAGGED "flagged" "Ghi nhận" "Flagged",
        "số vụ việc nghi vấn do hệ thống ghi nhận, bắt đầu trong kỳ (giờ Việt Nam); một vụ việc thấy nhiều lần hoặc đã gộp vào vụ việc khác chỉ tính một lần: thấy nhiều lần thì tính theo lần ghi nhận có người xử lý, nếu chưa có ai xử lý thì theo lần đầu; chưa phải là vi phạm.",
        "incidents that the system suspected and that began within the period (Vietnam time); one that was seen several times or merged into another counts once: seen several times, by the sighting that a person dealt with, or by the first; not yet a violation.";
    ACKNOWLEDGED "acknowledged" "Tiếp nhận" "Acknowledged",
        "trong số ghi nhận, số vụ việc đã có người tiếp nhận, kể cả những vụ việc sau đó đã có kết luận.",
        "of those flagged, how many a person has taken up, those decided since included.";
    CONFIRMED "confirmed" "Xác nhận vi phạm" "Confirmed",
        "số vụ việc có người có thẩm quyền xem xét và xác nhận là vi phạm, tính đến lúc lập báo cáo.",
        "incidents that a person has looked at and found to be a violation, as it stood when the report was made.";
    DISMISSED "dismissed" "Không vi phạm" "Dismissed",
        "số vụ việc có người xem xét và kết luận không phải là vi phạm, tính đến lúc lập báo cáo.",
        "incidents that a person has looked at and found to be no violation, as it stood when the report was made.";
    CANNOT_TELL "cannot_tell" "Không đủ căn cứ" "Cannot tell",
        "số vụ việc có người xem xét nhưng không đủ căn cứ kết luận; không bao giờ tính là vi phạm.",
        "incidents that a person has looked at and could not decide; never a violation.";
    WAITING "waiting" "Chờ kết luận" "Waiting",
        "số vụ việc chưa có kết luận, đã hoặc chưa được tiếp nhận. Ghi nhận = Xác nhận + Không vi phạm + Không đủ căn cứ + Chờ kết luận.",
        "incidents not decided yet, taken up or not. Flagged = confirmed + dismissed + cannot tell + waiting.";
    HANDED_OVER "handed_over" "Lập hồ sơ chuyển giao" "Packed to hand over",
        "trong số xác nhận vi phạm, số vụ việc đã lập gói hồ sơ để chuyển giao cho cơ quan xử lý sau khi được phê duyệt, dù gói đã được lấy hay chưa.",
        "of those confirmed, how many were put into an approved pack for an agency, whether it has been taken yet or not.";
    HANDLED "handled" "Đã có kết quả xử lý" "Handled",
        "trong số xác nhận vi phạm, số vụ việc đã nhập kết quả xử lý của cơ quan có thẩm quyền.",
        "of those confirmed, how many have a result of the agency entered.";
    PRECISION "precision" "Tỷ lệ xác nhận" "Precision",
        "Xác nhận vi phạm chia cho (Xác nhận vi phạm + Không vi phạm); không tính khi có dưới 5 vụ việc đã kết luận.",
        "confirmed divided by confirmed and dismissed together; not told of fewer than 5 decided.";
    ACKNOWLEDGE_TIME "acknowledge_seconds" "Thời gian tiếp nhận (trung vị)" "Median time to acknowledge",
        "trung vị của thời gian từ lúc hành vi thành nghi vấn vi phạm đến lúc có người tiếp nhận lần đầu; với video ghi sẵn, thời gian chờ đưa video vào xử lý cũng được tính.",
        "the median time from when the conduct became a suspected violation until a person first took it up; of recorded footage, the time until it was read is part of it.";
    DECIDE_TIME "decide_seconds" "Thời gian kết luận (trung vị)" "Median time to decide",
        "trung vị của thời gian từ lúc hành vi thành nghi vấn vi phạm đến lúc có kết luận đang có hiệu lực.",
        "the median time from when the conduct became a suspected violation until the decision that stands.";
    REASON "reason" "Lý do" "Reason",
        "lý do người xem xét chọn khi kết luận không vi phạm; mỗi vụ việc có một lý do.",
        "the reason that the reviewer chose when dismissing; one for each incident.";
    RESULT "result" "Kết quả xử lý" "Result",
        "kết quả do cơ quan có thẩm quyền thông báo và được nhập vào hệ thống; hệ thống không tự xác định hình thức xử phạt.",
        "what the agency reported and a person entered; the system itself proposes no penalty.";
    REPEAT_PLACE "repeat_place" "Điểm lặp lại" "Repeat place",
        "khu vực của một camera có từ 3 vụ việc được xác nhận vi phạm trở lên trong kỳ, vào ít nhất 2 ngày khác nhau; liệt kê nhiều nhất 20 điểm, nhiều vụ việc xác nhận xếp trước.",
        "a zone of one camera with 3 or more confirmed incidents in the period, on 2 different days or more; 20 are listed at most, those with most confirmed first.";
    BUSIEST "busiest" "Thời điểm nhiều nhất" "Busiest time",
        "giờ và thứ trong tuần có nhiều vụ việc được xác nhận vi phạm bắt đầu nhất; bằng nhau thì lấy thời điểm sớm hơn.",
        "the hour and the day of the week in which most confirmed incidents began; of equals the earlier.";
    SEEING "seeing_hours" "Hoạt động tốt (giờ)" "Seeing (hours)",
        "số giờ camera có hình và nhìn rõ, theo nhật ký trạng thái camera.",
        "camera-hours with pictures that show the street well, by the ledger of cameras' states.";
    DEGRADED "degraded_hours" "Suy giảm (giờ)" "Degraded (hours)",
        "số giờ camera có hình nhưng kém rõ.", "camera-hours with pictures that show less.";
    BLIND "blind_hours" "Không nhìn thấy (giờ)" "Blind (hours)",
        "số giờ camera có tín hiệu nhưng hình không cho thấy hiện trường (bị che, mất nét, quá tối, bị xoay).",
        "camera-hours with pictures that show nothing of the street (covered, out of focus, too dark, turned away).";
    OFFLINE "offline_hours" "Mất tín hiệu (giờ)" "Offline (hours)",
        "số giờ không nhận được hình từ camera.", "camera-hours in which no picture came.";
    UNKNOWN "unknown_hours" "Không rõ (giờ)" "Unknown (hours)",
        "số giờ dịch vụ không chạy hoặc camera chưa được kết nối nên không biết trạng thái; không tính lỗi cho ai.",
        "camera-hours in which the service did not run or the camera was not connected yet, so that nobody knows; held against nobody.";
    SEEING_SHARE "seeing_share" "Tỷ lệ hoạt động tốt" "Share seeing",
        "giờ hoạt động tốt chia cho tổng số giờ biết được trạng thái (không kể giờ không rõ).",
        "hours seeing divided by all hours whose state is known.";
    PLANNED "planned" "Theo quy hoạch" "Planned",
        "số camera theo kế hoạch của địa phương, như khai báo trong cấu hình hoặc Danh mục camera.",
        "cameras that the city has planned, as its configuration or its register says.";
    INSTALLED "installed" "Đã lắp đặt" "Installed",
        "số camera đã khai báo trong hệ thống lúc lập báo cáo.",
        "cameras configured in the system when the report was made.";
    REGISTERED "registered" "Đã lắp đặt theo Danh mục camera" "Installed by the register",
        "số camera ghi là đã lắp đặt trong Danh mục camera lúc lập báo cáo, kể cả camera chưa kết nối với hệ thống.",
        "cameras that the register called installed when the report was made, attached to the system or not.";
    RECORDED "recorded" "Có số liệu trong kỳ" "With data in the period",
        "trong số đã lắp đặt, số camera có nhật ký trạng thái hoặc có vụ việc ghi nhận trong kỳ.",
        "of those installed, how many have states recorded or incidents flagged in the period.";
    COVERAGE "coverage" "Tỷ lệ so với quy hoạch" "Share of the plan",
        "số camera chia cho số camera theo quy hoạch.",
        "cameras divided by those planned.";
    CHANGE "change" "So với kỳ trước" "Change",
        "chênh lệch so với kỳ liền trước cùng loại (ngày, tuần, tháng, nửa năm, năm liền trước, hoặc cùng số ngày liền trước).",
        "the difference from the period just before of the same sort (the day, week, month, half-year or year before, or as many days before).";
    AGENCY "agency" "Cơ quan" "Agency",
        "cơ quan được giao vụ việc; nếu không giao riêng thì là cơ quan đầu tiên phụ trách địa bàn và lĩnh vực đó theo cấu hình.",
        "the agency that the incident was given to; where it was given to none, the first that looks after its ward and domain by the configuration.";
    LOCAL_TIME "local_time" "Thời gian" "Time",
        "ngày, thứ và giờ theo giờ Việt Nam (+07:00), tính theo lúc vụ việc bắt đầu; vụ việc thấy nhiều lần thì theo lần ghi nhận được tính.",
        "days and hours are Vietnam's (+07:00), by when the incident began; seen several times, by the sighting that counts.";
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_figure_is_defined_once_in_both_languages() {
        let keys: BTreeSet<_> = FigureDefinition::ALL.iter().map(|d| d.key).collect();
        assert_eq!(keys.len(), FigureDefinition::ALL.len());
        for d in FigureDefinition::ALL {
            assert!(d.meaning.iter().all(|m| m.ends_with('.')), "{}", d.key);
            assert!(d.name.iter().all(|n| !n.is_empty()) && d.key.is_ascii(), "{}", d.key);
        }
        // What the words say is what is counted.
        assert!(PRECISION.meaning[1].contains(&DECIDED.to_string()));
        assert!(REPEAT_PLACE.meaning[1].contains(&format!("{REPEATS} or more")));
        assert!(REPEAT_PLACE.meaning[1].contains(&format!("{REPEAT_DAYS} different days")));
        assert!(REPEAT_PLACE.meaning[1].contains(&format!("; {PLACES} are listed")));
    }
}
