//! How good views are, measured from a real run: a street's clip as it is, made dark, out of focus,
//! covered and moved. And the survey that is made of it.

use crate::postgres_rig::data_folder;
use crate::support::{fetched, root, shared};
use assert_cmd::Command;
use serde_json::Value;
use std::fmt::Write;
use std::path::Path;
use streetward::media::WallTime;
use streetward::scene::{CameraState, Detail, Reason, StateChange};
use streetward::store::{ServiceTime, StateRecord, Store, ViewLooks};
use tempfile::TempDir;

/// Runs a command over the site in `folder`, which stands for `{}` in its words.
fn streetward(args: &[&str], folder: &Path, codes: &[i32]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_streetward"));
    for name in ["DATA", "LOG"] {
        command.env_remove(format!("STREETWARD_{name}"));
    }
    // What set-up fetched is found from here.
    command.current_dir(root());
    let words = args.iter().map(|word| word.replace("{}", folder.to_str().unwrap()));
    let done = command.args(words).arg("--site").arg(folder.join("streetward.toml"));
    let done = done.output().unwrap();
    let error = String::from_utf8_lossy(&done.stderr);
    let ended = done.status.code();
    assert!(codes.iter().any(|code| ended == Some(*code)), "{args:?}: {ended:?} {error}");
    String::from_utf8(done.stdout).unwrap()
}

/// A camera file of the street, seen through a clip.
fn camera(folder: &Path, id: &str, frame: (u32, u32), place: &str) {
    let text = format!(
        "version = 1\nid = \"{id}\"\nname = \"Street {id}\"\nward = \"Phường 1\"\n\
         position = {{ lat = 9.93, lon = 106.34 }}\nframe_size = [{}, {}]\n\
         [source]\nanalysis_fps = 4\n[detector]\ninput_long_side = 416\n\
         [[zones]]\nname = \"crossing\"\npolygon = {place}\n\
         [[rules]]\nkind = \"restricted_area\"\nzone = \"crossing\"\n",
        frame.0, frame.1
    );
    std::fs::write(folder.join(format!("cameras/{id}.toml")), text).unwrap();
}

fn site(folder: &Path) {
    std::fs::create_dir_all(folder.join("cameras")).unwrap();
    std::fs::write(folder.join("streetward.toml"), "version = 1\nname = \"Trà Vinh\"\n").unwrap();
}

const STREET: &str = "[[20,140],[620,140],[620,340],[20,340]]";

#[test]
fn views_made_worse_rank_below_the_untouched_one_each_with_its_reason() {
    let wanted = [
        ("dark", "derived/cw_night.mp4", "dark_day"),
        ("blurred", "derived/cw_defocus_from4s.mp4", "defocused"),
        ("hidden", "derived/cw_occluded_from5s.mp4", "covered"),
        ("turned", "derived/cw_moved_at6s.mp4", "moved"),
        ("untouched", "roxa/crosswalk.mp4", ""),
    ];
    let clips: Vec<_> =
        wanted.iter().map(|(_, clip, _)| shared(&format!("data/clips/{clip}"))).collect();
    if clips.iter().any(Option::is_none) {
        eprintln!("skipped: the street's clips are not at hand");
        return;
    }
    let folder = TempDir::new().unwrap();
    site(folder.path());
    let mut args =
        ["batch", "--start-time", "2026-11-20T09:00:00+07:00"].map(str::to_owned).to_vec();
    for ((id, ..), clip) in wanted.iter().zip(&clips) {
        camera(folder.path(), id, (640, 352), STREET);
        args.push(format!("{id}={}", clip.as_ref().unwrap().display()));
    }
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    streetward(&args, folder.path(), &[0]);
    let told = streetward(&["register", "fitness", "--format", "json"], folder.path(), &[1]);
    let views: Vec<Value> = serde_json::from_str(&told).unwrap();
    let order: Vec<&str> = views.iter().map(|v| v["camera"].as_str().unwrap()).collect();
    assert_eq!(order.last(), Some(&"untouched"), "{told}");
    let score = |v: &Value| v["score"].as_u64().unwrap();
    let best = score(views.last().unwrap());
    for (id, _, reason) in wanted.iter().filter(|(.., reason)| !reason.is_empty()) {
        let view = views.iter().find(|v| v["camera"] == *id).unwrap();
        assert!(score(view) + 5 <= best, "{id}: {view:#}");
        assert_eq!(view["reasons"][0]["code"], *reason, "{view:#}");
        assert!(!view["reasons"][0]["said"]["vi"].as_str().unwrap().is_empty());
    }
    let untouched = views.last().unwrap();
    for reason in ["dark_day", "covered", "defocused", "moved", "black", "frozen", "glare_day"] {
        let named = untouched["reasons"].as_array().unwrap().iter().any(|r| r["code"] == reason);
        assert!(!named, "{untouched:#}");
    }
    survey(folder.path(), &order);
}

