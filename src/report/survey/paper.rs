//! The survey as a document.

use super::gathered::Survey;
use super::opening::{installed, scope};
use super::places::{COVERED_METRES, NEAR_METRES};
use crate::report::document::{
    Block, Cell, Chart, ChartStyle, Document, Picture, Section, Series, Table, Words, column,
};
use crate::report::fitness::Verdict;
use crate::report::view::{ViewFitness, ViewReason};
use crate::store::{RegisterCamera, RegisterState};

/// Views shown in the ranked table at most; the whole list stands in the last one.
const MOST_VIEWS: usize = 30;

/// What a score says.
const SCORE: [&str; 2] = [
    "Điểm 100 là không có vấn đề. Mỗi lý do trừ phần điểm còn lại theo tỷ lệ thời gian bị ảnh hưởng: bị che, mất nét, lệch hướng, hình đen, đứng yên, mất tín hiệu, không xác định được hướng nhìn trừ toàn bộ tỷ lệ; có thể mất nét ngay từ đầu trừ 50 % của tỷ lệ; tối hoặc chói trừ 40 % của tỷ lệ; quy tắc chưa tốt trừ 40 %, không thực hiện được trừ 80 % phần của quy tắc đó. Từ 80 là đạt, dưới 40 là không đạt.",
    "100: nothing is wrong. Each reason takes its share of the time from what the others left: covered, out of focus, moved, black, frozen, without pictures and looking nobody knows where the whole share; probably out of focus from the start 50 % of it; dark or dazzled 40 % of it; a rule that works poorly 40 %, one that cannot work 80 % of its part. From 80 a view is good, below 40 of no use.",
];

/// The survey as a document.
pub fn survey_document(s: &Survey) -> Document {
    let s = &s.veiled();
    let day = s.made_on;
    Document {
        name: format!("survey-{day}"),
        title: Words::new(
            "Báo cáo khảo sát hệ thống camera đã lắp đặt và dự kiến lắp đặt",
            "Survey of cameras installed and planned",
        ),
        days: Some(s.days),
        made_on: day,
        sections: vec![standing(s), to_mend(s), to_add(s), every(s)],
    }
}

fn standing(s: &Survey) -> Section {
    let c = &s.counts;
    let row = |name: Cell, stage: Cell, planned: u64, installed: u64, removed: u64| {
        let wanted = planned + installed;
        let share =
            if wanted > 0 { Cell::Share(installed as f64 / wanted as f64) } else { Cell::Nothing };
        let counts = [wanted, installed, planned, removed].map(Cell::Count);
        [name, stage].into_iter().chain(counts).chain([share]).collect::<Vec<_>>()
    };
    let rows = c.parts.iter().map(|p| {
        row(Cell::same(&p.ward), Cell::maybe(p.stage.as_ref()), p.planned, p.installed, p.removed)
    });
    let removed = c.parts.iter().map(|p| p.removed).sum();
    let total = row(
        Cell::Words(Words::new("Cộng", "Total")),
        Cell::Nothing,
        c.wanted - c.installed,
        c.installed,
        removed,
    );
    let wards = c.by_ward();
    let series = |vi: &str, en: &str, of: fn(&crate::store::RegisterCount) -> u64| Series {
        name: Words::new(vi, en),
        values: wards.iter().map(|w| of(w) as f64).collect(),
    };
    let chart = Chart {
        title: Words::new("Camera theo địa bàn", "Cameras by ward"),
        style: ChartStyle::Bars,
        labels: wards.iter().map(|w| Words::same(&w.ward)).collect(),
        series: vec![
            series("Đã lắp đặt", "Installed", |w| w.installed),
            series("Còn dự kiến", "Still planned", |w| w.planned),
        ],
        unit: Words::new("camera", "cameras"),
    };
    Section {
        title: Words::new("Hiện trạng lắp đặt", "What stands"),
        blocks: vec![
            Block::Paragraph(scope(s)),
            Block::Paragraph(installed(c)),
            Block::Table(Table {
                key: "coverage".to_owned(),
                title: Words::new("Camera theo địa bàn và giai đoạn", "Cameras by ward and stage"),
                columns: vec![
                    column("ward", "Địa bàn", "Ward"),
                    column("stage", "Giai đoạn", "Stage"),
                    column("wanted", "Theo kế hoạch", "To stand in the end"),
                    column("installed", "Đã lắp đặt", "Installed"),
                    column("planned", "Còn dự kiến", "Still planned"),
                    column("removed", "Đã tháo dỡ", "Removed"),
                    column("share", "Tỷ lệ (%)", "Share (%)"),
                ],
                rows: rows.collect(),
                total: Some(total),
                definitions: vec![Words::new(
                    "Theo kế hoạch = đã lắp đặt + còn dự kiến; camera đã tháo dỡ không tính. Tỷ lệ = đã lắp đặt / theo kế hoạch.",
                    "To stand in the end = installed + still planned; those removed are not counted. Share = installed of those to stand in the end.",
                )],
            }),
            Block::Chart(chart),
        ],
    }
}

