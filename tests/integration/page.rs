//! The page of a run: what it says, that it escapes, and that a real browser can work with it.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

use crate::sample::{sample, sample_run};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use streetward::report::{ReportError, RunSummary, write_summary};
use streetward::store::{RunRecord, Store};
use tempfile::TempDir;

fn summary(n: u32) -> RunSummary {
    let (run, sources) = sample_run("20260816-080000-test");
    RunSummary { run, sources, events: (0..n).map(sample).collect() }
}

fn written(data: &Path, run: &RunSummary) -> String {
    std::fs::read_to_string(write_summary(data, run).unwrap()).unwrap()
}

/// The page without its style and script, which say nothing about the run.
fn body(page: &str) -> String {
    let cut = |text: &str, from: &str, to: &str| {
        let (a, b) = (text.find(from).unwrap(), text.find(to).unwrap());
        format!("{}{}", &text[..a], &text[b..])
    };
    cut(&cut(page, "<style>", "</style>"), "<script nonce", "</script>")
}

#[test]
fn the_page_says_what_the_run_did() {
    let data = TempDir::new().unwrap();
    let page = written(data.path(), &summary(4));
    insta::assert_snapshot!("page", body(&page));
    let of_run = data.path().join("runs/20260816-080000-test/summary.html");
    let of_run = std::fs::read_to_string(of_run).unwrap();
    assert_eq!(of_run.replace("../../evidence/", "./evidence/"), page);
    assert!(of_run.contains("src=\"../../evidence/2026/08/15/0000/before.jpg\""));
    for outside in ["http://", "https://", "src=\"//", "@import", "url("] {
        assert!(!page.contains(outside), "the page asks for {outside}");
    }
    insta::assert_snapshot!("page_empty", body(&written(data.path(), &summary(0))));
}

#[test]
fn the_cameras_own_video_is_linked_where_there_is_one() {
    let data = TempDir::new().unwrap();
    let run = summary(3);
    let put = |n: usize, name: &str| {
        let folder = data.path().join(&run.events[n].evidence);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(name), "").unwrap();
    };
    put(0, "clip.mp4");
    put(1, "clip.mp4");
    put(1, "clip-original.mkv");
    put(2, "clip-original.avi");
    let page = written(data.path(), &run);
    let cards: Vec<&str> = page.split("<article ").skip(1).collect();
    assert!(cards[0].contains("<video") && !cards[0].contains("clip-original"));
    let link = |n: &str| format!("href=\"./evidence/2026/08/15/{n}\"");
    assert!(cards[1].contains("<video") && cards[1].contains(&link("0001/clip-original.mkv")));
    assert!(!cards[2].contains("<video") && cards[2].contains(&link("0002/clip-original.avi")));
}

#[test]
fn a_run_is_read_back_from_the_store() {
    let data = TempDir::new().unwrap();
    let store = Store::open(data.path()).unwrap();
    let wanted = summary(9);
    store.begin_run(&RunRecord { finished_utc: None, ..wanted.run.clone() }).unwrap();
    for s in &wanted.sources {
        store.put_run_source(&wanted.run.id, s).unwrap();
    }
    for e in wanted.events.iter().rev() {
        store.put_event(e).unwrap();
    }
    let mut other = sample(50);
    other.source_fingerprint = "cc".repeat(32);
    store.put_event(&other).unwrap();
    store.finish_run(&wanted.run.id, wanted.run.finished_utc.unwrap()).unwrap();
    let got = RunSummary::load(&store, &wanted.run.id).unwrap();
    assert_eq!((got.run, got.sources, got.events), (wanted.run, wanted.sources, wanted.events));
    assert!(matches!(RunSummary::load(&store, "x"), Err(ReportError::NoSuchRun(_))));
}

#[test]
fn a_run_id_cannot_leave_its_folder() {
    let data = TempDir::new().unwrap();
    for id in ["", "..", "../x", "a/b", ".hidden", "a b"] {
        let mut run = summary(1);
        run.run.id = id.to_owned();
        assert!(
            matches!(write_summary(data.path(), &run), Err(ReportError::BadRunId(_))),
            "{id:?}"
        );
    }
    assert_eq!(std::fs::read_dir(data.path()).unwrap().count(), 0);
}

fn hostile() -> RunSummary {
    let bad = "\"'><script>document.title='taken'</script><img src=x onerror=alert(1)>";
    let mut run = summary(2);
    run.sources[0].message = Some(bad.to_owned());
    run.sources[1].clock_note = Some(bad.to_owned());
    bad.clone_into(&mut run.run.command);
    bad.clone_into(&mut run.sources[0].path);
    let e = &mut run.events[0];
    for text in [&mut e.id, &mut e.camera, &mut e.camera_name, &mut e.zone, &mut e.source] {
        bad.clone_into(text);
    }
    e.ward = Some(bad.to_owned());
    e.provision = Some(bad.to_owned());
    e.evidence = format!("javascript:alert(1)/{bad}");
    run
}

