//! Alerts to a real broker, a mail server and a stand-in of Telegram's Bot API.

use crate::alert_rig::broker::{Broker, USER};
use crate::alert_rig::mail::{self, Server};
use crate::alert_rig::web::{Manner, Web};
use crate::alert_rig::{at, certificates, close, open, sinks, work};
use crate::sample::sample;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use streetward::alert::{Alerter, Courier, News};
use streetward::config::SinkConfig;
use streetward::scene::{CameraState, Detail, Reason, StateChange};
use streetward::store::{EventRecord, Store};
use tempfile::TempDir;

struct Desk {
    folder: TempDir,
    store: Store,
    alerter: Alerter,
    couriers: Vec<Courier>,
}

fn desk(tables: &str) -> Desk {
    let folder = TempDir::new().unwrap();
    desk_in(folder, tables)
}

fn desk_in(folder: TempDir, tables: &str) -> Desk {
    let sinks: Vec<SinkConfig> = sinks(folder.path(), tables);
    let data = folder.path().join("data");
    let store = Store::open(&data).unwrap();
    let alerter = Alerter::new(&sinks);
    let couriers = sinks.iter().map(|s| Courier::new(s.clone(), &data).unwrap()).collect();
    Desk { folder, store, alerter, couriers }
}

/// A picture where the event's evidence lies.
fn still(data: &Path, event: &EventRecord) {
    let folder = data.join(&event.evidence);
    std::fs::create_dir_all(&folder).unwrap();
    let picture = image::RgbImage::from_fn(1920, 1080, |x, y| {
        image::Rgb([(x % 256) as u8, (y % 256) as u8, ((x * y) % 256) as u8])
    });
    picture.save(folder.join("moment-marked.jpg")).unwrap();
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).unwrap_or_else(|e| panic!("{e}: {text}"))
}

#[test]
fn a_broker_gets_events_states_and_what_home_assistant_needs() {
    let place = TempDir::new().unwrap();
    let Some(broker) = Broker::start(place.path()) else { return };
    let mut desk = desk(&format!(
        "[[alerts]]\nname = \"home\"\nkind = \"mqtt\"\nhost = \"127.0.0.1\"\nport = {}\ntls = false\n\
         topic = \"city/{{ward}}/{{camera}}/{{kind}}\"\ndiscovery_prefix = \"homeassistant\"\n",
        broker.port
    ));
    broker.subscribe();
    open(&desk.store, &desk.alerter, &sample(0));
    close(&desk.store, &desk.alerter, &sample(0));
    for (second, state) in [(1.0, CameraState::Offline), (2.0, CameraState::Seeing)] {
        let reasons = if second < 2.0 { vec![Reason::Starting] } else { vec![] };
        let change = StateChange { at: at(second), state, reasons, detail: Detail::None };
        let news = News::State("p1-le-loi-01", "Ngã tư Lê Lợi", &change);
        desk.store.put_letters(&desk.alerter.letters(news)).unwrap();
    }
    let (_, done) = work(&mut desk.couriers[0], &desk.store, at(10.0), 60.0);
    assert_eq!((done.sent, done.trouble), (4, None));

    let came = broker.received(6, 5);
    let events: Vec<_> = came.iter().filter(|(topic, _)| topic.starts_with("city/")).collect();
    assert!(events.iter().all(|(t, _)| t == "city/Phường 1/p1-le-loi-01/illegal_parking"));
    let phases: Vec<Value> = events.iter().map(|(_, body)| json(body)["phase"].clone()).collect();
    assert_eq!(phases, ["opened", "closed"]);
    let retained: BTreeMap<String, Value> =
        broker.retained(3).into_iter().map(|(topic, body)| (topic, json(&body))).collect();
    assert_eq!(
        retained.keys().collect::<Vec<_>>(),
        [
            "homeassistant/event/streetward_p1-le-loi-01/incident/config",
            "homeassistant/sensor/streetward_p1-le-loi-01/state/config",
            "streetward/p1-le-loi-01/state",
        ]
    );
    // Who comes later learns the present state, the service's own start among them.
    assert_eq!(retained["streetward/p1-le-loi-01/state"]["change"]["state"], "seeing");
    let states = came.iter().filter(|(topic, _)| topic == "streetward/p1-le-loi-01/state");
    assert_eq!(states.count(), 2);
    let event = &retained["homeassistant/event/streetward_p1-le-loi-01/incident/config"];
    assert_eq!(event["state_topic"], "city/+/p1-le-loi-01/+");
}

