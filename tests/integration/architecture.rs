//! The picture in ARCHITECTURE.md is the one that is built.

use crate::support::root;
use streetward::pipeline::capacity::{ALL, Policy};

#[test]
fn the_diagram_shows_every_queue_with_its_capacity_and_policy() {
    let text = std::fs::read_to_string(root().join("ARCHITECTURE.md")).unwrap();
    let drawn: Vec<&str> =
        text.lines().filter_map(|line| line.split("|\"").nth(1)?.split("\"|").next()).collect();
    let built: Vec<String> = ALL
        .iter()
        .map(|q| {
            let per = if q.per_worker { " per worker" } else { "" };
            let word = |policy| match policy {
                Policy::Wait => "wait",
                Policy::DropOldest => "drop oldest",
                Policy::NeverDropped => "never dropped",
            };
            let policy = word(q.policy);
            let live = q.live.map(|p| format!(" / live: {}", word(p))).unwrap_or_default();
            format!("{} · {}{per} · {policy}{live}", q.carries, q.capacity)
        })
        .collect();
    assert_eq!(drawn, built);
}

/// `use crate::<room>` may only point down the list.
#[test]
fn no_room_uses_one_above_it() {
    // From the bottom up.
    let order = [
        "media", "vision", "track", "scene", "rules", "config", "law", "evidence", "store",
        "alert", "review", "register", "handover", "pipeline", "bench", "report", "serve", "cli",
    ];
    let step = |room: &str| order.iter().position(|r| *r == room);
    let mut wrong = Vec::new();
    let mut files = vec![root().join("src")];
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(std::fs::read_dir(&path).unwrap().map(|e| e.unwrap().path()));
            continue;
        }
        if path.extension().is_none_or(|e| e != "rs") {
            continue;
        }
        let room = path.strip_prefix(root().join("src")).unwrap().iter().next().unwrap();
        let Some(mine) = step(room.to_str().unwrap()) else { continue };
        let code = std::fs::read_to_string(&path).unwrap();
        let code = code.split("#[cfg(test)]").next().unwrap();
        for used in code.lines().filter(|l| !l.trim_start().starts_with("//")) {
            for part in used.split("crate::").skip(1) {
                let name: String =
                    part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                if step(&name).is_some_and(|theirs| theirs > mine) {
                    wrong.push(format!("{}: {}", path.display(), used.trim()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "arrows run up:\n{}", wrong.join("\n"));
}
