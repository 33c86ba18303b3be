//! Configuration files: sound ones are understood, others are refused with the place of every
//! mistake.

// Helpers of tests may unwrap as tests do; numbers read from text are exact.
#![allow(clippy::unwrap_used, clippy::float_cmp)]

use proptest::prelude::*;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use streetward::cli::check::{self, CheckArgs};
use streetward::config::{self, ConfigError, load_camera, load_site};
use streetward::rules::{HoursRange, Kind, Severity};
use streetward::vision::Class;

/// Relative to the package, so that messages hold no absolute path.
fn fixture(name: &str) -> PathBuf {
    Path::new("fixtures/config").join(name)
}

pub(crate) fn camera_of(text: &str) -> Result<config::Camera, ConfigError> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("c.toml");
    std::fs::write(&file, text).unwrap();
    load_camera(&file)
}

#[test]
fn the_example_of_the_documentation_is_understood() {
    let camera = load_camera(&fixture("site/cameras/p1-le-loi-01.toml")).unwrap();
    assert_eq!(camera.id, "p1-le-loi-01");
    assert_eq!(camera.name, "Ngã tư Lê Lợi – Phạm Hồng Thái");
    assert_eq!(camera.ward.as_deref(), Some("Phường 1"));
    let position = camera.position.unwrap();
    assert_eq!((position.lat, position.lon), (9.9347, 106.3453));
    assert_eq!(camera.scene.frame_size, (1280, 720));
    let zone = camera.scene.zone("yellow_lines").unwrap();
    assert_eq!(zone.corners(), [(640.0, 60.0), (735.0, 55.0), (740.0, 105.0), (645.0, 110.0)]);
    assert_eq!(camera.scene.signals.len(), 1);
    assert_eq!(<[f32; 4]>::from(camera.scene.signals[0].bbox), [845.0, 85.0, 890.0, 151.0]);
    let source = camera.source.unwrap();
    assert_eq!(source.url.unwrap().reveal(), "rtsp://…/main");
    assert_eq!(source.analysis_fps, Some(5.0));
    let [rule] = camera.rules.as_slice() else { panic!("one rule") };
    assert_eq!(rule.name, "illegal_parking@yellow_lines");
    assert_eq!((rule.kind, rule.zone.as_str()), (Kind::IllegalParking, "yellow_lines"));
    assert_eq!(rule.dwell_seconds, 60.0);
    assert_eq!(rule.hours, [HoursRange { from_minute: 360, to_minute: 1320 }]);
    assert_eq!(rule.classes, Kind::IllegalParking.info().classes);
    assert_eq!((camera.evidence.pre_seconds, camera.evidence.post_seconds), (5.0, 5.0));
    assert_eq!((camera.detector.min_score, camera.detector.input_long_side), (0.45, 640));
    assert_eq!(camera.fingerprint.len(), 64);
}

#[test]
fn shake_and_riders_are_as_written_or_as_usual() {
    let camera = |detector: &str, rule: &str| {
        camera_of(&format!(
            "version = 1\nid = \"c\"\nname = \"C\"\nframe_size = [640, 480]\n{detector}\n\
             [[zones]]\nname = \"z\"\npolygon = [[0, 0], [99, 0], [99, 99]]\n\
             [[rules]]\nkind = \"jaywalking\"\nzone = \"z\"\n{rule}\n"
        ))
    };
    let usual = camera("", "").unwrap();
    assert_eq!((usual.detector.steady, usual.rules[0].riders), (true, false));
    let other = camera("[detector]\nsteady = false", "riders = true").unwrap();
    assert_eq!((other.detector.steady, other.rules[0].riders), (false, true));
    let wrong = camera("[detector]\nsteady = \"no\"", "riders = 1").unwrap_err().to_string();
    for key in ["steady", "riders"] {
        let told = format!("\"{key}\" must be true or false, without quotes");
        assert!(wrong.contains(&told), "{wrong}");
    }
}

