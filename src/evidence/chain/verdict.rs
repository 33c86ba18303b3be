//! The chain held against itself, against what is stored, and against what the index knows of it.

use super::super::remains::{sealed_as, sealed_folders, set_aside};
use super::super::signing::Trusted;
use super::super::verify_report::{Problem, ProblemKind, SealedAs, VerifyReport};
use super::day::{ChainDay, Previous};
use super::files::{chain_days, day_file, read_day};
use super::known::{ChainKnown, ChainTold};
use super::said::Sayings;
use super::stamps::{self};
use std::collections::BTreeSet;
use std::path::Path;

/// Holds the chain against itself, the folders that `report` has looked into, and the index. An
/// event that waits for the chain is not missed in it.
pub fn verify_chain(
    data: &Path,
    trusted: &Trusted,
    known: &ChainKnown,
    report: &mut VerifyReport,
) -> ChainTold {
    let mut told = ChainTold { waiting: known.waiting.len(), ..ChainTold::default() };
    let days = match chain_days(data) {
        Ok(days) => days,
        Err(e) => {
            report.chain_problem("chain", e.to_string());
            return told;
        }
    };
    for day in known.heads.keys().filter(|day| !days.contains(day)) {
        let detail = format!("the chain of {day} was written, and its file is not there");
        report.chain_problem(&day_file(*day).display().to_string(), detail);
    }
    // Where there are no keys either, none may ever have been begun.
    if days.is_empty() && !trusted.any {
        return told;
    }
    let mut said = Sayings::default();
    let mut before: Option<Previous> = None;
    for day in &days {
        let file = day_file(*day).display().to_string();
        let read = match read_day(data, *day) {
            Ok(Some(read)) => read,
            Ok(None) => continue,
            Err(e) => {
                report.chain_problem(&file, e.to_string());
                before = None;
                continue;
            }
        };
        for fault in faults(&read, trusted, before.as_ref(), told.days == 0, known) {
            report.chain_problem(&file, fault);
        }
        if read.signature.is_none() && told.unsigned < told.days && !trusted.must_sign(*day) {
            let detail = "it is not signed, and a day before it is".to_owned();
            report.chain_problem(&file, detail);
        }
        stamps::hold(data, &read, known, &mut told, report);
        before = Some(Previous { day: *day, head: read.head.clone() });
        told.days += 1;
        told.unsigned += usize::from(read.signature.is_none());
        told.from.get_or_insert(*day);
        (told.to, told.head) = (Some(*day), Some(read.head.clone()));
        let mut read = read;
        for entry in std::mem::take(&mut read.entries) {
            let event = Some(entry.event.clone());
            let removed = entry.tombstone.is_some();
            told.events += usize::from(!removed);
            told.tombstones += usize::from(removed);
            if let Some(key) = entry.key_id.as_ref().filter(|k| trusted.knows(k))
                && !trusted.covers_day(key, *day)
            {
                let detail = format!("it is signed by the key {key}, whose time was over on {day}");
                let (file, problem) = (file.clone(), ProblemKind::UnknownKey);
                report.problems.push(Problem { event: event.clone(), file, problem, detail });
            }
            if let Some(detail) = said.hear(&read, entry, trusted) {
                let (file, problem) = (file.clone(), ProblemKind::Changed);
                report.problems.push(Problem { event, file, problem, detail });
            }
        }
    }
    compare(data, &said, trusted, known, report);
    report.sort();
    told
}

/// The events that have a folder now: some were sealed while others were looked into.
fn stored(data: &Path) -> BTreeSet<String> {
    let folders = sealed_folders(data).unwrap_or_default();
    let name = |f: &std::path::PathBuf| Some(f.file_name()?.to_string_lossy().into_owned());
    folders.iter().filter_map(name).collect()
}

/// What is wrong with one day, in words.
fn faults(
    read: &ChainDay,
    trusted: &Trusted,
    before: Option<&Previous>,
    first: bool,
    known: &ChainKnown,
) -> Vec<String> {
    let mut wrong: Vec<String> = read.fault(trusted).into_iter().collect();
    match (&read.previous, before) {
        (Some(named), Some(before)) if named.day != before.day => {
            wrong.push(format!("it follows {}, and there is no file of that day", named.day));
        }
        (Some(named), Some(before)) if named.head != before.head => wrong.push(format!(
            "it follows {} with the head {}, and that day has another: it was written anew",
            named.day, named.head
        )),
        (Some(named), None) if first => {
            wrong.push(format!("it follows {}, and there is no file of that day", named.day));
        }
        (None, Some(before)) => wrong.push(format!(
            "it says that the chain begins with it, and there is a file of {}",
            before.day
        )),
        _ => {}
    }
    if known.heads.get(&read.day).is_some_and(|head| *head != read.head) {
        wrong.push("its head is not the one that the index knows: it was written anew".to_owned());
    }
    wrong
}

/// Holds what the chain says of events against their folders.
fn compare(
    data: &Path,
    said: &Sayings,
    trusted: &Trusted,
    known: &ChainKnown,
    report: &mut VerifyReport,
) {
    let folders: Vec<(String, String, Option<SealedAs>)> = report
        .seen()
        .map(|(folder, seal)| {
            let event = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
            (event, folder.display().to_string(), seal.cloned())
        })
        .collect();
    let there: BTreeSet<&str> = folders.iter().map(|(event, ..)| event.as_str()).collect();
    let mut problems = Vec::new();
    let mut add = |event: &str, file: String, problem, detail: String| {
        problems.push(Problem { event: Some(event.to_owned()), file, problem, detail });
    };
    for (event, folder, seal) in &folders {
        let Some((problem, name, why)) = said.fault(event, seal.as_ref(), trusted, known) else {
            continue;
        };
        // The index may not know a folder that was removed either; once is enough.
        let again = |p: &Problem| p.file == *folder && p.problem == problem;
        if !report.problems.iter().any(again) {
            let file = name.map_or_else(|| folder.clone(), |name| format!("{folder}/{name}"));
            add(event, file, problem, why);
        }
    }
    let now: BTreeSet<String> = stored(data);
    for (event, said) in &said.0 {
        if now.contains(event) {
            continue;
        }
        if !said.is_removed() && !there.contains(event.as_str()) && !known.waiting.contains(event) {
            if let Some(folder) = set_aside(data, event).pop() {
                let sealed = sealed_as(data, &folder).ok().flatten();
                let manifest =
                    if sealed.is_some_and(|(sha256, _)| sha256 == said.entry.manifest_sha256) {
                        "its manifest is the one sealed"
                    } else {
                        "its manifest is not the one sealed"
                    };
                let detail = format!(
                    "the chain of {} names it, and it was set aside when the store was repaired; {manifest}",
                    said.day
                );
                add(event, folder.display().to_string(), ProblemKind::SetAside, detail);
                continue;
            }
            let detail =
                format!("the chain of {} names it, and nothing says it was removed", said.day);
            let file = day_file(said.day).display().to_string();
            add(event, file, ProblemKind::Missing, detail);
        }
    }
    report.problems.append(&mut problems);
}