#[test]
fn a_broker_that_drops_is_told_and_gets_all_in_order_when_it_is_back() {
    let place = TempDir::new().unwrap();
    let Some(mut broker) = Broker::start(place.path()) else { return };
    let mut desk = desk(&format!(
        "[[alerts]]\nname = \"home\"\nkind = \"mqtt\"\nhost = \"127.0.0.1\"\nport = {}\ntls = false\n\
         timeout_seconds = 2\n",
        broker.port
    ));
    broker.subscribe();
    let courier = &mut desk.couriers[0];
    open(&desk.store, &desk.alerter, &sample(0));
    assert_eq!(courier.deliver_due(&desk.store, at(0.0)).unwrap().sent, 1);
    broker.down();
    for n in 1..6 {
        open(&desk.store, &desk.alerter, &sample(n));
    }
    for n in 0..6 {
        close(&desk.store, &desk.alerter, &sample(n));
    }
    let (now, done) = work(courier, &desk.store, at(1.0), 600.0);
    assert_eq!((done.sent, done.dead), (0, 0));
    let trouble = done.trouble.unwrap();
    assert!(trouble.starts_with("the broker refused the connection; next try at "), "{trouble}");
    broker.up();
    let (_, done) = work(courier, &desk.store, now, 120.0);
    assert_eq!((done.sent, done.failed, done.trouble), (11, 0, None));
    let mut told: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (_, body) in broker.received(12, 5) {
        let body = json(&body);
        let subject = body["subject"].as_str().unwrap().to_owned();
        told.entry(subject).or_default().push(body["phase"].as_str().unwrap().to_owned());
    }
    assert_eq!(told.len(), 6);
    assert!(told.values().all(|phases| phases == &["opened", "closed"]), "{told:?}");
}

#[test]
fn a_broker_is_spoken_to_by_tls_and_a_wrong_password_is_told() {
    let place = TempDir::new().unwrap();
    let made = certificates::make(place.path());
    let Some(broker) = Broker::secure(place.path(), &made, "pa55-of-broker") else { return };
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("right"), "pa55-of-broker\n").unwrap();
    std::fs::write(folder.path().join("wrong"), "pa55-of-another\n").unwrap();
    let table = |name: &str, ca: &str| {
        format!(
            "[[alerts]]\nname = \"{name}\"\nkind = \"mqtt\"\nhost = \"localhost\"\nport = {}\n\
             user = \"{USER}\"\npassword_file = \"{name}\"\n{ca}\n",
            broker.port
        )
    };
    let ca = format!("ca_file = \"{}\"", made.authority.display());
    let mut desk = desk_in(folder, &[table("right", &ca), table("wrong", &ca)].concat());
    assert_eq!(desk.couriers[0].send_test(at(0.0)), Ok(()));
    assert_eq!(
        desk.couriers[1].send_test(at(0.0)).unwrap_err(),
        "the broker refuses user or password: check them"
    );
    // Without the authority nobody vouches for it.
    let sinks = sinks(desk.folder.path(), &table("right", ""));
    let mut doubting = Courier::new(sinks[0].clone(), desk.folder.path()).unwrap();
    let said = doubting.send_test(at(0.0)).unwrap_err();
    assert!(said.starts_with("no secure connection to the broker"), "{said}");
}

#[test]
fn what_is_no_broker_is_told() {
    let web = Web::start();
    let mut desk = desk(&format!(
        "[[alerts]]\nname = \"home\"\nkind = \"mqtt\"\nhost = \"127.0.0.1\"\nport = {}\ntls = false\n\
         timeout_seconds = 1\n",
        web.address().port()
    ));
    let said = desk.couriers[0].send_test(at(0.0)).unwrap_err();
    assert!(said.contains("broker"), "{said}");
}

