//! A letter as JSON, for programs.

use super::attempt::Attempt;
use super::message::Message;
use super::wording::Phase;
use crate::evidence::Event;
use crate::media::WallTime;
use crate::scene::{CameraState, Detail, Reason, StateChange};
use crate::store::EventRecord;
use serde::Serialize;

/// A letter as programs get it. Its keys are stable: keys may be added, never renamed.
#[derive(Debug, Serialize)]
pub(super) struct Payload<'a> {
    format: &'static str,
    /// The same for every try: a receiver drops what it has had.
    key: &'a str,
    sink: &'a str,
    /// `opened`, `continued`, `closed`; `camera_state`; `overdue`, `overdue_many`; `report`; `test`.
    phase: &'static str,
    subject: &'a str,
    at: String,
    title: &'a str,
    text: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    event: Option<&'a EventRecord>,
    /// `event.json` of the sealed evidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<&'a Event>,
    /// A report's files, seen from the data folder.
    #[serde(skip_serializing_if = "Option::is_none")]
    files: Option<&'a [String]>,
    #[serde(skip_serializing_if = "Option::is_none")]
    camera: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    camera_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<Change<'a>>,
}

/// A change of a camera's state: its detail in words, and as data.
#[derive(Debug, Serialize)]
struct Change<'a> {
    at: WallTime,
    state: CameraState,
    reasons: &'a [Reason],
    detail: &'a str,
    figures: &'a Detail,
}

impl<'a> Change<'a> {
    fn of(change: &'a StateChange, said: Option<&'a str>) -> Self {
        let StateChange { at, state, reasons, detail } = change;
        let said = said.unwrap_or_default();
        Self { at: *at, state: *state, reasons, detail: said, figures: detail }
    }
}

impl<'a> Payload<'a> {
    pub(super) fn of(attempt: &'a Attempt<'_>) -> Self {
        let (camera, camera_name, change) = match attempt.message {
            Message::Camera { camera, name, change } => {
                let change = Change::of(change, attempt.said.detail.as_deref());
                (Some(camera.as_str()), Some(name.as_str()), Some(change))
            }
            _ => (None, None, None),
        };
        let phase = match attempt.message {
            Message::Camera { .. } => "camera_state",
            Message::Overdue { .. } => "overdue",
            Message::OverdueMany { .. } => "overdue_many",
            Message::Report { .. } => "report",
            Message::Test => "test",
            other => Phase::of(other, attempt.follows).map_or("", Phase::name),
        };
        Self {
            format: "streetward.alert/1",
            key: &attempt.letter.key,
            sink: &attempt.letter.sink,
            phase,
            subject: &attempt.letter.subject,
            at: attempt.letter.at.utc_rfc3339(),
            title: &attempt.said.title,
            text: &attempt.said.text,
            link: attempt.said.link.as_deref(),
            event: attempt.message.event(),
            record: attempt.facts.as_ref(),
            files: match attempt.message {
                Message::Report { files, .. } => Some(files),
                _ => None,
            },
            camera,
            camera_name,
            change,
        }
    }

    pub(super) fn json(&self) -> String {
        // Of plain fields alone, so it cannot fail.
        serde_json::to_string(self).unwrap_or_default()
    }
}
