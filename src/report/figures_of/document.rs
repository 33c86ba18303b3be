//! The figures of a period as a document.

use super::asked::{FiguresAsked, FiguresError};
use super::cameras::Cameras;
use super::file_name::narrowed;
use super::groups::Counted;
use super::watched::Watched;
use super::{coverage, header, over_time, reviewed, sections};
use crate::report::{Block, Cell, Document, Section, Words};
use crate::store::Store;

/// The figures of a period, all of them: counts of the period and of the one before, each event looked
/// at once, and what the ledger says of cameras.
///
/// # Errors
/// [`FiguresError`]: the store did not answer.
pub fn figures_document(store: &Store, asked: &FiguresAsked) -> Result<Document, FiguresError> {
    let planned = asked.planned.with_register(&store.register_counts()?);
    let asked = &FiguresAsked { planned, ..asked.clone() };
    let now = Counted::of(store, asked, &asked.period, true)?;
    let before = Counted::of(store, asked, &asked.period.before(), false)?;
    let known = Cameras::of(store, asked)?;
    let watched = Watched::of(store, asked, &known)?;
    // Where nothing ran, nothing can have been found: that is no 0 to compare with. What is asked for
    // may have had none while the city had some: that is one.
    let (from, to) = asked.period.before().times();
    let had_before = store.worked_within(from, to)?;
    let told_before = Some(&before).filter(|_| had_before);
    let mut overview = header::paragraphs(asked, &now, told_before, &watched, &known.veil);
    overview.push(Block::Table(sections::summary(&now, &before)));
    let mut sections = vec![section("Tình hình chung", "Overview", overview)];
    if now.all.flagged > 0 || before.all.flagged > 0 {
        sections.extend([
            section(
                "Theo lĩnh vực và hành vi",
                "By domain and kind",
                sections::kinds(&now, &before),
            ),
            section(
                "Theo địa bàn, cơ quan và camera",
                "By ward, agency and camera",
                sections::places(asked, &now, &before, &known),
            ),
        ]);
    }
    if now.all.flagged > 0 {
        sections.extend([
            section("Theo thời gian", "By time", over_time::times(&now, &asked.period)),
            section(
                "Kết quả xem xét và xử lý",
                "Review and results",
                reviewed::review(asked, &now),
            ),
            section("Điểm lặp lại", "Repeats", reviewed::repeats(&now, &known)),
        ]);
    }
    let mut cameras = vec![Block::Table(coverage::table(asked, &now, &watched))];
    cameras.extend(coverage::by_ward(asked, &known).map(Block::Table));
    cameras.push(match watched.table(&known) {
        Some(table) => Block::Table(table),
        None if watched.ran => Block::Paragraph(Words::new(
            "Không có nhật ký trạng thái của camera nào thuộc phạm vi báo cáo trong kỳ, dù dịch vụ trực tuyến có chạy.",
            "There are no states of cameras within the scope in this period, though the live service ran.",
        )),
        None => Block::Paragraph(Words::new(
            "Không có nhật ký trạng thái camera trong kỳ: dịch vụ trực tuyến không chạy, hoặc nhật ký không còn được lưu.",
            "There are no states of cameras in this period: the live service did not run, or its states are no longer kept.",
        )),
    });
    cameras.extend(asked.forgotten_before().map(|day| {
        let days = asked.health_days;
        Block::Paragraph(Words::new(
            format!(
                "Nhật ký trạng thái camera chỉ được lưu {days} ngày: số giờ trước ngày {} không còn đủ trong các bảng về camera.",
                day.strftime("%d/%m/%Y")
            ),
            format!(
                "States of cameras are kept for {days} days alone: what was before {day} is no longer whole in the tables of cameras."
            ),
        ))
    }));
    sections.push(section("Hoạt động của hệ thống camera", "Cameras", cameras));
    if let Some((day, head)) = &asked.chain_head {
        sections.push(section(
            "Toàn vẹn chứng cứ",
            "Integrity of the evidence",
            vec![Block::Paragraph(Words::new(
                format!("Giá trị đầu chuỗi chứng cứ ngày {}: {head}", day.strftime("%d/%m/%Y")),
                format!("Head of the chain of evidence on {day}: {head}"),
            ))],
        ));
    }
    if !had_before {
        sections.iter_mut().for_each(blank_before);
    }
    Ok(Document {
        name: format!("report-{}{}", asked.period.name(), narrowed(&asked.filter, &known.veil)),
        title: header::title(asked),
        days: Some(asked.period.dates()),
        made_on: asked.now.local().date(),
        sections,
    })
}

/// Takes out what is told of the period before, or compared with it.
fn blank_before(section: &mut Section) {
    for block in &mut section.blocks {
        let Block::Table(table) = block else { continue };
        for (i, column) in table.columns.iter().enumerate() {
            if ["before", "change", "flagged_change", "confirmed_change"].contains(&&*column.key) {
                let rows = table.rows.iter_mut().chain(&mut table.total);
                rows.for_each(|row| row[i] = Cell::Nothing);
            }
        }
    }
}

fn section(vi: &str, en: &str, blocks: Vec<Block>) -> Section {
    Section { title: Words::new(vi, en), blocks }
}
