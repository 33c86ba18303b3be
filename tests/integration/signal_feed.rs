//! A controller's live word on a traffic light: read from a web server or a broker, believed while it
//! is heard.

use crate::alert_rig::broker::Broker;
use crate::alert_rig::web::{Manner, Web};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use streetward::config::{Camera, FeedAddress, load_camera};
use streetward::media::WallTime;
use streetward::pipeline::listen;
use streetward::scene::SignalState;
use tempfile::TempDir;

fn camera(folder: &Path, feed: &str) -> Result<Camera, String> {
    let file = folder.join("c.toml");
    let text = format!(
        "version = 1\nid = \"c\"\nname = \"C\"\nframe_size = [640, 480]\n\
         [[signals]]\nname = \"through\"\nbox = [10, 10, 40, 90]\n{feed}\n"
    );
    std::fs::write(&file, text).unwrap();
    load_camera(&file).map_err(|e| e.to_string())
}

/// Waits until the signal's programme says so.
fn says(camera: &Camera, at: WallTime, state: SignalState) -> bool {
    let until = Instant::now() + Duration::from_secs(10);
    while Instant::now() < until {
        if camera.programmes["through"].state(at) == state {
            return true;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    false
}

/// Listens while `work` is done.
fn while_listening(camera: &Camera, work: impl FnOnce()) {
    let stop = AtomicBool::new(false);
    std::thread::scope(|scope| {
        scope.spawn(|| listen(&camera.feeds[0], &stop));
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(work));
        stop.store(true, Ordering::Relaxed);
        if let Err(failed) = done {
            std::panic::resume_unwind(failed);
        }
    });
}

fn time(text: &str) -> WallTime {
    WallTime::parse(text).unwrap()
}

#[test]
fn a_web_servers_word_is_believed_while_it_is_heard() {
    let folder = TempDir::new().unwrap();
    let web = Web::start();
    let feed = format!("feed = \"{}/state\"\nfeed_stale_seconds = 1", web.url());
    let camera = camera(folder.path(), &feed).unwrap();
    let (before, after) = (time("2026-08-15T05:59:59+07:00"), time("2026-08-15T06:00:10+07:00"));
    let word = |state: &str| {
        Manner::Answers(
            200,
            format!("{{\"state\":\"{state}\",\"since\":\"2026-08-15T06:00:00+07:00\"}}"),
        )
    };
    web.behaves(move |_| word("red"));
    while_listening(&camera, || {
        assert!(says(&camera, after, SignalState::Red));
        assert_eq!(camera.programmes["through"].state(before), SignalState::Unknown);
        for silence in [
            Manner::Answers(500, String::new()),
            Manner::Answers(200, "red".into()),
            Manner::Babbles,
            Manner::Hangs,
        ] {
            web.behaves(move |_| silence.clone());
            assert!(says(&camera, after, SignalState::Unknown), "it went silent");
            web.behaves(move |_| word("green"));
            assert!(says(&camera, after, SignalState::Green), "it speaks again");
        }
    });
    assert_eq!(camera.programmes["through"].state(after), SignalState::Unknown, "nobody listens");
}

#[test]
fn a_brokers_word_is_believed_through_its_restart() {
    let (folder, place) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let Some(mut broker) = Broker::start(place.path()) else { return };
    let feed = format!(
        "feed = \"mqtt://127.0.0.1:{}/city/signal/1\"\nfeed_stale_seconds = 600",
        broker.port
    );
    let camera = camera(folder.path(), &feed).unwrap();
    let at = time("2026-08-15T07:00:00+07:00");
    let word =
        |state: &str| format!("{{\"state\":\"{state}\",\"since\":\"2026-08-15T06:59:00+07:00\"}}");
    broker.publish("city/signal/1", &word("red"));
    while_listening(&camera, || {
        assert!(says(&camera, at, SignalState::Red));
        broker.publish("city/signal/2", &word("amber"));
        broker.publish("city/signal/1", &word("green"));
        assert!(says(&camera, at, SignalState::Green));
        broker.down();
        broker.up();
        broker.publish("city/signal/1", &word("red"));
        assert!(says(&camera, at, SignalState::Red), "it listens again");
    });
}

#[test]
fn where_a_controller_speaks_is_checked() {
    let folder = TempDir::new().unwrap();
    let read = |feed: &str| camera(folder.path(), feed);
    let secure = read("feed = \"mqtts://${CARGO_PKG_NAME}:p${CARGO_PKG_NAME}@h/a/b\"").unwrap();
    assert!(!format!("{secure:?}").contains("pstreetward"), "{secure:?}");
    let FeedAddress::Mqtt { port, tls, login, topic, .. } = &secure.feeds[0].address else {
        panic!("mqtt")
    };
    assert_eq!((*port, *tls, topic.as_str()), (8883, true, "a/b"));
    assert_eq!(login.as_ref().unwrap().1.reveal(), "pstreetward");
    for (feed, wanted) in [
        ("feed = \"ftp://h/x\"", "must be like http://host/path or mqtt://host/topic"),
        ("feed = \"mqtt://h\"", "must be like http://host/path or mqtt://host/topic"),
        ("feed = \"mqtt://h/a/#\"", "must be like http://host/path or mqtt://host/topic"),
        ("feed = \"mqtt://u:h1dden@h/a\"", "holds a password; write ${NAME}"),
        ("feed_stale_seconds = 5", "is about \"feed\""),
        ("feed = \"http://h/\"\nfeed_stale_seconds = 0", "must lie between 1 and 600 seconds"),
    ] {
        let said = read(feed).unwrap_err();
        assert!(said.contains(wanted) && !said.contains("h1dden"), "{feed}: {said}");
    }
}
