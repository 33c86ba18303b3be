//! The desk's server on a real socket, over a data folder with real evidence, and a client that sends
//! exactly what it is told.

use crate::evidence::scene::Scene;
use crate::postgres_rig::settle;
use crate::sample::sample;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::thread::JoinHandle;
use std::time::Duration;
use streetward::config::{Language, Site, load_site};
use streetward::media::WallTime;
use streetward::review::{Doer, NewUser, Role, Scope, add_user};
use streetward::rules::Closing;
use streetward::serve::{Desk, ServeTerms, Server};
use streetward::store::Store;

pub const PASSWORD: &str = "bốn từ không ai đoán";

/// Who looks after what: cars on the streets of ward 1, and everything else.
const AGENCIES: &str = "version = 1
name = \"Trà Vinh\"
[live]
reload_seconds = 0.1
[[agencies]]
id = \"csgt-p1\"
name = \"Cảnh sát giao thông Phường 1\"
wards = [\"Phường 1\"]
domains = [\"traffic\"]
acknowledge_minutes = 60
decide_hours = 24
[[agencies]]
id = \"ubnd\"
name = \"Ủy ban nhân dân\"
acknowledge_minutes = 600
decide_hours = 48
";

/// A server over one event with real evidence and some without.
pub struct Rig {
    pub scene: Scene,
    /// The id of the event with evidence.
    pub event: String,
    pub address: SocketAddr,
    stop: Arc<AtomicBool>,
    runs: Option<JoinHandle<()>>,
}

/// What the server answered.
#[derive(Debug, Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

/// Somebody signed in.
#[derive(Debug, Clone)]
pub struct Person {
    pub cookie: String,
    pub csrf: String,
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|e| panic!("{e}: {}", String::from_utf8_lossy(&self.body)))
    }

    pub fn code(&self) -> String {
        self.json()["error"]["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// The clock of the tests: the morning after the samples' day began in Vietnam.
pub fn now() -> WallTime {
    WallTime("2026-08-15T12:00:00Z".parse().unwrap())
}

/// A site with the camera of the events and one of another ward.
fn site(folder: &std::path::Path, tables: &str) -> Site {
    let cameras = folder.join("cameras");
    std::fs::create_dir_all(&cameras).unwrap();
    std::fs::write(folder.join("streetward.toml"), tables).unwrap();
    for (id, name, ward) in [
        ("p1-le-loi-01", "Ngã tư Lê Lợi – Phạm Hồng Thái", "Phường 1"),
        ("p3-ben-xe", "Bến xe", "Phường 3"),
    ] {
        let text = format!(
            "version = 1\nid = \"{id}\"\nname = \"{name}\"\nward = \"{ward}\"\nframe_size = [640, 360]\n\
             [[zones]]\nname = \"yellow_lines\"\npolygon = [[300,150],[600,150],[620,340]]\n\
             [[rules]]\nkind = \"illegal_parking\"\nzone = \"yellow_lines\"\n"
        );
        std::fs::write(cameras.join(format!("{id}.toml")), text).unwrap();
    }
    load_site(&folder.join("streetward.toml")).unwrap()
}

impl Rig {
    pub fn new() -> Self {
        Self::with(|_| {})
    }

    /// With other terms.
    pub fn with(change: impl FnOnce(&mut ServeTerms)) -> Self {
        Self::built(AGENCIES, change, now)
    }

    /// With another clock.
    pub fn with_clock(change: impl FnOnce(&mut ServeTerms), now: fn() -> WallTime) -> Self {
        Self::built(AGENCIES, change, now)
    }

    /// Of a hundred decided events so many are looked at again.
    pub fn looking_again(percent: f64) -> Self {
        let tables = format!("{AGENCIES}[review]\nsecond_look_percent = {percent:.1}\n");
        Self::built(&tables, |_| {}, now)
    }

    /// Over the event of another scene.
    pub fn of_scene(scene: Scene) -> Self {
        Self::over(scene, AGENCIES, |_| {}, now)
    }

    fn built(tables: &str, change: impl FnOnce(&mut ServeTerms), now: fn() -> WallTime) -> Self {
        Self::over(Scene::h264(), tables, change, now)
    }

    fn over(
        scene: Scene,
        tables: &str,
        change: impl FnOnce(&mut ServeTerms),
        now: fn() -> WallTime,
    ) -> Self {
        let sealed = scene.store(Closing::Left);
        let data = scene.ctx.data.clone();
        let record = scene.record(&sealed);
        let event = record.id.clone();
        settle(&data);
        {
            let store = Store::open(&data).unwrap();
            store.put_event(&record).unwrap();
            for n in 0..25 {
                store.put_event(&sample(n)).unwrap();
            }
            for role in Role::ALL {
                add(&store, role.name(), role, Scope::default());
            }
            let elsewhere = Scope {
                wards: ["Phường 3".to_owned()].into_iter().collect(),
                ..Scope::default()
            };
            add(&store, "elsewhere", Role::Supervisor, elsewhere);
        }
        let mut terms = ServeTerms::at("127.0.0.1:0".parse().unwrap());
        terms.news_every = Duration::from_millis(50);
        change(&mut terms);
        let server = Server::bind(terms).unwrap();
        let address = server.address().unwrap();
        let site = Arc::new(site(scene.folder.path(), tables));
        let desk = Desk::open(site, &data, server.terms(), now).unwrap();
        let stop = Arc::new(AtomicBool::new(false));
        let told = Arc::clone(&stop);
        let runs = std::thread::Builder::new()
            .name("serve".to_owned())
            .spawn(move || server.run(desk, &told).unwrap())
            .unwrap();
        Self { scene, event, address, stop, runs: Some(runs) }
    }

    pub fn data(&self) -> PathBuf {
        self.scene.ctx.data.clone()
    }

    /// A handle that writes beside the server, as the service does.
    pub fn store(&self) -> Store {
        Store::open(&self.data()).unwrap()
    }

    /// A handle that reads beside the server.
    pub fn store_read(&self) -> Store {
        Store::open_read(&self.data()).unwrap()
    }

    /// Stops the server and waits for its end.
    pub fn stop(&mut self) {
        self.stop.store(true, Relaxed);
        if let Some(runs) = self.runs.take() {
            runs.join().unwrap();
        }
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }

    /// Sends these bytes and reads until the server closes.
    pub fn raw(&self, request: &[u8]) -> Option<Answer> {
        let mut stream = self.connect();
        // A server that has had enough closes while it is still being told.
        let _ = stream.write_all(request);
        let mut answer = Vec::new();
        let _ = stream.read_to_end(&mut answer);
        parse(&answer)
    }

    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Vec::new();
        write!(request, "{method} {path} HTTP/1.1\r\nHost: desk\r\nConnection: close\r\n").unwrap();
        for (name, value) in headers {
            write!(request, "{name}: {value}\r\n").unwrap();
        }
        if !body.is_empty() || method != "GET" {
            let length = body.len();
            write!(request, "Content-Type: application/json\r\nContent-Length: {length}\r\n")
                .unwrap();
        }
        write!(request, "\r\n{body}").unwrap();
        self.raw(&request).unwrap_or_else(|| panic!("{method} {path}: no answer"))
    }

    /// Asks as nobody.
    pub fn get(&self, path: &str) -> Answer {
        self.ask("GET", path, &[], "")
    }

    /// Signs in.
    pub fn person(&self, name: &str) -> Person {
        let body = serde_json::json!({ "user": name, "password": PASSWORD }).to_string();
        let answer = self.ask("POST", "/api/v1/login", &[], &body);
        Self::signed_in(&answer)
    }

    /// Who is signed in by an answer that gives a cookie.
    pub fn signed_in(answer: &Answer) -> Person {
        assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
        let cookie = answer.headers["set-cookie"].split(';').next().unwrap().to_owned();
        let csrf = answer.json()["csrf"].as_str().unwrap().to_owned();
        Person { cookie, csrf }
    }

    /// Asks as somebody, below `/api/v1`.
    pub fn see(&self, person: &Person, path: &str) -> Answer {
        self.see_with(person, path, &[])
    }

    pub fn see_with(&self, person: &Person, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut all = vec![("Cookie", person.cookie.as_str())];
        all.extend(headers);
        self.ask("GET", &format!("/api/v1{path}"), &all, "")
    }

    /// Changes something as somebody.
    pub fn tell(
        &self,
        person: &Person,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Answer {
        self.tell_by("POST", person, path, headers, body)
    }

    /// The same by another method.
    pub fn tell_by(
        &self,
        method: &str,
        person: &Person,
        path: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> Answer {
        let mut all = vec![("Cookie", person.cookie.as_str()), ("X-CSRF-Token", &person.csrf)];
        all.extend(headers);
        self.ask(method, &format!("/api/v1{path}"), &all, &body.to_string())
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        self.stop.store(true, Relaxed);
        if let Some(runs) = self.runs.take() {
            let _ = runs.join();
        }
    }
}

fn add(store: &Store, name: &str, role: Role, scope: Scope) {
    let user = NewUser {
        name: name.to_owned(),
        full_name: format!("Người dùng {name}"),
        role,
        scope,
        agency: None,
        language: Language::Vi,
    };
    add_user(store, &Doer::Command { uid: 0 }, &user, PASSWORD, now()).unwrap();
}

fn parse(answer: &[u8]) -> Option<Answer> {
    let head = answer.windows(4).position(|w| w == b"\r\n\r\n")?;
    let text = std::str::from_utf8(&answer[..head]).ok()?;
    let mut lines = text.split("\r\n");
    let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
    let headers = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    Some(Answer { status, headers, body: answer[head + 4..].to_vec() })
}