fn verdict(v: Verdict) -> Words {
    match v {
        Verdict::Works => Words::new("Đạt", "Good"),
        Verdict::Unknown => Words::new("Chưa đủ số liệu", "Not known yet"),
        Verdict::Poor => Words::new("Chưa tốt", "Poor"),
        Verdict::Cannot => Words::new("Không đạt", "Of no use"),
    }
}

/// The reasons in a sentence each.
fn why(reasons: &[ViewReason]) -> Cell {
    if reasons.is_empty() {
        return Cell::Nothing;
    }
    let join =
        |of: fn(&Words) -> &str| reasons.iter().map(|r| of(&r.said)).collect::<Vec<_>>().join(". ");
    Cell::Words(Words::new(join(|w| &w.vi), join(|w| &w.en)))
}

fn to_mend(s: &Survey) -> Section {
    let bad: Vec<&ViewFitness> =
        s.views.iter().filter(|v| matches!(v.verdict, Verdict::Poor | Verdict::Cannot)).collect();
    let unknown = s.views.iter().filter(|v| v.verdict == Verdict::Unknown).count();
    let rows = bad.iter().take(MOST_VIEWS).enumerate().map(|(i, v)| {
        vec![
            Cell::Count(i as u64 + 1),
            Cell::same(s.veil.code(&v.camera)),
            Cell::same(&v.name),
            Cell::maybe(v.ward.as_ref()),
            Cell::Count(u64::from(v.score)),
            Cell::Words(v.advice.said()),
            why(&v.reasons),
        ]
    });
    let table = Table {
        key: "views".to_owned(),
        title: Words::new(
            "Camera cần sửa chữa, chỉnh hướng hoặc dời vị trí (xếp từ kém nhất)",
            "Cameras to be put right, turned or moved, the worst first",
        ),
        columns: vec![
            column("rank", "STT", "Rank"),
            column("camera", "Mã", "Code"),
            column("name", "Tên camera", "Name"),
            column("ward", "Địa bàn", "Ward"),
            column("score", "Điểm (0–100)", "Score (0–100)"),
            column("advice", "Đề xuất", "Proposal"),
            column("reasons", "Lý do", "Reasons"),
        ],
        rows: rows.collect(),
        total: None,
        definitions: vec![Words::new(SCORE[0], SCORE[1])],
    };
    let count = bad.len();
    let told = Words::new(
        format!(
            "Qua số liệu quan sát đã lưu, có {count} trong {} camera đang kết nối cần xử lý; {unknown} camera chưa đủ số liệu.",
            s.views.len()
        ),
        format!(
            "By what was observed, {count} of {} attached cameras need something done; of {unknown} too little is known.",
            s.views.len()
        ),
    );
    let mut blocks = vec![Block::Paragraph(told)];
    if !bad.is_empty() {
        blocks.push(Block::Table(table));
    }
    for (camera, jpeg) in &s.stills {
        let Some(view) = bad.iter().find(|v| v.camera == *camera) else { continue };
        let first = view.reasons.first().map(|r| r.said.clone()).unwrap_or_default();
        let camera = s.veil.code(camera);
        let caption = Words::new(
            format!("{} ({camera}): {}", view.name, first.vi),
            format!("{} ({camera}): {}", view.name, first.en),
        );
        blocks.push(Block::Picture(Picture { jpeg: jpeg.clone(), caption }));
    }
    Section {
        title: Words::new("Góc nhìn của camera đang hoạt động", "Views of cameras in use"),
        blocks,
    }
}

