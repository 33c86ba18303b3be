//! What a report says before its figures: of what, compared with what, and what they do not tell.

use super::asked::FiguresAsked;
use super::groups::Counted;
use super::said::agency_words;
use super::watched::Watched;
use crate::register::Veil;
use crate::report::paper::number;
use crate::report::{Block, Language, Words};
use crate::rules::{Domain, Kind};

pub(super) fn title(asked: &FiguresAsked) -> Words {
    let period = asked.period.words();
    Words::new(
        format!("Báo cáo kết quả giám sát bằng hệ thống camera {}", period.vi),
        format!("Report on monitoring by cameras: {}", period.en),
    )
}

pub(super) fn paragraphs(
    asked: &FiguresAsked,
    now: &Counted,
    before: Option<&Counted>,
    watched: &Watched,
    veil: &Veil,
) -> Vec<Block> {
    let (first, last) = asked.period.dates();
    let (period, against) = (asked.period.words(), asked.period.before().words());
    let made = asked.now.local().strftime("%H:%M %d/%m/%Y").to_string();
    let of = asked.site.as_ref().map(|s| format!(" – {s}")).unwrap_or_default();
    let mut said = vec![Words::new(
        format!(
            "Kỳ báo cáo: {}{of}, từ 0 giờ ngày {} đến hết ngày {}. Số liệu tính đến {made}. Kỳ so sánh: {}.",
            period.vi,
            first.strftime("%d/%m/%Y"),
            last.strftime("%d/%m/%Y"),
            against.vi
        ),
        format!(
            "Period: {}{of}, from midnight on {first} to the end of {last}, as it stood at {made}. Compared with {}.",
            period.en, against.en
        ),
    )];
    said.extend(scope(asked, veil));
    if asked.now < asked.period.times().1 {
        said.push(Words::new(
            "Kỳ báo cáo chưa kết thúc: số liệu còn thay đổi và chưa so sánh được đầy đủ với kỳ trước.",
            "The period is not over: its figures will change, and are not fully comparable with the period before.",
        ));
    }
    if before.is_none() {
        said.push(Words::new(
            "Kỳ trước không có số liệu: hệ thống chưa hoạt động hoặc số liệu không còn được lưu, nên không so sánh.",
            "There are no data of the period before: the system did not run, or they are no longer kept; nothing is compared.",
        ));
    }
    said.push(sentence(now, before, watched));
    said.push(Words::new(
        "Vụ việc do hệ thống ghi nhận chỉ là nghi vấn; chỉ những vụ việc có người xem xét và xác nhận mới tính là vi phạm. Báo cáo chỉ gồm số liệu tổng hợp, không nêu tên, hình ảnh hay biển số của người bị ghi nhận. Camera và khu vực ghi tên như khai báo trong hệ thống; chỗ nào nhắc đến người đóng góp ghi trong Danh mục camera mà chưa đồng ý nêu tên thì thay bằng “(không nêu tên)”.",
        "What the system flags is a suspicion; only what a person has looked at and confirmed counts as a violation. The report holds figures alone: no name, picture or plate of anybody recorded. Cameras and zones are called as they were configured; where one names a contributor of the register who has not agreed to be named, “(không nêu tên)” stands instead.",
    ));
    said.into_iter().map(Block::Paragraph).collect()
}

