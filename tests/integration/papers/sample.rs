//! A small report with all that a report may hold.

use jiff::civil::date;
use streetward::report::{
    Block, Cell, Chart, ChartStyle, Column, Document, Letterhead, Picture, Section, Series, Table,
    Words,
};

/// A ward's letterhead.
pub(crate) fn head() -> Letterhead {
    Letterhead {
        superior: Some("THÀNH PHỐ TRÀ VINH".into()),
        authority: "ỦY BAN NHÂN DÂN PHƯỜNG 1".into(),
        symbol: "BC-UBND".into(),
        place: "Trà Vinh".into(),
        addressees: vec!["Ủy ban nhân dân thành phố Trà Vinh".into()],
        recipients: vec![
            "Như trên;".into(),
            "Công an phường (để phối hợp);".into(),
            "Lưu: VT.".into(),
        ],
        signer_for: Some("TM. ỦY BAN NHÂN DÂN".into()),
        signer_title: "CHỦ TỊCH".into(),
        signer_name: Some("Nguyễn Thị Ánh".into()),
    }
}

fn words(vi: &str, en: &str) -> Words {
    Words::new(vi, en)
}

fn column(key: &str, vi: &str, en: &str) -> Column {
    Column { key: key.into(), title: words(vi, en) }
}

fn by_domain() -> Table {
    let row = |vi, en, flagged, confirmed, change, precision, seconds| {
        vec![
            Cell::Words(words(vi, en)),
            Cell::Count(flagged),
            Cell::Count(confirmed),
            Cell::Change(change),
            precision,
            seconds,
        ]
    };
    Table {
        key: "by_domain".into(),
        title: words("Vụ việc theo lĩnh vực", "Events by domain"),
        columns: vec![
            column("domain", "Lĩnh vực", "Domain"),
            column("flagged", "Được phát hiện", "Flagged"),
            column("confirmed", "Đã xác nhận", "Confirmed"),
            column("change", "So với kỳ trước", "Change"),
            column("precision", "Tỷ lệ đúng", "Precision"),
            column("to_decide", "Thời gian quyết định (trung vị)", "Median time to decide"),
        ],
        rows: vec![
            row(
                "Giao thông",
                "Traffic",
                12_345,
                8_210,
                512,
                Cell::Share(0.872),
                Cell::Seconds(4_321.0),
            ),
            row(
                "Môi trường",
                "Environment",
                87,
                40,
                -3,
                Cell::Share(0.615),
                Cell::Seconds(200_000.0),
            ),
            row("Trật tự đô thị <b>", "Urban order <b>", 950, 0, 0, Cell::Nothing, Cell::Nothing),
        ],
        total: Some(row(
            "Tổng cộng",
            "Total",
            13_382,
            8_250,
            509,
            Cell::Share(0.87),
            Cell::Seconds(4_500.0),
        )),
        definitions: vec![
            words(
                "Được phát hiện: vụ việc bắt đầu trong kỳ.",
                "Flagged: events that began in the period.",
            ),
            words(
                "Tỷ lệ đúng: số đã xác nhận trên số đã xác nhận và bị bác.",
                "Precision: confirmed over confirmed and dismissed.",
            ),
        ],
    }
}

fn cameras() -> Table {
    Table {
        key: "cameras".into(),
        title: words("Camera đã lắp đặt", "Installed cameras"),
        columns: vec![
            column("camera", "Camera", "Camera"),
            column("installed_on", "Ngày lắp đặt", "Installed on"),
            column("cost", "Kinh phí", "Cost"),
            column("hours", "Giờ hoạt động", "Hours seeing"),
        ],
        rows: vec![vec![
            Cell::Words(Words::same("Ngã tư Lê Lợi – Phạm Hồng Thái")),
            Cell::Day(date(2025, 3, 9)),
            Cell::Dong(12_500_000),
            Cell::Number(719.25, 1),
        ]],
        total: None,
        definitions: Vec::new(),
    }
}

fn chart(style: ChartStyle, title: Words, labels: Vec<Words>, values: Vec<Vec<f64>>) -> Block {
    let names = [words("Đã xác nhận", "Confirmed"), words("Bị bác", "Dismissed")];
    let series = names.into_iter().zip(values).map(|(name, values)| Series { name, values });
    let unit = words("vụ việc", "events");
    Block::Chart(Chart { title, style, labels, series: series.collect(), unit })
}

/// A picture of one colour.
pub(crate) fn jpeg() -> Vec<u8> {
    let mut bytes = Vec::new();
    let picture = image::RgbImage::from_pixel(64, 36, image::Rgb([40, 120, 70]));
    image::codecs::jpeg::JpegEncoder::new(&mut bytes).encode_image(&picture).unwrap();
    bytes
}

/// The report.
pub(crate) fn sample() -> Document {
    let domains = vec![
        words("Giao thông", "Traffic"),
        words("Môi trường", "Environment"),
        words("Trật tự đô thị", "Urban order"),
    ];
    let days = (1..=31).map(|d| Words::same(d.to_string())).collect();
    let by_day = |least: u32| (1..=31).map(|d| f64::from(least + d * 7 % 40)).collect();
    Document {
        name: "report-2026-10".into(),
        title: words(
            "Báo cáo kết quả khai thác camera tháng 10 năm 2026",
            "Report on what the cameras gave in October 2026",
        ),
        days: Some((date(2026, 10, 1), date(2026, 10, 31))),
        made_on: date(2026, 11, 2),
        sections: vec![
            Section {
                title: words("Kết quả theo lĩnh vực", "Results by domain"),
                blocks: vec![
                    Block::Paragraph(words(
                        "Trong kỳ, hệ thống phát hiện 13.382 vụ việc; chỉ vụ việc đã được cán bộ xác nhận mới được tính là vi phạm.",
                        "The system flagged 13,382 events in the period; only what an officer confirmed counts as a violation.",
                    )),
                    Block::Table(by_domain()),
                    chart(
                        ChartStyle::Bars,
                        words("Vụ việc theo lĩnh vực", "Events by domain"),
                        domains,
                        vec![vec![8_210.0, 40.0, 0.0], vec![1_205.0, 25.0, 310.0]],
                    ),
                    chart(
                        ChartStyle::Columns,
                        words("Vụ việc theo ngày", "Events by day"),
                        days,
                        vec![by_day(20), by_day(4)],
                    ),
                ],
            },
            Section {
                title: words("Camera", "Cameras"),
                blocks: vec![
                    Block::Table(cameras()),
                    chart(
                        ChartStyle::Lines,
                        words("Tỷ lệ quan sát được", "Share of time seeing"),
                        vec![Words::same("T8"), Words::same("T9"), Words::same("T10")],
                        vec![vec![98.5, f64::NAN, 99.25]],
                    ),
                    Block::Picture(Picture {
                        jpeg: jpeg(),
                        caption: words("Ngã tư Lê Lợi", "Le Loi crossing"),
                    }),
                ],
            },
        ],
    }
}
