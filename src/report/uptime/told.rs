//! The ledger as a table, JSON or CSV, in English or Vietnamese.

use super::{Uptime, UptimeRow};
use crate::alert::told;
use crate::config::Language;
use crate::media::WallTime;
use crate::report::say;
use crate::scene::Detail;
use comfy_table::{CellAlignment, Table, presets::UTF8_HORIZONTAL_ONLY};
use std::io::{self, Write};

/// How the ledger is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum UptimeFormat {
    /// For reading.
    Table,
    /// One object.
    Json,
    /// A line a camera and day, comma-separated, with a header.
    Csv,
}

/// One of two texts.
const fn of<'a>(language: Language, vi: &'a str, en: &'a str) -> &'a str {
    match language {
        Language::En => en,
        Language::Vi => vi,
    }
}

/// Writes the ledger.
///
/// # Errors
/// When `out` cannot be written.
pub fn write_uptime(
    ledger: &Uptime,
    format: UptimeFormat,
    language: Language,
    mut out: impl Write,
) -> io::Result<()> {
    match format {
        UptimeFormat::Json => {
            serde_json::to_writer_pretty(&mut out, ledger)?;
            writeln!(out)
        }
        UptimeFormat::Csv => csv(ledger, out),
        UptimeFormat::Table => table(ledger, language, out),
    }
}

fn csv(ledger: &Uptime, out: impl Write) -> io::Result<()> {
    let mut csv = csv::Writer::from_writer(out);
    csv.write_record([
        "day",
        "camera",
        "camera_name",
        "vendor",
        "contract",
        "counted_seconds",
        "seeing_seconds",
        "degraded_seconds",
        "blind_seconds",
        "offline_seconds",
        "unknown_seconds",
        "excused_seconds",
        "incidents",
        "longest_outage_seconds",
        "longest_outage_reason",
        "seeing_percent",
        "agreed_percent",
        "kept",
    ])?;
    for row in &ledger.days {
        let text = |t: &Option<String>| t.clone().unwrap_or_default();
        let seconds = |s: f64| format!("{s:.3}");
        let percent = |p: Option<f64>| p.map_or(String::new(), |p| format!("{p:.4}"));
        csv.write_record([
            text(&row.day),
            text(&row.camera),
            text(&row.camera_name),
            text(&row.vendor),
            text(&row.contract),
            seconds(row.counted_seconds),
            seconds(row.seeing_seconds),
            seconds(row.degraded_seconds),
            seconds(row.blind_seconds),
            seconds(row.offline_seconds),
            seconds(row.unknown_seconds),
            seconds(row.excused_seconds),
            row.incidents.to_string(),
            seconds(row.longest_outage_seconds),
            row.longest_outage_reason.map_or(String::new(), |r| r.name().to_owned()),
            percent(row.seeing_percent),
            percent(row.agreed_percent),
            row.kept.map_or(String::new(), |k| k.to_string()),
        ])?;
    }
    csv.flush()
}

fn table(ledger: &Uptime, l: Language, mut out: impl Write) -> io::Result<()> {
    if ledger.cameras.is_empty() {
        return writeln!(
            out,
            "{}",
            of(
                l,
                "Chưa có trạng thái camera nào được ghi trong thời gian này.",
                "No camera's state is recorded in this period."
            )
        );
    }
    for (title, rows) in [
        (of(l, "Theo ngày", "By day"), &ledger.days),
        (of(l, "Theo camera, cả kỳ", "By camera, whole period"), &ledger.cameras),
        (of(l, "Theo nhà cung cấp, cả kỳ", "By vendor, whole period"), &ledger.vendors),
    ] {
        if rows.is_empty() {
            continue;
        }
        writeln!(out, "{title}")?;
        writeln!(out, "{}", grid(rows, l))?;
    }
    outages(&ledger.cameras, l, &mut out)?;
    writeln!(
        out,
        "{}",
        of(
            l,
            "Ngày theo giờ Việt Nam (+07:00). \"Không rõ\" là lúc dịch vụ không chạy; phần này và phần \
             do chính phần mềm gây ra không tính cho nhà cung cấp.",
            "Days are local (+07:00). \"Unknown\" is when the service did not run; that, and what was \
             caused by this program itself, is not held against a vendor."
        )
    )
}

/// The longest outage of each camera that had one, with what is known of it.
fn outages(cameras: &[UptimeRow], l: Language, out: &mut impl Write) -> io::Result<()> {
    for row in cameras {
        let Some((reason, from)) =
            row.longest_outage_reason.zip(row.longest_outage_from.as_deref())
        else {
            continue;
        };
        let said = say::reason(reason);
        let from = WallTime::parse(from).map_or_else(|_| from.to_owned(), say::local);
        let figures = match &row.longest_outage_figures {
            None | Some(Detail::None) => String::new(),
            Some(detail) => format!(": {}", told(&[reason], detail, l)),
        };
        writeln!(
            out,
            "{} {}, {} {from}, {}{figures}",
            of(l, "Lần mất giám sát dài nhất của", "Longest outage of"),
            row.camera_name.as_deref().or(row.camera.as_deref()).unwrap_or_default(),
            of(l, "từ", "from"),
            of(l, said.vi, said.en),
        )?;
    }
    Ok(())
}

fn grid(rows: &[UptimeRow], l: Language) -> Table {
    let mut table = Table::new();
    table.load_preset(UTF8_HORIZONTAL_ONLY);
    let by_vendor = rows.iter().all(|r| r.camera.is_none());
    let by_day = rows.iter().any(|r| r.day.is_some());
    let mut heads = Vec::new();
    if by_day {
        heads.push(of(l, "Ngày", "day"));
    }
    heads.extend(if by_vendor {
        [of(l, "Nhà cung cấp", "vendor"), of(l, "Hợp đồng", "contract")]
    } else {
        ["camera", of(l, "Tên", "name")]
    });
    let figures = heads.len();
    heads.extend([
        of(l, "Nhìn rõ %", "seeing %"),
        of(l, "Cam kết %", "agreed %"),
        of(l, "Kém", "degraded"),
        of(l, "Không thấy", "blind"),
        of(l, "Mất kết nối", "offline"),
        of(l, "Không rõ", "unknown"),
        of(l, "Số lần", "outages"),
        of(l, "Dài nhất", "longest"),
    ]);
    table.set_header(heads);
    for row in rows {
        let text = |t: &Option<String>| t.clone().unwrap_or_else(|| "–".to_owned());
        let percent = |p: Option<f64>| p.map_or("–".to_owned(), |p| format!("{p:.2}"));
        let length = |s: f64| if s <= 0.0 { "–".to_owned() } else { say::length(s) };
        let mut cells = Vec::new();
        if by_day {
            cells.push(text(&row.day));
        }
        cells.extend(if by_vendor {
            [text(&row.vendor), text(&row.contract)]
        } else {
            [text(&row.camera), text(&row.camera_name)]
        });
        let missed = if row.kept == Some(false) { " !" } else { "" };
        let longest = row.longest_outage_reason.map_or_else(
            || length(row.longest_outage_seconds),
            |reason| {
                let said = say::reason(reason);
                format!("{} ({})", length(row.longest_outage_seconds), of(l, said.vi, said.en))
            },
        );
        cells.extend([
            percent(row.seeing_percent) + missed,
            percent(row.agreed_percent),
            length(row.degraded_seconds),
            length(row.blind_seconds),
            length(row.offline_seconds),
            length(row.unknown_seconds),
            row.incidents.to_string(),
            longest,
        ]);
        table.add_row(cells);
    }
    for column in table.column_iter_mut().skip(figures).take(7) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    table
}
