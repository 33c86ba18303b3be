//! Events as a table, JSON, JSON lines or CSV, written one by one.

use crate::store::{EventRecord, EvidenceState, Status, word};
use comfy_table::{ColumnConstraint, ContentArrangement, Table, presets};
use serde::Serialize;
use std::collections::BTreeSet;
use std::io::{self, Write};

/// How events are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum ListFormat {
    /// For reading, 100 columns wide.
    Table,
    /// One array.
    Json,
    /// One object a line.
    Jsonl,
    /// Comma-separated, with a header.
    Csv,
}

/// Rows of one table; more come in further tables, so that memory stays bounded.
const TABLE_ROWS: usize = 500;
const TABLE_COLUMNS: u16 = 100;

/// Writes events in one format. Call [`Self::event`] for each, then [`Self::end`].
pub struct Listing<W> {
    out: W,
    format: ListFormat,
    bom: bool,
    plates: bool,
    rows: Vec<[String; 7]>,
    written: u64,
    by_status: [u64; Status::ALL.len()],
    /// Marks that are to be explained.
    marks: BTreeSet<&'static str>,
    repeated: bool,
}

/// An event with what people need beside it.
#[derive(Serialize)]
struct Line<'a> {
    #[serde(flatten)]
    event: &'a EventRecord,
    start_local: String,
    #[serde(skip_serializing_if = "Plate::is_untold")]
    plate: Plate<'a>,
}

/// The number plate that a person typed.
#[derive(Clone, Copy, Serialize)]
#[serde(untagged)]
enum Plate<'a> {
    /// It is not told here whether there is one.
    Untold,
    Told(Option<&'a str>),
}

impl Plate<'_> {
    const fn is_untold(&self) -> bool {
        matches!(self, Self::Untold)
    }
}

impl<W: Write> Listing<W> {
    /// `bom`: CSV begins with a byte order mark, by which Excel knows UTF-8, and cells that a
    /// spreadsheet would take for a formula begin with an apostrophe.
    pub fn new(out: W, format: ListFormat, bom: bool) -> Self {
        Self {
            out,
            format,
            bom,
            plates: false,
            rows: Vec::new(),
            written: 0,
            by_status: [0; Status::ALL.len()],
            marks: BTreeSet::new(),
            repeated: false,
        }
    }

    /// With a column for the number plate that a person typed, the last; the table has none.
    #[must_use]
    pub fn with_plates(self) -> Self {
        Self { plates: true, ..self }
    }

    /// Writes the next event.
    pub fn event(&mut self, e: &EventRecord) -> io::Result<()> {
        self.event_of(e, None)
    }

    /// Writes the next event, with its plate where that is told.
    pub fn event_of(&mut self, e: &EventRecord, plate: Option<&str>) -> io::Result<()> {
        let told = if self.plates { Plate::Told(plate) } else { Plate::Untold };
        let line = || Line { event: e, start_local: e.start_utc.local_rfc3339(), plate: told };
        match self.format {
            ListFormat::Table => {
                self.rows.push(table_row(e));
                if self.rows.len() == TABLE_ROWS {
                    self.flush_table()?;
                }
            }
            ListFormat::Json => {
                self.out.write_all(if self.written == 0 { b"[\n" } else { b",\n" })?;
                serde_json::to_writer(&mut self.out, &line())?;
            }
            ListFormat::Jsonl => {
                serde_json::to_writer(&mut self.out, &line())?;
                self.out.write_all(b"\n")?;
            }
            ListFormat::Csv => {
                if self.written == 0 {
                    self.csv_header()?;
                }
                let mut cells = csv_row(e).to_vec();
                if let Plate::Told(plate) = told {
                    cells.push(plate.unwrap_or_default().to_owned());
                }
                if self.bom {
                    cells
                        .iter_mut()
                        .filter(|c| looks_like_a_formula(c))
                        .for_each(|c| c.insert(0, '\''));
                }
                self.csv(&cells)?;
            }
        }
        self.marks.insert(mark(e));
        self.repeated |= e.sightings > 1;
        self.written += 1;
        if let Some(nth) = Status::ALL.iter().position(|s| *s == e.status) {
            self.by_status[nth] += 1;
        }
        Ok(())
    }

    /// Writes what ends the format; gives back how many events there were.
    pub fn end(mut self) -> io::Result<u64> {
        match self.format {
            ListFormat::Table => {
                self.flush_table()?;
                let counts: Vec<String> = Status::ALL
                    .iter()
                    .zip(self.by_status)
                    .filter(|(_, n)| *n > 0)
                    .map(|(status, n)| format!("{n} {}", word(status).replace('_', " ")))
                    .collect();
                if self.written == 0 {
                    writeln!(self.out, "No events match.")?;
                } else {
                    writeln!(
                        self.out,
                        "{} events: {}. \
                         Nothing is a violation before a person confirms it.\n\
                         Times are local (+07:00); ids are shortened, --format jsonl has all.",
                        self.written,
                        counts.join(", ")
                    )?;
                    if self.repeated {
                        writeln!(
                            self.out,
                            "×: so many sightings of one incident; --all lists each."
                        )?;
                    }
                    let meanings = [
                        ("*", "cut short by an interrupted run; run it again."),
                        ("…", "it goes on, or its evidence is being made."),
                        ("–", "without evidence; --format jsonl says why."),
                    ];
                    for (mark, meaning) in meanings {
                        if self.marks.contains(mark) {
                            writeln!(self.out, "{mark} {meaning}")?;
                        }
                    }
                }
            }
            ListFormat::Json => {
                self.out.write_all(if self.written == 0 { b"[]\n" } else { b"\n]\n" })?;
            }
            ListFormat::Csv if self.written == 0 => self.csv_header()?,
            ListFormat::Csv | ListFormat::Jsonl => {}
        }
        self.out.flush()?;
        Ok(self.written)
    }