fn mail_table(port: u16, more: &str) -> String {
    format!(
        "[[alerts]]\nname = \"duty\"\nkind = \"email\"\nhost = \"localhost\"\nport = {port}\n\
         from = \"Streetward <streetward@example.vn>\"\nto = [\"truc@example.vn\", \"doi@example.vn\"]\n\
         attach_still = true\ntimeout_seconds = 1\n{more}\n"
    )
}

#[test]
fn mail_is_sent_by_starttls_with_a_picture_and_updates_answer_the_first() {
    let place = TempDir::new().unwrap();
    let made = certificates::make(place.path());
    let server = Server::start(Some(&made));
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("password"), "pa55-of-mail").unwrap();
    let more = format!(
        "user = \"streetward\"\npassword_file = \"password\"\nca_file = \"{}\"",
        made.authority.display()
    );
    let mut desk = desk_in(folder, &mail_table(server.port, &more));
    let event = sample(0);
    open(&desk.store, &desk.alerter, &event);
    // The picture is made when the moment has passed: the alert waits for it, for a while.
    let first = desk.couriers[0].deliver_due(&desk.store, at(10.0)).unwrap();
    assert_eq!((first.sent, first.held, first.next_due), (0, 1, Some(at(12.0))));
    still(&desk.folder.path().join("data"), &event);
    let second = desk.couriers[0].deliver_due(&desk.store, at(12.0)).unwrap();
    assert_eq!((second.sent, second.trouble), (1, None));
    close(&desk.store, &desk.alerter, &event);
    assert_eq!(desk.couriers[0].deliver_due(&desk.store, at(40.0)).unwrap().sent, 1);

    let [opened, closed] = &server.taken()[..] else { panic!("two mails") };
    assert!(opened.encrypted);
    // AUTH PLAIN is base64 of NUL user NUL password.
    assert_eq!(opened.login.as_deref(), Some("AHN0cmVldHdhcmQAcGE1NS1vZi1tYWls"));
    assert_eq!(opened.receivers.len(), 2);
    assert!(opened.text.contains("image/jpeg") && opened.text.contains("Auto-Submitted: auto-gen"));
    assert!(opened.text.len() < 700_000, "{} bytes", opened.text.len());
    let header = |text: &str, name: &str| {
        let line = text.lines().find(|l| l.starts_with(name)).unwrap_or_else(|| panic!("{name}"));
        line.split_once(": ").unwrap().1.to_owned()
    };
    let id = header(&opened.text, "Message-ID");
    assert!(id.ends_with("@example.vn>"), "{id}");
    assert_eq!(header(&closed.text, "In-Reply-To"), id);

    // No picture comes: the alert goes without.
    let bare = sample(3);
    open(&desk.store, &desk.alerter, &bare);
    let (end, done) = work(&mut desk.couriers[0], &desk.store, at(100.0), 60.0);
    assert_eq!((done.sent, done.held), (1, 4));
    assert!(end < at(109.0), "{end:?}");
    assert!(!server.taken()[0].text.contains("image/jpeg"));
}

#[test]
fn what_a_mail_server_says_is_told() {
    let server = Server::start(None);
    let mut desk = desk(&mail_table(server.port, "security = \"none\""));
    let mut said = |manner| {
        server.behaves(manner);
        desk.couriers[0].send_test(at(0.0)).unwrap_err()
    };
    assert_eq!(
        said(mail::Manner::Refuses(450)),
        "the mail server answered 450 no such mailbox here"
    );
    assert_eq!(
        said(mail::Manner::Refuses(550)),
        "the mail server answered 550 no such mailbox here"
    );
    assert_eq!(said(mail::Manner::Hangs), "no answer from the mail server within 1 s");
    assert_eq!(said(mail::Manner::Babbles), "what answers there is no mail server");
    let mut unencrypted = self::desk(&mail_table(server.port, ""));
    server.behaves(mail::Manner::Takes);
    let said = unencrypted.couriers[0].send_test(at(0.0)).unwrap_err();
    assert!(said.starts_with("the mail server cannot be used"), "{said}");
    assert!(server.taken().is_empty(), "nothing goes unencrypted unless asked for");
    let (port, nobody) = (server.port, "security = \"none\"");
    drop(server);
    let mut lonely = self::desk(&mail_table(port, nobody));
    let said = lonely.couriers[0].send_test(at(0.0)).unwrap_err();
    assert!(said == "the mail server refused the connection", "{said}");
}

