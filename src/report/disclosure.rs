//! What of the register may be made public, as a page and as files for other programs.

use super::document::Language;
use super::listing::looks_like_a_formula;
use crate::register::{Disclosed, DisclosedCamera, DisclosedPart};
use crate::store::{RegisterCount, RegisterState};
use askama::Template;

/// What it is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DisclosureFormat {
    /// A page that stands by itself: nothing is loaded, nothing runs.
    Html,
    /// A row for each camera, UTF-8 with a byte order mark so that spreadsheets read it.
    Csv,
    /// Everything, for programs.
    Json,
}

/// Why it could not be written.
#[derive(Debug, thiserror::Error)]
pub enum DisclosureError {
    /// The page.
    #[error("the disclosure page could not be made: {0}; report this")]
    Page(#[from] askama::Error),
    /// The CSV.
    #[error("the disclosure's CSV could not be made: {0}; report this")]
    Csv(String),
    /// The JSON.
    #[error("the disclosure's JSON could not be made: {0}; report this")]
    Json(#[from] serde_json::Error),
}

/// A disclosure as a file's bytes.
///
/// # Errors
/// [`DisclosureError`]: it could not be made.
pub fn disclosure_bytes(
    told: &Disclosed,
    format: DisclosureFormat,
    language: Language,
) -> Result<Vec<u8>, DisclosureError> {
    match format {
        DisclosureFormat::Html => Ok(page(told, language).render()?.into_bytes()),
        DisclosureFormat::Csv => csv_of(told).map_err(|e| DisclosureError::Csv(e.to_string())),
        DisclosureFormat::Json => {
            let mut json = serde_json::to_vec_pretty(told)?;
            json.push(b'\n');
            Ok(json)
        }
    }
}

const KEYS: [&str; 12] = [
    "code",
    "name",
    "ward",
    "stage",
    "place",
    "state",
    "installed_on",
    "vendor",
    "contract",
    "funding_source",
    "contributor",
    "cost_dong",
];

fn csv_of(told: &Disclosed) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let mut out = csv::Writer::from_writer(b"\xef\xbb\xbf".to_vec());
    out.write_record(KEYS)?;
    let sound = |text: &str| {
        if looks_like_a_formula(text) { format!("'{text}") } else { text.to_owned() }
    };
    let maybe = |text: &Option<String>| text.as_deref().map(sound).unwrap_or_default();
    for c in &told.cameras {
        out.write_record([
            sound(&c.code),
            sound(&c.name),
            sound(&c.ward),
            maybe(&c.stage),
            maybe(&c.place),
            c.state.name().to_owned(),
            c.installed_on.map(|d| d.to_string()).unwrap_or_default(),
            maybe(&c.vendor),
            maybe(&c.contract),
            maybe(&c.funding_source),
            maybe(&c.contributor),
            c.cost_dong.map(|n| n.to_string()).unwrap_or_default(),
        ])?;
    }
    Ok(out.into_inner()?)
}

#[derive(Template)]
#[template(path = "disclosure.html")]
struct Page {
    lang: &'static str,
    title: String,
    intro: String,
    coverage: String,
    tables: Vec<Sheet>,
}

struct Sheet {
    title: &'static str,
    heads: Vec<Cell>,
    rows: Vec<Vec<Cell>>,
    total: Vec<Cell>,
    note: &'static str,
}

struct Cell {
    text: String,
    number: bool,
}

fn words(text: impl Into<String>) -> Cell {
    Cell { text: text.into(), number: false }
}

fn number(text: impl Into<String>) -> Cell {
    Cell { text: text.into(), number: true }
}

fn maybe(text: Option<&String>) -> Cell {
    words(text.cloned().unwrap_or_else(|| "–".to_owned()))
}

/// Chooses the language's words.
#[derive(Clone, Copy)]
struct Say(Language);

impl Say {
    fn of(self, vi: &'static str, en: &'static str) -> &'static str {
        match self.0 {
            Language::Vi => vi,
            Language::En => en,
        }
    }

    /// Whole numbers in groups of three.
    fn count(self, n: i64) -> Cell {
        let plain = n.unsigned_abs().to_string();
        let mut text = String::new();
        for (i, c) in plain.chars().enumerate() {
            if i > 0 && (plain.len() - i).is_multiple_of(3) {
                text.push_str(self.of(".", ","));
            }
            text.push(c);
        }
        number(text)
    }

    fn state(self, state: RegisterState) -> &'static str {
        match state {
            RegisterState::Planned => self.of("Dự kiến", "Planned"),
            RegisterState::Installed => self.of("Đã lắp đặt", "Installed"),
            RegisterState::Removed => self.of("Đã tháo dỡ", "Removed"),
        }
    }

    fn day(self, day: jiff::civil::Date) -> String {
        match self.0 {
            Language::Vi => format!("{:02}/{:02}/{}", day.day(), day.month(), day.year()),
            Language::En => day.to_string(),
        }
    }
}

