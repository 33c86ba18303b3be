//! What an import found out, for people and for programs.

use crate::vision::inspect::Finding;
use crate::vision::{Import, Imported};
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

/// For people: what was read, what was taken, what was done.
pub(super) fn text(done: &Imported, import: &Import, picture: Option<&Path>) -> String {
    let (sure, taken): (Vec<_>, Vec<_>) = done.findings.iter().partition(|f| f.otherwise.is_none());
    let mut out = String::new();
    let _ = writeln!(out, "{}: {}\n", import.file.display(), done.entry.family);
    for finding in sure {
        tell(&mut out, finding);
    }
    tell(&mut out, &trial(done, import, picture));
    if !taken.is_empty() {
        out.push_str("\nThe file does not tell these; they were taken, and may be wrong:\n\n");
        for finding in taken {
            tell(&mut out, finding);
        }
    }
    let (name, manifest) = (&done.entry.name, done.manifest.display());
    let last = if import.dry_run {
        format!("Nothing was changed. Without --dry-run it becomes \"{name}\" in {manifest}.")
    } else {
        format!(
            "It is \"{name}\" now: its file is {}, its entry is in {manifest}.\nUse it with \
             model = \"{name}\" under [detector] in a camera file.",
            done.path.display()
        )
    };
    let _ = writeln!(out, "\n{last}");
    out
}

fn tell(out: &mut String, finding: &Finding) {
    let Finding { about, value, because, otherwise } = finding;
    let _ = writeln!(out, "  {about:<11} {value}\n              {because}");
    if let Some(otherwise) = otherwise {
        let _ = writeln!(out, "              if wrong: {otherwise}");
    }
}

/// What the model saw.
fn trial(done: &Imported, import: &Import, picture: Option<&Path>) -> Finding {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for sight in &done.seen {
        let class = if sight.class.is_empty() { "without a name" } else { &sight.class };
        *counts.entry(class).or_default() += 1;
    }
    let mut counts: Vec<(&str, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(_, n)| std::cmp::Reverse(*n));
    let mut listed: Vec<String> =
        counts.iter().take(6).map(|(name, n)| format!("{n} {name}")).collect();
    if counts.len() > 6 {
        listed.push("…".to_owned());
    }
    let value = if listed.is_empty() { "nothing".to_owned() } else { listed.join(", ") };
    let of = picture.map_or("the embedded picture of a street".into(), |p| p.display().to_string());
    let because = format!(
        "seen in {of} at a score of {} or above, looked at in {} × {}",
        import.look.min_score, done.input.0, done.input.1
    );
    Finding { about: "trial", value, because, otherwise: None }
}

/// For programs.
pub(super) fn json(done: &Imported, import: &Import) -> Result<String, serde_json::Error> {
    let boxes: Vec<_> = done
        .seen
        .iter()
        .map(|s| {
            let b = s.bbox;
            let corners = [b.x1, b.y1, b.x2, b.y2].map(short);
            json!({ "class": s.class, "score": short(s.score), "box": corners })
        })
        .collect();
    let told = json!({
        "name": done.entry.name,
        "file": done.path,
        "manifest": done.manifest,
        "written": !import.dry_run,
        "entry": done.entry,
        "findings": done.findings,
        "trial": {
            "input": [done.input.0, done.input.1],
            "min_score": short(import.look.min_score),
            "boxes": boxes,
        },
    });
    Ok(format!("{}\n", serde_json::to_string_pretty(&told)?))
}

/// Three digits are all that a score or a pixel can mean.
fn short(value: f32) -> f64 {
    (f64::from(value) * 1000.0).round() / 1000.0
}