#[test]
fn a_site_is_read_with_its_cameras_in_order() {
    let site = load_site(&fixture("site/streetward.toml")).unwrap();
    let ids: Vec<_> = site.cameras.iter().map(|camera| camera.id.as_str()).collect();
    assert_eq!(ids, ["p1-le-loi-01", "p2-cho"]);
    assert_eq!(site.data, fixture("site/data"));
    assert_eq!(site.runtime.models, Some(fixture("site/../models")));
    assert_eq!((site.runtime.workers, &site.runtime.onnxruntime), (Some(2), &None));

    let market = &site.cameras[1];
    let source = market.source.as_ref().unwrap();
    assert_eq!(source.path, Some(fixture("site/cameras/../recordings")));
    assert_eq!(source.start_time.unwrap().utc_rfc3339(), "2026-08-15T07:30:00.000Z");
    assert_eq!((market.evidence.pre_seconds, market.evidence.post_seconds), (8.0, 0.0));
    assert_eq!(market.detector.model.as_deref(), Some("nanodet-g"));
    assert_eq!((market.detector.min_score, market.detector.input_long_side), (0.4, 640));
    let night = &market.rules[1];
    assert_eq!((night.name.as_str(), night.dwell_seconds), ("tụ tập ban đêm", 90.5));
    assert_eq!((night.severity, night.classes.as_slice()), (Severity::Low, &[Class::Person][..]));
    assert_eq!(night.hours[0], HoursRange { from_minute: 1320, to_minute: 300 });
}

#[test]
fn every_mistake_is_shown_at_its_place() {
    let mut files: Vec<_> =
        std::fs::read_dir(fixture("wrong")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 15);
    for file in files {
        let error = load_camera(&file).expect_err(&file.display().to_string());
        assert!(error.was_read());
        let shown = error.to_string();
        assert!(!shown.contains("h1dden"), "{shown}");
        assert!(!format!("{error:?}").contains("h1dden"));
        let name = file.file_stem().unwrap().to_str().unwrap();
        insta::assert_snapshot!(format!("wrong-{name}"), shown);
    }
}

#[test]
fn a_site_names_the_mistakes_of_all_its_files() {
    let error = load_site(&fixture("site-broken/streetward.toml")).unwrap_err();
    insta::assert_snapshot!("wrong-site", error.to_string());
}

#[test]
fn files_that_cannot_be_read_get_one_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    std::fs::write(at("latin1.toml"), b"name = \"Ph\xe1\"").unwrap();
    std::fs::write(at("huge.toml"), vec![b'#'; (1 << 20) + 1]).unwrap();
    std::fs::create_dir(at("empty")).unwrap();
    let site = "version = 1\nname = \"S\"\n";
    std::fs::write(at("no-cameras.toml"), format!("{site}cameras = \"empty\"")).unwrap();
    std::fs::write(at("no-folder.toml"), site).unwrap();
    let mut shown = String::new();
    for name in ["absent.toml", "empty", "latin1.toml", "huge.toml"] {
        writeln!(shown, "{}", load_camera(&at(name)).unwrap_err()).unwrap();
    }
    for name in ["absent.toml", "empty", "no-cameras.toml", "no-folder.toml"] {
        writeln!(shown, "{}", load_site(&at(name)).unwrap_err()).unwrap();
    }
    insta::assert_snapshot!(
        "unreadable",
        shown.replace(folder.path().to_str().unwrap(), "[folder]")
    );
}

fn checked(site: Option<&str>, cameras: &[&str]) -> (u8, String) {
    let args = CheckArgs {
        site: site.map(fixture),
        cameras: cameras.iter().map(|name| fixture(name)).collect(),
    };
    let mut out = Vec::new();
    let code = check::write(&args, &mut out).unwrap();
    (code, String::from_utf8(out).unwrap())
}

#[test]
fn check_shows_how_files_were_understood() {
    let (code, shown) = checked(Some("site/streetward.toml"), &[]);
    assert_eq!(code, 0);
    insta::assert_snapshot!("check-site", shown);
}

#[test]
fn check_tells_mistakes_from_files_that_cannot_be_read() {
    let (code, shown) =
        checked(None, &["wrong/unknown-key.toml", "absent.toml", "site/cameras/p2-cho.toml"]);
    assert_eq!(code, 1);
    assert!(shown.ends_with("3 files, 1 not usable, 2 mistakes, 4 warnings\n"), "{shown}");
    let (code, shown) = checked(Some("absent.toml"), &["absent-too.toml"]);
    assert_eq!(code, 2);
    insta::assert_snapshot!("check-absent", shown);
    assert_eq!(checked(Some("site-broken/streetward.toml"), &[]).0, 1);
}

#[test]
fn check_refuses_what_a_run_would_refuse() {
    let (code, shown) = checked(None, &["site/cameras/p2-cho.toml", "site/cameras/p2-cho.toml"]);
    assert_eq!(code, 1);
    assert!(shown.contains("both have the id \"p2-cho\"; give each camera its own"), "{shown}");

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("c.toml");
    let text = std::fs::read_to_string(fixture("site/cameras/p2-cho.toml")).unwrap();
    std::fs::write(&file, text.replace("nanodet-g", "nanodet-x")).unwrap();
    let args = CheckArgs { site: None, cameras: vec![file.clone()] };
    let mut out = Vec::new();
    assert_eq!(check::write(&args, &mut out).unwrap(), 1);
    let shown = String::from_utf8(out).unwrap();
    let wanted = format!("{}: there is no model named \"nanodet-x\"; name one of", file.display());
    assert!(shown.starts_with(&wanted), "{shown}");
    assert!(shown.contains("1 file, 1 mistake"), "{shown}");
}

