//! Puts a message into words.

use super::details;
use super::message::Message;
use super::terms::{self, class_term, closing_term};
use crate::config::{Language, SinkConfig};
use crate::evidence::{Event, measured_said};
use crate::media::{ClockQuality, WallTime};
use crate::scene::StateChange;
use crate::store::{EventRecord, Letter};
use askama::Template;

/// A message in words, without mark-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Said {
    /// One line.
    pub(super) title: String,
    /// The rest, in lines.
    pub(super) text: String,
    /// Where a person reviews it.
    pub(super) link: Option<String>,
    /// What is known of a camera's state, in a sentence.
    pub(super) detail: Option<String>,
}

/// How a sink is told.
#[derive(Debug, Clone)]
pub(super) struct Wording {
    pub(super) language: Language,
    pub(super) link: Option<String>,
    sink: String,
}

/// Where an incident stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    Opened,
    /// Seen again: it goes on from one told before.
    Continued,
    Closed,
}

impl Phase {
    /// Of a message about an event.
    pub(super) fn of(message: &Message, follows: bool) -> Option<Self> {
        match message {
            Message::Opened { .. } if follows => Some(Self::Continued),
            Message::Opened { .. } => Some(Self::Opened),
            Message::Closed { .. } => Some(Self::Closed),
            Message::Camera { .. }
            | Message::Overdue { .. }
            | Message::OverdueMany { .. }
            | Message::Report { .. }
            | Message::Test => None,
        }
    }

    /// In records.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Opened => "opened",
            Self::Continued => "continued",
            Self::Closed => "closed",
        }
    }
}

/// What templates may say of an event.
struct EventWords<'a> {
    e: &'a EventRecord,
    phase: Phase,
    kind: &'a str,
    domain: &'static str,
    severity: &'static str,
    class: &'static str,
    closing: &'static str,
    start: String,
    moment: String,
    end: String,
    lasted: String,
    guessed: bool,
    measured: Vec<String>,
    provisions: Vec<String>,
    link: Option<&'a str>,
}

impl EventWords<'_> {
    fn opened(&self) -> bool {
        self.phase == Phase::Opened
    }

    fn continued(&self) -> bool {
        self.phase == Phase::Continued
    }

    fn closed(&self) -> bool {
        self.phase == Phase::Closed
    }
}

#[derive(Template)]
#[template(path = "event.vi.txt")]
struct EventVi<'a> {
    w: EventWords<'a>,
}

#[derive(Template)]
#[template(path = "event.en.txt")]
struct EventEn<'a> {
    w: EventWords<'a>,
}

/// What templates may say of a camera.
struct CameraWords<'a> {
    camera: &'a str,
    name: &'a str,
    meaning: &'static str,
    task: &'static str,
    reasons: Vec<&'static str>,
    detail: Option<String>,
    at: String,
}

#[derive(Template)]
#[template(path = "camera.vi.txt")]
struct CameraVi<'a> {
    w: CameraWords<'a>,
}

#[derive(Template)]
#[template(path = "camera.en.txt")]
struct CameraEn<'a> {
    w: CameraWords<'a>,
}

impl Wording {
    pub(super) fn new(sink: &SinkConfig) -> Self {
        Self { language: sink.language, link: sink.link.clone(), sink: sink.name.clone() }
    }

    /// A letter's message in words. `facts`: the sealed record of a closed incident.
    pub(super) fn put(
        &self,
        letter: &Letter,
        follows: bool,
        message: &Message,
        facts: Option<&Event>,
    ) -> Said {
        match message {
            Message::Opened { event } | Message::Closed { event } => {
                let phase = Phase::of(message, follows).unwrap_or(Phase::Opened);
                self.event(event, phase, facts)
            }
            Message::Camera { camera, name, change } => self.camera(camera, name, change),
            Message::Overdue { event, agency, stage, due } => {
                self.overdue(event, agency, *stage, *due)
            }
            Message::OverdueMany { agency_name, acknowledge, decide, kinds, oldest, .. } => {
                self.overdue_many(agency_name, (*acknowledge, *decide), kinds, *oldest)
            }
            Message::Report { title_vi, title_en, files } => {
                self.report((title_vi, title_en), files)
            }
            Message::Test => self.test(letter.at),
        }
    }

