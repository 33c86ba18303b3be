//! What a survey says first: of what it tells, and how much stands.

use super::gathered::Survey;
use crate::report::Words;
use crate::rules::Domain;
use crate::store::RegisterCounts;
use jiff::civil::Date;

/// Of which part of the city, and over which days.
pub(super) fn scope(s: &Survey) -> Words {
    let mut of = match &s.wards {
        Some(wards) if wards.is_empty() => Words::new("không có địa bàn nào", "no ward"),
        Some(wards) => {
            let wards = wards.join(", ");
            Words::new(format!("chỉ địa bàn {wards}"), format!("only the wards {wards}"))
        }
        None => Words::new("toàn bộ địa bàn", "all wards"),
    };
    if let Some(domains) = &s.domains {
        let all = |name: fn(Domain) -> &'static str| match domains.as_slice() {
            [] => "–".to_owned(),
            some => some.iter().map(|d| name(*d)).collect::<Vec<_>>().join(", "),
        };
        of = Words::new(
            format!("{}; quy tắc và vụ việc chỉ thuộc lĩnh vực {}", of.vi, all(Domain::name_vi)),
            format!("{}; rules and incidents only of {}", of.en, all(Domain::name_en)),
        );
    }
    let (first, last) = s.days;
    let day = |day: Date| day.strftime("%d/%m/%Y").to_string();
    Words::new(
        format!(
            "Phạm vi khảo sát: {}. Kỳ khảo sát: từ ngày {} đến hết ngày {}; góc nhìn được đánh giá theo các bản ghi quan sát gần nhất.",
            of.vi,
            day(first),
            day(last)
        ),
        format!(
            "Scope: {}. Days: {first} to {last}, both included; views are judged by the latest records of observations.",
            of.en
        ),
    )
}

/// How much of what is planned stands.
pub(super) fn installed(c: &RegisterCounts) -> Words {
    let Some(share) = c.coverage() else {
        return Words::new(
            "Danh mục camera chưa có camera đã lắp đặt hoặc dự kiến lắp đặt trong phạm vi khảo sát.",
            "The register holds no camera, installed or planned, within the scope.",
        );
    };
    let percent = 100.0 * share;
    Words::new(
        format!(
            "Đến thời điểm báo cáo, đã lắp đặt {} trong tổng số {} camera theo kế hoạch (đạt {} %), tại {} vị trí.",
            c.installed,
            c.wanted,
            format!("{percent:.1}").replace('.', ","),
            c.places
        ),
        format!(
            "{} of {} planned cameras are installed ({percent:.1} %), at {} places.",
            c.installed, c.wanted, c.places
        ),
    )
}