fn page(told: &Disclosed, language: Language) -> Page {
    let say = Say(language);
    let made = say.day(told.made_on);
    let coverage = match language {
        Language::Vi => format!(
            "Đã lắp đặt {} trong tổng số {} camera theo kế hoạch, tại {} vị trí.",
            told.installed, told.wanted, told.places
        ),
        Language::En => format!(
            "{} of {} planned cameras are installed, at {} places.",
            told.installed, told.wanted, told.places
        ),
    };
    let intro = match language {
        Language::Vi => format!("Số liệu tính đến ngày {made}."),
        Language::En => format!("As of {made}."),
    };
    Page {
        lang: say.of("vi", "en"),
        title: say
            .of("CÔNG KHAI HỆ THỐNG CAMERA VÀ NGUỒN KINH PHÍ", "PUBLIC CAMERAS AND THEIR FUNDING")
            .to_owned(),
        intro,
        coverage,
        tables: vec![
            wards(say, &told.wards),
            sums(
                say,
                say.of("Nguồn kinh phí", "Sources of funding"),
                say.of("Nguồn", "Source"),
                say.of("Chưa ghi nguồn", "Source not stated"),
                &told.funding,
                "",
            ),
            sums(
                say,
                say.of("Tổ chức, cá nhân đóng góp", "Contributors"),
                say.of("Tổ chức, cá nhân", "Contributor"),
                say.of("Chưa có sự đồng ý công khai tên", "Not agreed to be named"),
                &told.contributors,
                say.of(
                    "Chỉ nêu tên tổ chức, cá nhân đã đồng ý công khai.",
                    "Only who agreed to it is named.",
                ),
            ),
            cameras(say, &told.cameras),
        ]
        .into_iter()
        .filter(|sheet| !sheet.rows.is_empty())
        .collect(),
    }
}

fn wards(say: Say, parts: &[RegisterCount]) -> Sheet {
    let row = |p: &RegisterCount| {
        vec![
            words(p.ward.clone()),
            maybe(p.stage.as_ref()),
            say.count((p.installed + p.planned) as i64),
            say.count(p.installed as i64),
            say.count(p.planned as i64),
            say.count(p.removed as i64),
        ]
    };
    let sum = |of: fn(&RegisterCount) -> u64| say.count(parts.iter().map(of).sum::<u64>() as i64);
    Sheet {
        title: say.of("Theo địa bàn và giai đoạn", "By ward and stage"),
        heads: vec![
            words(say.of("Địa bàn", "Ward")),
            words(say.of("Giai đoạn", "Stage")),
            number(say.of("Theo kế hoạch", "To stand in the end")),
            number(say.of("Đã lắp đặt", "Installed")),
            number(say.of("Còn dự kiến", "Still planned")),
            number(say.of("Đã tháo dỡ", "Removed")),
        ],
        rows: parts.iter().map(row).collect(),
        total: vec![
            words(say.of("Cộng", "Total")),
            words(""),
            sum(|p| p.installed + p.planned),
            sum(|p| p.installed),
            sum(|p| p.planned),
            sum(|p| p.removed),
        ],
        note: say.of(
            "Theo kế hoạch = đã lắp đặt + còn dự kiến; camera đã tháo dỡ không tính.",
            "To stand in the end = installed + still planned; those removed are not counted.",
        ),
    }
}

fn sums(
    say: Say,
    title: &'static str,
    head: &'static str,
    none: &'static str,
    parts: &[DisclosedPart],
    note: &'static str,
) -> Sheet {
    let row = |p: &DisclosedPart| {
        vec![
            words(p.name.clone().unwrap_or_else(|| none.to_owned())),
            say.count(p.cameras as i64),
            say.count(p.cost_dong),
            say.count(p.cost_unknown as i64),
        ]
    };
    Sheet {
        title,
        heads: vec![
            words(head),
            number(say.of("Số camera", "Cameras")),
            number(say.of("Chi phí (đồng)", "Cost (đồng)")),
            number(say.of("Chưa ghi chi phí", "Cost not stated")),
        ],
        rows: parts.iter().map(row).collect(),
        total: vec![
            words(say.of("Cộng", "Total")),
            say.count(parts.iter().map(|p| p.cameras).sum::<u64>() as i64),
            say.count(parts.iter().fold(0, |sum, p| sum.saturating_add(p.cost_dong))),
            say.count(parts.iter().map(|p| p.cost_unknown).sum::<u64>() as i64),
        ],
        note,
    }
}

fn cameras(say: Say, cameras: &[DisclosedCamera]) -> Sheet {
    let row = |c: &DisclosedCamera| {
        vec![
            words(c.code.clone()),
            words(c.name.clone()),
            words(c.ward.clone()),
            maybe(c.place.as_ref()),
            maybe(c.stage.as_ref()),
            words(say.state(c.state)),
            words(c.installed_on.map_or_else(|| "–".to_owned(), |d| say.day(d))),
            maybe(c.vendor.as_ref()),
            maybe(c.contract.as_ref()),
            maybe(c.funding_source.as_ref()),
            maybe(c.contributor.as_ref()),
            c.cost_dong.map_or_else(|| number("–"), |n| say.count(n)),
        ]
    };
    let heads = [
        say.of("Mã", "Code"),
        say.of("Tên camera", "Name"),
        say.of("Địa bàn", "Ward"),
        say.of("Vị trí", "Place"),
        say.of("Giai đoạn", "Stage"),
        say.of("Tình trạng", "State"),
        say.of("Ngày lắp đặt", "Installed on"),
        say.of("Nhà cung cấp", "Vendor"),
        say.of("Hợp đồng", "Contract"),
        say.of("Nguồn kinh phí", "Funding"),
        say.of("Đóng góp", "Contributor"),
        say.of("Chi phí (đồng)", "Cost (đồng)"),
    ];
    let last = heads.len() - 1;
    let head =
        |(i, text): (usize, &'static str)| if i == last { number(text) } else { words(text) };
    Sheet {
        title: say.of("Danh sách camera", "Cameras"),
        heads: heads.into_iter().enumerate().map(head).collect(),
        rows: cameras.iter().map(row).collect(),
        total: Vec::new(),
        note: "",
    }
}