    fn flush_table(&mut self) -> io::Result<()> {
        if self.rows.is_empty() {
            return Ok(());
        }
        let mut table = Table::new();
        table
            .load_preset(presets::NOTHING)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(TABLE_COLUMNS)
            .set_header(["START", "KIND", "CAMERA", "ZONE", "IN SOURCE", "STATUS", "ID"])
            .add_rows(self.rows.drain(..));
        for (i, column) in table.column_iter_mut().enumerate() {
            column.set_padding((0, 1));
            // Only names of the city's own making may wrap.
            if !matches!(i, 2 | 3) {
                column.set_constraint(ColumnConstraint::ContentWidth);
            }
        }
        writeln!(self.out, "{table}")
    }

    fn csv_header(&mut self) -> io::Result<()> {
        if self.bom {
            self.out.write_all("\u{feff}".as_bytes())?;
        }
        let mut columns = CSV_COLUMNS.map(str::to_owned).to_vec();
        columns.extend(self.plates.then(|| "plate".to_owned()));
        self.csv(&columns)
    }

    /// Through memory, so that a broken pipe stays the I/O error that it is.
    fn csv(&mut self, cells: &[String]) -> io::Result<()> {
        let mut line = csv::WriterBuilder::new().buffer_capacity(1024).from_writer(Vec::new());
        line.write_record(cells)?;
        let line = line.into_inner().map_err(|e| io::Error::other(e.to_string()))?;
        self.out.write_all(&line)
    }
}

fn table_row(e: &EventRecord) -> [String; 7] {
    [
        e.start_utc.local().strftime("%Y-%m-%d %H:%M:%S").to_string(),
        if e.sightings > 1 {
            format!("{} ×{}", word(&e.kind), e.sightings)
        } else {
            word(&e.kind)
        },
        e.camera.clone(),
        e.zone.clone(),
        format!(
            "{}–{}",
            super::say::place_whole(e.start_media_seconds),
            super::say::place_whole(e.end_media_seconds)
        ),
        format!("{}{}", word(&e.status), mark(e)),
        e.id.chars().take(10).collect(),
    ]
}

/// How an event differs from one with all its evidence.
fn mark(e: &EventRecord) -> &'static str {
    match e.evidence_state {
        EvidenceState::Open => "…",
        EvidenceState::None | EvidenceState::Removed => "–",
        EvidenceState::Whole | EvidenceState::Incomplete if e.complete => "",
        EvidenceState::Whole | EvidenceState::Incomplete => "*",
    }
}

/// The columns of CSV: the keys of JSON. Columns may be added at the end, never renamed or moved.
const CSV_COLUMNS: [&str; 32] = [
    "id",
    "kind",
    "domain",
    "severity",
    "camera",
    "camera_name",
    "ward",
    "zone",
    "rule",
    "source",
    "source_fingerprint",
    "incident_key",
    "start_media_seconds",
    "moment_media_seconds",
    "end_media_seconds",
    "start_utc",
    "moment_utc",
    "end_utc",
    "clock_quality",
    "closing",
    "complete",
    "status",
    "evidence",
    "subject_class",
    "provision",
    "model",
    "software_version",
    "start_local",
    "same_as",
    "sightings",
    "evidence_state",
    "evidence_note",
];

fn csv_row(e: &EventRecord) -> [String; 32] {
    [
        e.id.clone(),
        word(&e.kind),
        word(&e.domain),
        word(&e.severity),
        e.camera.clone(),
        e.camera_name.clone(),
        e.ward.clone().unwrap_or_default(),
        e.zone.clone(),
        e.rule.clone(),
        e.source.clone(),
        e.source_fingerprint.clone(),
        e.incident_key.clone(),
        e.start_media_seconds.to_string(),
        e.moment_media_seconds.to_string(),
        e.end_media_seconds.to_string(),
        e.start_utc.utc_rfc3339(),
        e.moment_utc.utc_rfc3339(),
        e.end_utc.utc_rfc3339(),
        word(&e.clock_quality),
        word(&e.closing),
        e.complete.to_string(),
        word(&e.status),
        e.evidence.clone(),
        word(&e.subject_class),
        e.provision.clone().unwrap_or_default(),
        e.model.clone(),
        e.software_version.clone(),
        e.start_utc.local_rfc3339(),
        e.same_as.clone().unwrap_or_default(),
        e.sightings.to_string(),
        word(&e.evidence_state),
        e.evidence_note.clone().unwrap_or_default(),
    ]
}

/// <https://owasp.org/www-community/attacks/CSV_Injection>; numbers stay numbers.
pub(super) fn looks_like_a_formula(cell: &str) -> bool {
    cell.starts_with(['=', '+', '-', '@', '\t', '\r']) && cell.parse::<f64>().is_err()
}
