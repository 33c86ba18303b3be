//! Files of the program do not use each other in a circle.

use crate::support::root;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

type Name = Vec<String>;

/// The program's files by the path of their module, as far as the code itself goes.
#[derive(Default)]
struct House(BTreeMap<Name, String>);

impl House {
    fn open(folder: &Path, name: &Name, house: &mut Self) {
        for entry in std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
            let stem = entry.file_stem().unwrap().to_str().unwrap().to_owned();
            let own = name.iter().cloned().chain([stem.clone()]).collect::<Name>();
            if entry.is_dir() {
                Self::open(&entry, &own, house);
            } else if entry.extension().is_some_and(|e| e == "rs") {
                let text = std::fs::read_to_string(&entry).unwrap();
                let code = text.split("#[cfg(test)]").next().unwrap().lines();
                let code = code.map(|l| l.split("//").next().unwrap()).collect::<Vec<_>>();
                let module = if stem == "mod" { name.clone() } else { own };
                house.0.insert(module, code.join("\n"));
            }
        }
    }

    /// The file that a path leads to from `module`, through what is handed on.
    fn file(&self, path: &[String], module: &Name, handed_on: usize) -> Option<Name> {
        let mut rest = path;
        let mut at = match rest.first()?.as_str() {
            "crate" => Name::new(),
            "self" => module.clone(),
            "super" => module[..module.len() - 1].to_vec(),
            child if self.0.contains_key(&joined(module, child)) => joined(module, child),
            _ => return None,
        };
        rest = &rest[1..];
        while rest.first().is_some_and(|part| part == "super") {
            at.pop()?;
            rest = &rest[1..];
        }
        while let Some(part) = rest.first().filter(|p| self.0.contains_key(&joined(&at, p))) {
            at = joined(&at, part);
            rest = &rest[1..];
        }
        let code = self.0.get(&at)?;
        if let Some(name) = rest.first().filter(|_| handed_on > 0)
            && let Some(further) = uses(code, true).iter().find(|p| p.last() == Some(name))
            && let Some(file) = self.file(further, &at, handed_on - 1)
        {
            return Some(file);
        }
        Some(at)
    }

    /// Which files each file uses.
    fn arrows(&self) -> BTreeMap<&Name, BTreeSet<Name>> {
        let of = |(module, code): (_, &String)| {
            let named = uses(code, false).into_iter().chain(paths(code));
            let files = named.filter_map(|path| self.file(&path, module, 8));
            (module, files.filter(|file| file != module).collect())
        };
        self.0.iter().map(of).collect()
    }
}

fn joined(module: &Name, part: &str) -> Name {
    module.iter().cloned().chain([part.to_owned()]).collect()
}

/// A piece of code up to a semicolon, and the tree of the `use` item that it ends with.
fn cut(piece: &str) -> (&str, Option<&str>) {
    let Some((before, tree)) = piece.rsplit_once("use ") else { return (piece, None) };
    let line = before.lines().last().unwrap_or_default().trim();
    let is_item = line.is_empty() || line.starts_with("pub");
    if is_item { (before, Some(tree)) } else { (piece, None) }
}

/// The paths of its `use` items: of those that hand on, or of the others.
fn uses(code: &str, hand_on: bool) -> Vec<Name> {
    let mut found = Vec::new();
    for (before, tree) in code.split(';').map(cut) {
        let hands_on = before.lines().last().unwrap_or_default().trim().starts_with("pub");
        if let Some(tree) = tree.filter(|_| hands_on == hand_on) {
            spread(&tree.split_whitespace().collect::<String>(), &mut found);
        }
    }
    found
}

/// `a::{b, c::{d, e}}` as three paths.
fn spread(tree: &str, found: &mut Vec<Name>) {
    let Some((stem, inside)) = tree.split_once('{') else {
        if !tree.is_empty() {
            found.push(tree.split("::").map(str::to_owned).collect());
        }
        return;
    };
    let (mut depth, mut from) = (0, 0);
    let inside = inside.strip_suffix('}').unwrap_or(inside);
    for (i, c) in inside.char_indices().chain([(inside.len(), ',')]) {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            ',' if depth == 0 => {
                spread(&format!("{stem}{}", &inside[from..i]), found);
                from = i + 1;
            }
            _ => {}
        }
    }
}

/// Paths in its code besides.
fn paths(code: &str) -> Vec<Name> {
    let part = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let pieces = code.split(';').map(|piece| cut(piece).0);
    let words = pieces.flat_map(|p| p.split(|c: char| !part(c))).filter(|w| w.contains("::"));
    words.map(|w| w.split("::").filter(|p| !p.is_empty()).map(str::to_owned).collect()).collect()
}

#[test]
fn no_file_uses_another_in_a_circle() {
    let mut house = House::default();
    House::open(&root().join("src"), &Name::new(), &mut house);
    let mut arrows = house.arrows();
    // What hands on everything stands above all, and is used by nobody.
    arrows.retain(|module, _| !["lib", "main"].contains(&module[0].as_str()));
    let all: usize = arrows.values().map(BTreeSet::len).sum();
    assert!(all > 2000, "the program's files were not understood: {all} arrows");
    // Whoever uses nobody who is left, or whom nobody who is left uses, is in no circle, and goes.
    loop {
        let left: BTreeSet<Name> = arrows.keys().map(|m| (*m).clone()).collect();
        let used: BTreeSet<Name> = arrows.values().flatten().cloned().collect();
        let before = arrows.len();
        arrows.retain(|module, uses| used.contains(*module) && !uses.is_disjoint(&left));
        if arrows.len() == before {
            break;
        }
    }
    let left: BTreeSet<Name> = arrows.keys().map(|m| (*m).clone()).collect();
    let told: Vec<String> = (arrows.iter())
        .map(|(module, used)| {
            let used = used.intersection(&left).map(|file| file.join("::")).collect::<Vec<_>>();
            format!("{} uses {}", module.join("::"), used.join(", "))
        })
        .collect();
    assert!(told.is_empty(), "in a circle, or between two:\n{}", told.join("\n"));
}
