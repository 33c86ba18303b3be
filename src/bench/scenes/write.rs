//! Writes scenarios: clips, labels, camera files, boxes, and the suite that names them.

use super::cases::{Case, Recipe, cases};
use super::composite::Composite;
use super::error::SceneError;
use super::film::Studio;
use super::footage::{self, Footage};
use super::labels;
use super::scenario::Scenario;
use super::view::SIZE;
use crate::config::nearest;
use crate::store::{StoreError, write_atomically};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// What was made.
#[derive(Debug, Clone, PartialEq)]
pub struct ScenesMade {
    /// The suite's file.
    pub suite: PathBuf,
    /// Names of the scenarios in it.
    pub made: Vec<&'static str>,
    /// Names of those left out, and why.
    pub left_out: Vec<(&'static str, String)>,
}

/// Makes the scenarios of these names (all where there are none; a name that ends in `*` stands for
/// all that begin so) in `out`: `clips/`, `labels/`, `cameras/` and `suite.toml`. Composites are made
/// of `footage`, `OpenCV`'s clip vtest.avi, and left out without it. `progress` is told how many are
/// done, of how many, and the next one's name.
///
/// # Errors
/// No `ffmpeg`, a name that no scenario has, or files that cannot be written.
pub fn write_scenes(
    out: &Path,
    only: &[String],
    footage: Option<&Path>,
    mut progress: impl FnMut(usize, usize, &str),
) -> Result<ScenesMade, SceneError> {
    let chosen = choose(only)?;
    for folder in ["clips", "labels", "cameras"].map(|f| out.join(f)) {
        std::fs::create_dir_all(&folder)
            .map_err(|source| SceneError::Folder { path: folder.clone(), source })?;
    }
    let mut suite = String::from("# Made by `streetward bench scenes`.\nversion = 1\n");
    let mut made =
        ScenesMade { suite: out.join("suite.toml"), made: Vec::new(), left_out: Vec::new() };
    let studio = Studio::new();
    let mut read: Option<Footage> = None;
    for (i, case) in chosen.iter().enumerate() {
        progress(i, chosen.len(), case.name);
        let (boxes, start) = match &case.recipe {
            Recipe::Drawn(scenario) => {
                drawn(out, &studio, scenario)?;
                (true, scenario.start_time)
            }
            Recipe::Composite(scenario) => {
                let Some(path) = footage else {
                    let why = "needs OpenCV's vtest.avi: run scripts/setup, or name it with --clip";
                    made.left_out.push((case.name, why.to_owned()));
                    continue;
                };
                let footage = match &read {
                    Some(footage) => footage,
                    None => read.insert(Footage::read(path)?),
                };
                composite(out, footage, scenario)?;
                (false, None)
            }
        };
        entry(&mut suite, case, boxes, start);
        made.made.push(case.name);
    }
    progress(chosen.len(), chosen.len(), "");
    text(&made.suite, &suite)?;
    Ok(made)
}

fn choose(only: &[String]) -> Result<Vec<Case>, SceneError> {
    let all = cases();
    let fits = |pattern: &str, name: &str| match pattern.strip_suffix('*') {
        Some(start) => name.starts_with(start),
        None => name == pattern,
    };
    for name in only {
        if !all.iter().any(|c| fits(name, c.name)) {
            let near = nearest(name, all.iter().map(|c| c.name));
            let hint = near.map_or_else(String::new, |n| format!("; did you mean \"{n}\"?"));
            return Err(SceneError::Unknown { name: name.clone(), hint });
        }
    }
    let wanted = |c: &Case| only.is_empty() || only.iter().any(|name| fits(name, c.name));
    Ok(all.into_iter().filter(wanted).collect())
}

fn drawn(out: &Path, studio: &Studio, s: &Scenario) -> Result<(), SceneError> {
    let lines = studio.film(s, &out.join(format!("clips/{}.mp4", s.name)))?;
    let boxes = out.join(format!("clips/{}.boxes.jsonl", s.name));
    write_atomically(&boxes, |file| -> Result<(), StoreError> {
        for line in &lines {
            let json = serde_json::to_string(line).unwrap_or_default();
            writeln!(file, "{json}").map_err(|e| StoreError::from_io(&boxes, e))?;
        }
        Ok(())
    })?;
    text(&out.join(format!("cameras/{}.toml", s.name)), &s.camera())?;
    let told = labels::file(s.name, SIZE, s.seconds, &s.labels, &s.negative_for, s.note);
    text(&out.join(format!("labels/{}.json", s.name)), &format!("{told:#}\n"))
}

fn composite(out: &Path, footage: &Footage, c: &Composite) -> Result<(), SceneError> {
    c.film(footage, &out.join(format!("clips/{}.mp4", c.name)))?;
    text(&out.join(format!("cameras/{}.toml", c.name)), &c.camera())?;
    let size = footage::SIZE;
    let told = labels::file(c.name, size, c.seconds, &c.labels, &c.negative_for, c.note);
    text(&out.join(format!("labels/{}.json", c.name)), &format!("{told:#}\n"))
}

fn entry(suite: &mut String, case: &Case, boxes: bool, start: Option<&str>) {
    let (name, condition) = (case.name, case.condition);
    let _ = write!(
        suite,
        "\n[[clips]]\nclip = \"clips/{name}.mp4\"\ncamera = \"cameras/{name}.toml\"\n\
         labels = \"labels/{name}.json\"\ncondition = \"{condition}\"\n"
    );
    if boxes {
        let _ = writeln!(suite, "boxes = \"clips/{name}.boxes.jsonl\"");
    }
    if let Some(time) = start {
        let _ = writeln!(suite, "start_time = \"{time}\"");
    }
}

fn text(path: &Path, text: &str) -> Result<(), SceneError> {
    write_atomically(path, |out| {
        out.write_all(text.as_bytes()).map_err(|e| StoreError::from_io(path, e))
    })?;
    Ok(())
}