#[test]
fn everything_is_escaped() {
    let data = TempDir::new().unwrap();
    let page = written(data.path(), &hostile());
    assert_eq!(page.matches("<script").count(), 1, "the page's own, and no other");
    assert!(!page.contains("<img src=x"));
    assert!(!page.contains("javascript:"));
    assert!(page.contains("&#60;script&#62;") || page.contains("&lt;script&gt;"));
}

/// The page as a browser leaves it after its script has run; `None`, said aloud, without a browser.
fn browsed(page: &Path, hash: &str) -> Option<String> {
    let Some(chromium) = ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find(|c| Command::new(c).arg("--version").output().is_ok_and(|o| o.status.success()))
    else {
        eprintln!("skipped: no chromium here to open the page with");
        return None;
    };
    let profile = TempDir::new().unwrap();
    let out = Command::new("timeout")
        .arg(Duration::from_secs(90).as_secs().to_string())
        .arg(chromium)
        .args(["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"])
        .args(["--disable-background-networking", "--disable-component-update", "--disable-sync"])
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg("--dump-dom")
        .arg(format!("file://{}#{hash}", page.display()))
        .output()
        .unwrap();
    let dom = String::from_utf8(out.stdout).unwrap();
    assert!(dom.contains("</html>"), "{}", String::from_utf8_lossy(&out.stderr));
    Some(dom)
}

/// Articles that are not hidden, the number the page shows, and its language.
fn seen(dom: &str) -> (usize, usize, String) {
    let articles = dom.split("<article ").skip(1).map(|a| a.split('>').next().unwrap());
    let left = articles.filter(|a| !a.contains("hidden")).count();
    let after = |mark: &str, end: char| {
        dom.split(mark).nth(1).and_then(|t| t.split(end).next()).unwrap_or_default().to_owned()
    };
    (left, after("<output id=\"shown\">", '<').parse().unwrap(), after("data-lang=\"", '"'))
}

#[test]
fn filters_work_in_a_browser() {
    let data = TempDir::new().unwrap();
    let page: PathBuf = write_summary(data.path(), &summary(12)).unwrap();
    for (hash, left, lang) in [
        ("", 12, "both"),
        ("kind=illegal_parking", 4, "both"),
        ("kind=illegal_parking&camera=p2-cho&lang=en", 1, "en"),
        ("domain=security&lang=vi", 4, "vi"),
        ("kind=illegal_parking&domain=security", 0, "both"),
        ("kind=no_such_kind", 12, "both"),
    ] {
        let Some(dom) = browsed(&page, hash) else { return };
        assert_eq!(seen(&dom), (left, left, lang.to_owned()), "#{hash}");
    }
}

#[test]
fn keys_move_and_enlarge_in_a_browser() {
    let data = TempDir::new().unwrap();
    let path = write_summary(data.path(), &summary(12)).unwrap();
    let page = std::fs::read_to_string(&path).unwrap();
    let start = page.find("<script nonce").unwrap();
    let opening = &page[start..=start + page[start..].find('>').unwrap()];
    let press = format!(
        "{opening}for (const key of [\"ArrowDown\", \"ArrowDown\", \"ArrowUp\", \"j\", \"j\", \"Enter\", \
         \"ArrowRight\", \"ArrowDown\"]) (document.activeElement || document.body)\
         .dispatchEvent(new KeyboardEvent(\"keydown\", {{ key, bubbles: true }}));</script></body>"
    );
    std::fs::write(&path, page.replace("</body>", &press)).unwrap();
    let Some(dom) = browsed(&path, "kind=restricted_area") else { return };
    // Of the shown ones (2nd, 5th, 8th, 11th) the keys lead to the third, then on to the fourth.
    let dialog = dom.split("<dialog").nth(1).unwrap().split("</dialog>").next().unwrap();
    assert!(dialog.split('>').next().unwrap().contains("open"), "{dialog}");
    assert!(dialog.contains("src=\"./evidence/2026/08/15/0010/after.jpg\""), "{dialog}");
}

#[test]
fn hostile_names_stay_text_in_a_browser() {
    let data = TempDir::new().unwrap();
    let page = write_summary(data.path(), &hostile()).unwrap();
    let Some(dom) = browsed(&page, "") else { return };
    assert!(dom.contains("<title>Streetward"), "the title was taken");
    assert!(!dom.contains("<img src=\"x\""), "a name became an element");
    assert_eq!(seen(&dom).0, 2);
}

#[test]
fn five_hundred_events_stay_usable() {
    let data = TempDir::new().unwrap();
    let page = written(data.path(), &summary(500));
    assert!(page.len() < 3_000_000, "{} bytes", page.len());
    assert_eq!(page.matches("<img loading=\"lazy\"").count(), 1500);
    let page = written(data.path(), &summary(1200));
    assert_eq!(page.matches("<article ").count(), 1000);
    assert!(page.contains("200 more events are not shown"));
}
