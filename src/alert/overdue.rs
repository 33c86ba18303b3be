//! Words for what is overdue.

use super::terms::severity;
use super::wording::{Said, Wording, local, tidy};
use crate::config::Language;
use crate::media::WallTime;
use crate::rules::Kind;
use crate::store::{EventRecord, Stage};
use askama::Template;

/// What templates may say of one event.
struct OneWords<'a> {
    e: &'a EventRecord,
    kind: &'static str,
    severity: &'static str,
    agency: &'a str,
    undecided: bool,
    moment: String,
    due: String,
    link: Option<&'a str>,
}

#[derive(Template)]
#[template(path = "overdue.vi.txt")]
struct OneVi<'a> {
    w: OneWords<'a>,
}

#[derive(Template)]
#[template(path = "overdue.en.txt")]
struct OneEn<'a> {
    w: OneWords<'a>,
}

/// What templates may say of many.
struct ManyWords<'a> {
    agency: &'a str,
    acknowledge: u64,
    decide: u64,
    kinds: Vec<(&'static str, u64)>,
    oldest: String,
}

#[derive(Template)]
#[template(path = "overdue_many.vi.txt")]
struct ManyVi<'a> {
    w: ManyWords<'a>,
}

#[derive(Template)]
#[template(path = "overdue_many.en.txt")]
struct ManyEn<'a> {
    w: ManyWords<'a>,
}

impl Wording {
    /// One event that nobody has taken up or decided in time.
    pub(super) fn overdue(
        &self,
        e: &EventRecord,
        agency: &str,
        stage: Stage,
        due: WallTime,
    ) -> Said {
        let kind = self.kind(e.kind);
        let title = match (self.language, stage) {
            (Language::Vi, Stage::Acknowledge) => format!("Quá hạn tiếp nhận – nghi vấn: {kind}"),
            (Language::Vi, Stage::Decide) => format!("Quá hạn xử lý – nghi vấn: {kind}"),
            (Language::En, Stage::Acknowledge) => {
                format!("Not taken up in time – suspected: {kind}")
            }
            (Language::En, Stage::Decide) => format!("Not decided in time – suspected: {kind}"),
        };
        let link = self.link.as_ref().map(|l| l.replace("{id}", &e.id));
        let w = OneWords {
            e,
            kind,
            severity: severity(e.severity).said(self.language),
            agency,
            undecided: stage == Stage::Decide,
            moment: local(e.moment_utc),
            due: local(due),
            link: link.as_deref(),
        };
        let text = match self.language {
            Language::Vi => OneVi { w }.render(),
            Language::En => OneEn { w }.render(),
        };
        // Rendering into memory cannot fail; the title alone would still tell.
        let title = format!("{title} – {}", e.camera_name);
        Said { title, text: tidy(&text.unwrap_or_default()), link, detail: None }
    }

    /// Many events at once.
    pub(super) fn overdue_many(
        &self,
        agency: &str,
        (acknowledge, decide): (u64, u64),
        kinds: &[(Kind, u64)],
        oldest: WallTime,
    ) -> Said {
        let many = acknowledge + decide;
        let title = match self.language {
            Language::Vi => format!("{many} vụ việc quá hạn – {agency}"),
            Language::En => format!("{many} events are overdue – {agency}"),
        };
        let kinds = kinds.iter().map(|(kind, n)| (self.kind(*kind), *n)).collect();
        let w = ManyWords { agency, acknowledge, decide, kinds, oldest: local(oldest) };
        let text = match self.language {
            Language::Vi => ManyVi { w }.render(),
            Language::En => ManyEn { w }.render(),
        };
        Said { title, text: tidy(&text.unwrap_or_default()), link: None, detail: None }
    }

    fn kind(&self, kind: Kind) -> &'static str {
        match self.language {
            Language::Vi => kind.info().name_vi,
            Language::En => kind.info().name_en,
        }
    }
}