/// The period in a sentence; that there is nothing is said, and what that means.
fn sentence(now: &Counted, before: Option<&Counted>, watched: &Watched) -> Words {
    let all = &now.all;
    if all.flagged == 0 && watched.cameras.is_empty() {
        return Words::new(
            "Không có số liệu: trong kỳ này hệ thống không ghi nhận vụ việc nào và không có nhật ký trạng thái camera. Không thể kết luận là không có vi phạm.",
            "There are no data: in this period the system flagged nothing and holds no states of cameras. That does not tell that there were no violations.",
        );
    }
    if all.flagged == 0 {
        return Words::new(
            "Trong kỳ hệ thống không ghi nhận vụ việc nào.",
            "In this period nothing was flagged.",
        );
    }
    let of = |language: Language| {
        let n = |count: u64| number(count as f64, 0, language);
        (
            [all.flagged, all.confirmed].map(n),
            [all.dismissed, all.cannot_tell, all.waiting, all.handed_over, all.handled].map(n),
        )
    };
    // What was before stands in brackets, where there was anything.
    let was = |count: fn(&Counted) -> u64, language: Language| {
        let word = match language {
            Language::Vi => "kỳ trước",
            Language::En => "before",
        };
        let told = |b| format!(" ({word}: {})", number(count(b) as f64, 0, language));
        before.map(told).unwrap_or_default()
    };
    let flagged_was = |language| was(|c| c.all.flagged, language);
    let confirmed_was = |language| was(|c| c.all.confirmed, language);
    let ([flagged, confirmed], [no, unsure, waits, handed, done]) = of(Language::Vi);
    let (flagged_before, confirmed_before) =
        (flagged_was(Language::Vi), confirmed_was(Language::Vi));
    let vi = format!(
        "Trong kỳ, hệ thống ghi nhận {flagged} vụ việc nghi vấn{flagged_before}; đã xác nhận {confirmed} vi phạm{confirmed_before}, kết luận không vi phạm {no}, không đủ căn cứ {unsure}, còn chờ kết luận {waits}. Trong số đã xác nhận, đã lập hồ sơ chuyển giao {handed}, đã có kết quả xử lý {done}."
    );
    let ([flagged, confirmed], [no, unsure, waits, handed, done]) = of(Language::En);
    let (flagged_before, confirmed_before) =
        (flagged_was(Language::En), confirmed_was(Language::En));
    let en = format!(
        "In this period the system flagged {flagged} incidents{flagged_before}; {confirmed} were confirmed as violations{confirmed_before}, {no} dismissed, of {unsure} it could not be told, and {waits} wait for a decision. Of those confirmed, {handed} were packed to be handed over and {done} have a result."
    );
    Words::new(vi, en)
}

/// What the figures are limited to; `None`: to nothing.
fn scope(asked: &FiguresAsked, veil: &Veil) -> Option<Words> {
    let f = &asked.filter;
    let mut parts: Vec<Words> = Vec::new();
    let mut part = |vi: &str, en: &str, list: Vec<Words>| {
        if !list.is_empty() {
            let joined =
                |of: fn(&Words) -> &str| list.iter().map(of).collect::<Vec<_>>().join(", ");
            parts.push(Words::new(
                format!("{vi}: {}", joined(|w| w.vi.as_str())),
                format!("{en}: {}", joined(|w| w.en.as_str())),
            ));
        }
    };
    let domain = |d: &Domain| Words::new(d.name_vi(), d.name_en());
    let kind = |k: &Kind| Words::new(k.info().name_vi, k.info().name_en);
    let wards = if f.wards.is_empty() {
        f.scope.wards.clone().unwrap_or_default()
    } else {
        f.wards.clone()
    };
    part("địa bàn", "wards", wards.iter().map(|w| Words::same(veil.over(w))).collect());
    let domains = if f.domains.is_empty() {
        f.scope.domains.clone().unwrap_or_default()
    } else {
        f.domains.clone()
    };
    part("lĩnh vực", "domains", domains.iter().map(domain).collect());
    part("hành vi", "kinds", f.kinds.iter().map(kind).collect());
    part("camera", "cameras", f.cameras.iter().map(|c| Words::same(veil.code(c))).collect());
    part("cơ quan", "agency", f.agency.iter().map(|id| agency_words(asked, id)).collect());
    if parts.is_empty() {
        return None;
    }
    let all = |of: fn(&Words) -> &str| parts.iter().map(of).collect::<Vec<_>>().join("; ");
    // A camera has no domain: its hours are all of its hours.
    let beside = if domains.is_empty() && f.kinds.is_empty() && f.agency.is_none() {
        Words::default()
    } else {
        Words::new(
            " (các bảng về camera không giới hạn theo lĩnh vực, hành vi, cơ quan)",
            " (tables of cameras are not limited by domain, kind or agency)",
        )
    };
    Some(Words::new(
        format!("Chỉ tính – {}{}.", all(|w| w.vi.as_str()), beside.vi),
        format!("Only these are counted – {}{}.", all(|w| w.en.as_str()), beside.en),
    ))
}