#[test]
fn a_password_is_never_shown() {
    let text = "version = 1\nid = \"c\"\nname = \"C\"\nframe_size = [640, 480]\n[source]\n\
                url = \"rtsp://admin:h1dden@10.0.0.1/main\"\n\
                analysis_url = \"rtsp://${CARGO_PKG_NAME}:h1dden@10.0.0.1/sub\"\n";
    let camera = camera_of(text).unwrap();
    let source = camera.source.as_ref().unwrap();
    let sub = source.analysis_url.as_ref().unwrap();
    assert_eq!(sub.reveal(), "rtsp://streetward:h1dden@10.0.0.1/sub");
    assert_eq!(sub.to_string(), "rtsp://***@10.0.0.1/sub");
    assert!(!format!("{camera:?} {camera:#?}").contains("h1dden"));
    assert!(format!("{camera:?}").contains("rtsp://***@10.0.0.1/main"));
    assert!(config::warnings(&camera).iter().any(|warning| warning.contains("password")));
}

#[test]
fn credentials_come_from_a_file_that_others_should_not_read() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("login");
    let mode = |mode| std::fs::set_permissions(&secret, PermissionsExt::from_mode(mode)).unwrap();
    let camera = |url: &str| {
        let file = folder.path().join("c.toml");
        let text = format!(
            "version = 1\nid = \"c\"\nname = \"C\"\nframe_size = [640, 480]\n[source]\n\
             url = \"{url}\"\nanalysis_url = \"rtsp://10.0.0.1/sub\"\n\
             credentials_file = \"login\"\ntransport = \"udp\"\nhardware = \"auto\"\n\
             connect_timeout_seconds = 20\nread_timeout_seconds = 2.5\n"
        );
        std::fs::write(&file, text).unwrap();
        load_camera(&file)
    };
    for text in ["admin\nh1dden@/x\n", "admin:h1dden@/x"] {
        std::fs::write(&secret, text).unwrap();
        mode(0o600);
        let camera = camera("rtsp://10.0.0.1/main").unwrap();
        let source = camera.source.as_ref().unwrap();
        for (url, name) in [(&source.url, "main"), (&source.analysis_url, "sub")] {
            let url = url.as_ref().unwrap();
            assert_eq!(url.reveal(), format!("rtsp://admin:h1dden%40%2Fx@10.0.0.1/{name}"));
            assert_eq!(url.to_string(), format!("rtsp://***@10.0.0.1/{name}"));
        }
        let stream = &source.stream;
        assert_eq!((stream.connect_seconds, stream.read_seconds), (20.0, 2.5));
        assert_eq!(stream.transport, streetward::media::Transport::Udp);
        assert_eq!(stream.hardware, streetward::media::Hardware::Auto);
        assert!(!format!("{camera:?}").contains("h1dden"));
        let warned = |camera| config::warnings(camera).iter().any(|w| w.contains("chmod o-r"));
        assert!(!warned(&camera));
        mode(0o644);
        assert!(warned(&camera));
    }
    let refused = |url: &str| camera(url).unwrap_err().to_string();
    let both = refused("rtsp://u:h1dden@10.0.0.1/main");
    assert!(both.contains("both hold credentials") && !both.contains("h1dden"), "{both}");
    std::fs::write(&secret, "h1dden").unwrap();
    let one = refused("rtsp://10.0.0.1/main");
    assert!(one.contains("on two lines") && !one.contains("h1dden"), "{one}");
    std::fs::remove_file(&secret).unwrap();
    assert!(refused("rtsp://10.0.0.1/main").contains("cannot be read"));
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_are_no_mistake() {
    let text = std::fs::read_to_string(fixture("site/cameras/p2-cho.toml")).unwrap();
    let camera = camera_of(&format!("\u{feff}{}", text.replace('\n', "\r\n"))).unwrap();
    assert_eq!(camera.id, "p2-cho");
}