    fn event(&self, e: &EventRecord, phase: Phase, facts: Option<&Event>) -> Said {
        let info = e.kind.info();
        let (kind, domain) = match self.language {
            Language::Vi => (info.name_vi, e.domain.name_vi()),
            Language::En => (info.name_en, e.domain.name_en()),
        };
        let title = match (self.language, phase) {
            (Language::Vi, Phase::Opened) => format!("Nghi vấn: {kind}"),
            (Language::Vi, Phase::Continued) => format!("Tiếp diễn – nghi vấn: {kind}"),
            (Language::Vi, Phase::Closed) => format!("Đã kết thúc – nghi vấn: {kind}"),
            (Language::En, Phase::Opened) => format!("Suspected: {kind}"),
            (Language::En, Phase::Continued) => format!("Goes on – suspected: {kind}"),
            (Language::En, Phase::Closed) => format!("Over – suspected: {kind}"),
        };
        let link = self.link.as_ref().map(|l| l.replace("{id}", &e.id));
        let measured = facts.map(|f| measured_said(e.kind, &f.measured)).unwrap_or_default();
        let words = EventWords {
            e,
            phase,
            kind,
            domain,
            severity: terms::severity(e.severity).said(self.language),
            class: class_term(e.subject_class).said(self.language),
            closing: closing_term(e.closing).said(self.language),
            start: local(e.start_utc),
            moment: local(e.moment_utc),
            end: local(e.end_utc),
            lasted: self.length(e.end_media_seconds - e.start_media_seconds),
            guessed: e.clock_quality == ClockQuality::Guessed,
            measured: measured
                .into_iter()
                .map(|n| if self.language == Language::Vi { n.vi } else { n.en })
                .collect(),
            provisions: match facts {
                Some(f) => f.provisions.iter().map(crate::law::Provision::cited).collect(),
                None => e.provision.iter().cloned().collect(),
            },
            link: link.as_deref(),
        };
        let text = match self.language {
            Language::Vi => EventVi { w: words }.render(),
            Language::En => EventEn { w: words }.render(),
        };
        // Rendering into memory cannot fail; the title alone would still tell.
        let title = format!("{title} – {}", e.camera_name);
        Said { title, text: tidy(&text.unwrap_or_default()), link, detail: None }
    }

    fn camera(&self, camera: &str, name: &str, change: &StateChange) -> Said {
        let words = CameraWords {
            camera,
            name,
            meaning: terms::meaning(change.state).said(self.language),
            task: terms::task(change.state).said(self.language),
            reasons: change.reasons.iter().map(|r| terms::reason(*r).said(self.language)).collect(),
            detail: details::said(&change.detail, self.language),
            at: local(change.at),
        };
        let text = match self.language {
            Language::Vi => CameraVi { w: words }.render(),
            Language::En => CameraEn { w: words }.render(),
        };
        let state = terms::state(change.state).said(self.language);
        let title = match self.language {
            Language::Vi => format!("Camera {name}: {state}"),
            Language::En => format!("Camera {name} {state}"),
        };
        let detail = Some(details::told(&change.reasons, &change.detail, self.language));
        Said { title, text: tidy(&text.unwrap_or_default()), link: None, detail }
    }

    fn test(&self, at: WallTime) -> Said {
        let (title, text) = match self.language {
            Language::Vi => (
                "Tin thử nghiệm của Streetward",
                format!(
                    "Kênh cảnh báo “{}” hoạt động. Thời gian: {} (+07:00). Đây là tin thử nghiệm, không có vụ việc nào.",
                    self.sink,
                    local(at)
                ),
            ),
            Language::En => (
                "A test message of Streetward",
                format!(
                    "The alerts \"{}\" arrive. Time: {} (+07:00). This is a test; nothing happened.",
                    self.sink,
                    local(at)
                ),
            ),
        };
        Said { title: title.to_owned(), text, link: None, detail: None }
    }

    fn length(&self, seconds: f64) -> String {
        let whole = seconds.max(0.0).round() as u64;
        let (h, m, s) = (whole / 3600, whole / 60 % 60, whole % 60);
        match (self.language, h, m) {
            (Language::Vi, 0, 0) => format!("{s} giây"),
            (Language::Vi, 0, _) => format!("{m} phút {s} giây"),
            (Language::Vi, ..) => format!("{h} giờ {m} phút"),
            (Language::En, 0, 0) => format!("{s} s"),
            (Language::En, 0, _) => format!("{m} min {s} s"),
            (Language::En, ..) => format!("{h} h {m} min"),
        }
    }
}

/// Local date and time: `15/08/2026 14:30:00`.
pub(super) fn local(t: WallTime) -> String {
    t.local().strftime("%d/%m/%Y %H:%M:%S").to_string()
}

/// Without the empty lines that absent parts leave.
pub(super) fn tidy(text: &str) -> String {
    let lines: Vec<&str> = text.lines().map(str::trim_end).filter(|l| !l.is_empty()).collect();
    lines.join("\n")
}