/// The survey of the same cameras, and of two that are planned.
fn survey(folder: &Path, order: &[&str]) {
    let mut csv = "code,name,ward,state,lat,lon,stage\n".to_owned();
    for id in order {
        writeln!(csv, "{id},Street {id},Phường 1,installed,9.93,106.34,1").unwrap();
    }
    csv += "near,Kề bên,Phường 1,planned,9.9301,106.3401,2\n";
    csv += "far,Nơi xa,Phường 2,planned,9.95,106.36,2\n";
    // One camera on another's place is no mistake: their names differ.
    std::fs::write(folder.join("register.csv"), csv).unwrap();
    streetward(&["register", "import", "{}/register.csv"], folder, &[0]);
    let way =
        ["register", "survey", "-o", "{}/survey.html", "--from", "2026-11-01", "--language", "vi"];
    streetward(&way, folder, &[0]);
    let page = std::fs::read_to_string(folder.join("survey.html")).unwrap();
    for said in
        ["Camera cần sửa chữa", "Vị trí dự kiến", "Nơi xa", "Hình mất nét", "data:image/jpeg"]
    {
        assert!(page.contains(said), "{said}: {page}");
    }
    assert!(folder.join("data/cache/views/hidden.jpg").exists());
}

/// Without the shared clips: a real run leaves counts and a picture, and a site nobody looked at says
/// that nothing is known.
#[test]
fn a_run_counts_how_the_view_was() {
    let folder = TempDir::new().unwrap();
    site(folder.path());
    camera(folder.path(), "campus", (768, 576), "[[400,300],[760,300],[760,570],[400,570]]");
    camera(folder.path(), "unseen", (768, 576), "[[400,300],[760,300],[760,570],[400,570]]");
    let clip = folder.path().join("short.mp4");
    let whole = fetched("clips/vtest.avi");
    let args = ["-t", "4", "-i", whole.to_str().unwrap(), "-vf", "fps=5", "-pix_fmt", "yuv420p"];
    crate::support::ffmpeg(&args, &clip);
    let named = format!("campus={}", clip.display());
    // Out of focus from its first picture on, so that no change tells it.
    camera(folder.path(), "smeared", (768, 576), "[[400,300],[760,300],[760,570],[400,570]]");
    let smeared = folder.path().join("smeared.mp4");
    let blur = ["-i", clip.to_str().unwrap(), "-vf", "gblur=4", "-pix_fmt", "yuv420p"];
    crate::support::ffmpeg(&blur, &smeared);
    let second = format!("smeared={}", smeared.display());
    let args = ["batch", "--start-time", "2026-11-20T21:00:00", &named, &second];
    streetward(&args, folder.path(), &[0]);
    let told = streetward(&["register", "fitness", "--format", "json"], folder.path(), &[0, 1]);
    let views: Vec<Value> = serde_json::from_str(&told).unwrap();
    let order: Vec<&str> = views.iter().map(|v| v["camera"].as_str().unwrap()).collect();
    assert_eq!(order, ["smeared", "campus", "unseen"], "{told}");
    let codes = |v: &Value| -> Vec<String> {
        let reasons = v["reasons"].as_array().unwrap().iter();
        reasons.map(|r| r["code"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(codes(&views[0])[0], "soft", "{told}");
    assert_eq!(views[0]["advice"], "repair");
    assert!(!codes(&views[1]).contains(&"soft".to_owned()), "{told}");
    assert_eq!(views[1]["light"]["night"]["soft"], 0.0);
    assert_eq!(views[1]["light"]["day"]["looks"], 0);
    assert!(views[1]["light"]["night"]["looks"].as_u64().unwrap() > 5, "{told}");
    assert_eq!(views[2]["verdict"], "unknown");
    assert_eq!(views[2]["advice"], "watch");
    // The same footage once more takes its own place.
    streetward(&args, folder.path(), &[0]);
    let again = streetward(&["register", "fitness", "--format", "json"], folder.path(), &[0, 1]);
    assert_eq!(again, told);
    let picture = image::open(folder.path().join("data/cache/views/campus.jpg")).unwrap();
    assert_eq!((picture.width(), picture.height()), (640, 480));
}

#[test]
fn looks_are_kept_each_in_its_place() {
    let data = data_folder();
    let store = Store::open(data.path()).unwrap();
    let at = |text: &str| WallTime(text.parse().unwrap());
    let day = jiff::civil::date(2026, 11, 20);
    let mut noon = ViewLooks::new("c-1", "abc", day, false, at("2026-11-20T05:00:00Z"));
    (noon.looks, noon.dark, noon.edged, noon.soft) = (40, 3, 30, 2);
    let night = ViewLooks { looks: 7, night: true, ..noon.clone() };
    store.put_view_looks(&[noon.clone(), night.clone()]).unwrap();
    noon.looks = 50;
    store.put_view_looks(&[noon.clone()]).unwrap();
    let (from, to) = (at("2026-11-20T00:00:00Z"), at("2026-11-21T00:00:00Z"));
    assert_eq!(store.view_looks("c-1", from, to).unwrap(), [noon, night]);
    assert_eq!(store.view_looks("c-1", to, at("2026-12-01T00:00:00Z")).unwrap(), []);
    assert_eq!(store.view_looks("c-2", from, to).unwrap(), []);
    // They go with what else is known of cameras' health.
    assert_eq!(store.forget_health(to).unwrap(), 2);
    assert_eq!(store.view_looks("c-1", from, to).unwrap(), []);
}

/// A camera that was away all the time is no good view because nothing bad was seen through it.
#[test]
fn a_camera_without_pictures_is_not_good() {
    let folder = TempDir::new().unwrap();
    site(folder.path());
    for id in ["away", "there"] {
        camera(folder.path(), id, (640, 352), STREET);
    }
    let store = Store::open(&folder.path().join("data")).unwrap();
    let at = |text: &str| WallTime(text.parse().unwrap());
    let (began, ended) = (at("2026-11-01T00:00:00Z"), at("2026-11-11T00:00:00Z"));
    let record = |camera: &str, state, reasons| StateRecord {
        camera: camera.to_owned(),
        camera_name: camera.to_owned(),
        change: StateChange { at: began, state, reasons, detail: Detail::default() },
    };
    let states = [
        record("away", CameraState::Offline, vec![Reason::Unreachable]),
        record("there", CameraState::Seeing, Vec::new()),
    ];
    let service = ServiceTime { started: began, last: ended, stopped: true };
    store.put_health(&states, &[service]).unwrap();
    drop(store);
    let args = ["register", "fitness", "--from", "2026-11-02", "--to", "2026-11-08"];
    let told = streetward(&[&args[..], &["--format", "json"]].concat(), folder.path(), &[0, 1]);
    let views: Vec<Value> = serde_json::from_str(&told).unwrap();
    assert_eq!(views[0]["camera"], "away", "{told}");
    assert_eq!((&views[0]["verdict"], &views[0]["advice"]), (&"cannot".into(), &"repair".into()));
    assert_eq!(views[0]["reasons"][0]["code"], "offline");
    assert_eq!(views[1]["verdict"], "works", "{told}");
}