#[test]
fn telegram_gets_pictures_and_answers_and_is_not_hurried() {
    let web = Web::start();
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("token"), "123:t0ken").unwrap();
    let table = format!(
        "[[alerts]]\nname = \"group\"\nkind = \"telegram\"\nurl = \"{}\"\ntoken_file = \"token\"\n\
         chat = -1001234\nattach_still = true\nlanguage = \"en\"\n",
        web.url()
    );
    let mut desk = desk_in(folder, &table);
    let event = EventRecord { camera_name: "Chợ <b>&\"đêm\"".into(), ..sample(0) };
    still(&desk.folder.path().join("data"), &event);
    let ok = |id: u32| {
        Manner::Answers(200, format!("{{\"ok\":true,\"result\":{{\"message_id\":{id}}}}}"))
    };
    web.behaves(move |_| ok(77));
    open(&desk.store, &desk.alerter, &event);
    let courier = &mut desk.couriers[0];
    assert_eq!(courier.deliver_due(&desk.store, at(10.0)).unwrap().sent, 1);
    let [photo] = &web.taken()[..] else { panic!("one request") };
    assert_eq!(photo.path, "/bot123:t0ken/sendPhoto");
    let body = photo.text();
    assert!(body.contains("name=\"chat_id\"\r\n\r\n-1001234\r\n"), "{body}");
    assert!(body.contains("Suspected: illegal parking") || body.contains("Suspected: "), "{body}");
    assert!(body.contains("Chợ &#60;b&#62;&#38;&#34;đêm&#34;"), "{body}");
    let jpeg = photo.body.windows(3).position(|w| w == [0xff, 0xd8, 0xff]).unwrap();
    let small = image::load_from_memory(&photo.body[jpeg..]).unwrap();
    assert_eq!((small.width(), small.height()), (1280, 720));

    // It asks to wait.
    web.behaves(|_| {
        let told = "{\"ok\":false,\"description\":\"Too Many Requests: retry after 90\",\
                    \"parameters\":{\"retry_after\":90}}";
        Manner::Answers(429, told.into())
    });
    close(&desk.store, &desk.alerter, &event);
    let done = courier.deliver_due(&desk.store, at(40.0)).unwrap();
    assert_eq!((done.failed, done.next_due), (1, Some(at(130.0))));
    assert_eq!(
        done.trouble.unwrap(),
        "the receiver answered 429 (\"Too Many Requests: retry after 90\"); next try at 14:32:10"
    );
    assert_eq!(courier.deliver_due(&desk.store, at(129.0)).unwrap().sent, 0);
    web.taken();
    // A picture it will not have does not cost the message.
    web.behaves(move |r| {
        let refused = "{\"ok\":false,\"description\":\"PHOTO_INVALID\"}";
        let photo = r.path.ends_with("sendPhoto");
        if photo { Manner::Answers(400, refused.into()) } else { ok(78) }
    });
    assert_eq!(courier.deliver_due(&desk.store, at(130.0)).unwrap().sent, 1);
    let message = web.taken().pop().unwrap().json();
    assert_eq!(message["reply_parameters"]["message_id"], 77);
    assert_eq!(message["parse_mode"], "HTML");

    let mut said = |status, answer: &'static str| {
        web.behaves(move |_| Manner::Answers(status, answer.into()));
        courier.send_test(at(200.0)).unwrap_err()
    };
    assert_eq!(
        said(404, "{\"ok\":false,\"description\":\"Not Found\"}"),
        "Telegram does not know the bot: check its token"
    );
    assert_eq!(
        said(400, "{\"ok\":false,\"description\":\"Bad Request: chat not found\"}"),
        "the receiver answered 400 (\"Bad Request: chat not found\")"
    );
    assert_eq!(said(200, "<html>"), "what answers there (200) is not Telegram's Bot API");
}