fn to_add(s: &Survey) -> Section {
    let title = Words::new("Vị trí dự kiến lắp đặt", "Planned places");
    if s.places.is_empty() {
        let none = Words::new(
            "Danh mục không còn camera dự kiến lắp đặt.",
            "The register holds no camera that is still planned.",
        );
        return Section { title, blocks: vec![Block::Paragraph(none)] };
    }
    let rows = s.places.iter().enumerate().map(|(i, p)| {
        vec![
            Cell::Count(i as u64 + 1),
            Cell::same(s.veil.code(&p.code)),
            Cell::same(&p.name),
            Cell::same(&p.ward),
            Cell::maybe(p.stage.as_ref()),
            p.nearest_metres.map_or(Cell::Nothing, |m| Cell::Count(m as u64)),
            Cell::Count(p.installed_near),
            Cell::Count(p.incidents_near),
            p.score.map_or(Cell::Nothing, |n| Cell::Count(u64::from(n))),
        ]
    });
    let (covered, near) = (COVERED_METRES, NEAR_METRES);
    let table = Table {
        key: "planned".to_owned(),
        title: Words::new(
            "So sánh các vị trí dự kiến (xếp theo mức bổ sung)",
            "Planned places by what they would add",
        ),
        columns: vec![
            column("rank", "STT", "Rank"),
            column("camera", "Mã", "Code"),
            column("name", "Tên camera", "Name"),
            column("ward", "Địa bàn", "Ward"),
            column("stage", "Giai đoạn", "Stage"),
            column("nearest_metres", "Camera gần nhất (m)", "Nearest camera (m)"),
            column("installed_near", "Số camera trong 150 m", "Cameras within 150 m"),
            column("incidents_near", "Vụ việc trong 300 m", "Incidents within 300 m"),
            column("score", "Mức bổ sung (0–100)", "Adds (0–100)"),
        ],
        rows: rows.collect(),
        total: None,
        definitions: vec![Words::new(
            format!(
                "Mức bổ sung: một nửa theo khoảng cách đến camera đã lắp gần nhất (từ 500 m trở lên được trọn điểm), một nửa theo số vụ việc không bị bác bỏ trong kỳ tại các camera trong bán kính {near:.0} m so với vị trí nhiều nhất. Camera trong {covered:.0} m được coi là đã quan sát được nơi đó."
            ),
            format!(
                "Adds: half by the distance to the nearest camera that stands (500 m or more counts in full), half by the incidents of the period that were not dismissed at cameras within {near:.0} m, against the place with most. A camera within {covered:.0} m is taken to see the place already."
            ),
        )],
    };
    Section { title, blocks: vec![Block::Table(table)] }
}

fn every(s: &Survey) -> Section {
    let mut all: Vec<&RegisterCamera> =
        s.register.iter().filter(|c| c.state != RegisterState::Removed).collect();
    all.sort_by(|a, b| (&a.ward, &a.stage, &a.code).cmp(&(&b.ward, &b.stage, &b.code)));
    let rows = all.iter().enumerate().map(|(i, c)| {
        let view = s.views.iter().find(|v| v.camera == c.code);
        let place = s.places.iter().find(|p| p.code == c.code);
        let state = match c.state {
            RegisterState::Installed => Words::new("Đã lắp đặt", "Installed"),
            _ => Words::new("Dự kiến", "Planned"),
        };
        let finding = match (view, place) {
            (Some(v), _) => Cell::Words(verdict(v.verdict)),
            (None, Some(p)) => p.score.map_or(Cell::Nothing, |n| {
                Cell::Words(Words::new(format!("Bổ sung {n}/100"), format!("Adds {n} of 100")))
            }),
            _ => Cell::Nothing,
        };
        let proposal = match (view, c.state) {
            (Some(v), _) => Cell::Words(v.advice.said()),
            (None, RegisterState::Planned) => Cell::Words(Words::new("Lắp đặt mới", "Install")),
            _ => Cell::Words(Words::new("Chưa kết nối", "Not attached")),
        };
        vec![
            Cell::Count(i as u64 + 1),
            Cell::same(s.veil.code(&c.code)),
            Cell::same(&c.name),
            Cell::same(&c.ward),
            Cell::maybe(c.place.as_ref()),
            Cell::maybe(c.stage.as_ref()),
            Cell::Words(state),
            finding,
            proposal,
        ]
    });
    Section {
        title: Words::new("Bảng khảo sát từng camera", "Survey of every camera"),
        blocks: vec![Block::Table(Table {
            key: "survey".to_owned(),
            title: Words::new("Bảng khảo sát từng camera", "Survey of every camera"),
            columns: vec![
                column("number", "STT", "No."),
                column("camera", "Mã", "Code"),
                column("name", "Tên camera", "Name"),
                column("ward", "Địa bàn", "Ward"),
                column("place", "Vị trí", "Place"),
                column("stage", "Giai đoạn", "Stage"),
                column("state", "Tình trạng", "State"),
                column("finding", "Đánh giá", "Finding"),
                column("proposal", "Đề xuất", "Proposal"),
            ],
            rows: rows.collect(),
            total: None,
            definitions: vec![Words::new(
                "Đánh giá góc nhìn chỉ có đối với camera đã kết nối với hệ thống.",
                "Views are judged of cameras that are attached to the system.",
            )],
        })],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::view::TROUBLES;

    #[test]
    fn the_definition_of_scores_names_every_loss() {
        for code in TROUBLES.map(|t| t.0).into_iter().chain(["soft", "unknown_view"]) {
            let [vi, en] = match code {
                "covered" => ["bị che", "covered"],
                "defocused" => ["mất nét,", "out of focus,"],
                "moved" => ["lệch hướng", "moved"],
                "black" => ["hình đen", "black"],
                "frozen" => ["đứng yên", "frozen"],
                "offline" => ["mất tín hiệu", "without pictures"],
                "soft" => ["mất nét ngay từ đầu trừ 50 %", "out of focus from the start 50 %"],
                "unknown_view" => ["không xác định được hướng nhìn", "nobody knows where"],
                other => panic!("{other} has no word in the definition"),
            };
            assert!(SCORE[0].contains(vi) && SCORE[1].contains(en), "{code}");
        }
    }
}