proptest! {
    #[test]
    fn polygons_of_any_numbers_are_judged(
        corners in prop::collection::vec((-50_i32..700, -50_i32..530), 0..10),
    ) {
        let polygon: Vec<String> = corners.iter().map(|(x, y)| format!("[{x}, {y}]")).collect();
        let text = format!(
            "version = 1\nid = \"c\"\nname = \"C\"\nframe_size = [640, 480]\n[[zones]]\n\
             name = \"z\"\npolygon = [{}]\n",
            polygon.join(", ")
        );
        match camera_of(&text) {
            Ok(camera) => {
                prop_assert_eq!(camera.scene.zones.len(), 1);
                prop_assert!(corners.iter().all(|&(x, y)| (0..=640).contains(&x)
                    && (0..=480).contains(&y)));
            }
            Err(ConfigError::Mistakes(mistakes)) => {
                prop_assert_eq!((mistakes.len(), mistakes[0].line), (1, 7));
            }
            Err(other) => prop_assert!(false, "{other}"),
        }
    }

    #[test]
    fn a_damaged_file_is_judged_without_panic(cut in 0_usize..900, put in "\\PC{0,6}") {
        let mut text = std::fs::read_to_string(fixture("site/cameras/p2-cho.toml")).unwrap();
        let cut = (0..=cut.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap();
        text.insert_str(cut, &put);
        if let Err(error) = camera_of(&text) {
            prop_assert!(error.was_read());
            prop_assert!(error.count() > 0 && !error.to_string().is_empty());
        }
    }
}

#[test]
fn signals_are_read_and_their_mistakes_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("c.toml");
    let log =
        "{\"time\": \"2026-08-15T06:00:00+07:00\", \"signal\": \"main\", \"state\": \"red\"}\n";
    std::fs::write(folder.path().join("states.jsonl"), log).unwrap();
    std::fs::write(folder.path().join("broken.jsonl"), format!("{log}red\n")).unwrap();
    let load = |signals: &str| {
        let text = format!(
            "version = 1\nid = \"c\"\nname = \"C\"\nframe_size = [640, 360]\n{signals}\n\
             [[signals]]\nname = \"left\"\nbox = [300, 40, 320, 90]\n"
        );
        std::fs::write(&file, text).unwrap();
        load_camera(&file)
    };
    let main = "[[signals]]\nname = \"main\"\nbox = [100, 40, 120, 90]\n";
    let sound = format!(
        "{main}lamps = {{ red = [102, 42, 118, 56], green = [102, 74, 118, 88] }}\n\
         conflicts = [\"left\"]\nstates = \"states.jsonl\""
    );
    let camera = load(&sound).unwrap();
    let signal = &camera.scene.signals[0];
    assert!(signal.lamps[0].is_some() && signal.lamps[1].is_none() && signal.lamps[2].is_some());
    assert_eq!(signal.conflicts, ["left"]);
    assert!(camera.programmes.contains_key("main"));
    for (more, line, told) in [
        ("lamps = { red = [300, 42, 318, 56] }", 8, "the red lamp lies outside the signal's"),
        ("lamps = { red = [118, 42, 102, 56] }", 8, "left < right"),
        ("lamps = { blue = [102, 42, 118, 56] }", 8, "unknown key"),
        ("conflicts = [\"lefd\"]", 8, "did you mean \"left\"?"),
        ("conflicts = [\"main\"]", 8, "names the signal itself"),
        ("same_as = [\"right\"]", 8, "there is no signal \"right\""),
        ("states = \"none.jsonl\"", 8, "cannot be read"),
        ("states = \"broken.jsonl\"", 8, "line 2"),
    ] {
        let error = load(&format!("{main}{more}")).unwrap_err().to_string();
        assert!(error.contains(told) && error.contains(&format!(":{line}:")), "{more}: {error}");
    }
    let renamed = main.replace("main", "other");
    let error = load(&format!("{renamed}states = \"states.jsonl\"")).unwrap_err().to_string();
    assert!(error.contains("no line for signal \"other\""), "{error}");
}

#[test]
fn days_and_exempt_classes_are_understood_and_contradictions_refused() {
    let with = |keys: &str| {
        camera_of(&format!(
            "version = 1\nid = \"c\"\nname = \"C\"\nframe_size = [100, 100]\n\
             [[zones]]\nname = \"z\"\npolygon = [[0,0],[90,0],[90,90]]\n\
             [[rules]]\nkind = \"illegal_parking\"\nzone = \"z\"\n{keys}\n"
        ))
    };
    let camera = with("days = [\"sat\", \"sun\"]\nexcept_classes = [\"bus\"]").unwrap();
    let rule = &camera.rules[0];
    assert_eq!(rule.days, [streetward::rules::Day::Sat, streetward::rules::Day::Sun]);
    assert!(rule.classes.contains(&Class::Car) && !rule.classes.contains(&Class::Bus));
    for wrong in ["days = [\"saturday\"]", "classes = [\"bus\"]\nexcept_classes = [\"bus\"]"] {
        assert!(with(wrong).is_err(), "{wrong}");
    }
}
