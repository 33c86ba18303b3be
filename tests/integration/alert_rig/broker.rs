//! A mosquitto broker of one's own, until dropped.

use super::certificates::Certificates;
use std::fmt::Write as _;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A broker that keeps what is published for those subscribed, over its restarts too.
pub struct Broker {
    pub port: u16,
    folder: PathBuf,
    child: Option<Child>,
    secure: bool,
}

/// How what comes is printed: topics may hold spaces.
const FORM: &str = "%t\t%p";

/// User and password that a broker with certificates asks for.
pub const USER: &str = "streetward";

impl Broker {
    /// Open to all. `None`, told, where mosquitto is not installed.
    pub fn start(folder: &Path) -> Option<Self> {
        Self::with(folder, None)
    }

    /// With TLS and a password.
    pub fn secure(folder: &Path, certificates: &Certificates, password: &str) -> Option<Self> {
        Self::with(folder, Some((certificates, password)))
    }

    fn with(folder: &Path, secure: Option<(&Certificates, &str)>) -> Option<Self> {
        if ["mosquitto", "mosquitto_sub"].iter().any(|name| program(name).is_none()) {
            eprintln!("skipped: mosquitto is not installed; scripts/setup --test brings it");
            return None;
        }
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut config = format!(
            "listener {port} 127.0.0.1\npersistence true\npersistence_location {}/\n\
             autosave_interval 1\nautosave_on_changes true\n",
            folder.display()
        );
        match &secure {
            None => config.push_str("allow_anonymous true\n"),
            Some((certificates, password)) => {
                let users = folder.join("users");
                let made = Command::new(program("mosquitto_passwd").unwrap())
                    .args(["-c", "-b", users.to_str().unwrap(), USER, password])
                    .output()
                    .unwrap();
                assert!(made.status.success(), "{made:?}");
                let Certificates { authority, server, key } = certificates;
                write!(
                    config,
                    "allow_anonymous false\npassword_file {}\ncafile {}\ncertfile {}\nkeyfile {}\n",
                    users.display(),
                    authority.display(),
                    server.display(),
                    key.display()
                )
                .unwrap();
            }
        }
        // As root it would else become a user who may not read the folder.
        config.push_str("user root\n");
        std::fs::write(folder.join("mosquitto.conf"), config).unwrap();
        let mut broker =
            Self { port, folder: folder.to_owned(), child: None, secure: secure.is_some() };
        broker.up();
        Some(broker)
    }

    /// Starts it (again) and waits until it listens.
    pub fn up(&mut self) {
        let child = Command::new(program("mosquitto").unwrap())
            .arg("-c")
            .arg(self.folder.join("mosquitto.conf"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        self.child = Some(child);
        let until = Instant::now() + Duration::from_secs(10);
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(Instant::now() < until, "mosquitto does not listen");
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ends it as a shutdown does, so that it keeps what it has.
    pub fn down(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = Command::new("kill").arg(child.id().to_string()).status();
            let _ = child.wait();
        }
    }

    /// Publishes a retained message.
    pub fn publish(&self, topic: &str, body: &str) {
        let mut publish = Command::new(program("mosquitto_pub").unwrap());
        publish.args(self.common()).args(["-q", "1", "-r", "-t", topic, "-m", body]);
        let done = publish.output().unwrap();
        assert!(done.status.success(), "{done:?}");
    }

    /// Remembers all topics for a subscriber, from now on.
    pub fn subscribe(&self) {
        let done = self.sub(&["-E"]).output().unwrap();
        assert!(done.status.success(), "{done:?}");
    }

    /// What came for the subscriber: topics and payloads, at most `count`, or what came in `seconds`.
    pub fn received(&self, count: usize, seconds: u32) -> Vec<(String, String)> {
        let (count, seconds) = (count.to_string(), seconds.to_string());
        let out = self.sub(&["-F", FORM, "-C", &count, "-W", &seconds]).output().unwrap();
        lines(&out.stdout)
    }

    /// What the broker retains.
    pub fn retained(&self, count: usize) -> Vec<(String, String)> {
        let mut sub = Command::new(program("mosquitto_sub").unwrap());
        sub.args(self.common()).args(["-F", FORM, "--retained-only", "-t", "#", "-W", "5"]);
        lines(&sub.args(["-C", &count.to_string()]).output().unwrap().stdout)
    }

    fn sub(&self, args: &[&str]) -> Command {
        let mut sub = Command::new(program("mosquitto_sub").unwrap());
        sub.args(self.common()).args(["-c", "-i", "reader", "-q", "1", "-t", "#"]).args(args);
        sub
    }

    fn common(&self) -> Vec<String> {
        assert!(!self.secure, "only the open one is listened to");
        ["-h", "127.0.0.1", "-p", &self.port.to_string()].map(str::to_owned).to_vec()
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        self.down();
    }
}

fn lines(out: &[u8]) -> Vec<(String, String)> {
    let text = String::from_utf8_lossy(out);
    text.lines()
        .filter_map(|line| line.split_once('\t'))
        .map(|(topic, body)| (topic.to_owned(), body.to_owned()))
        .collect()
}

/// Debian keeps servers where users' paths may not lead.
fn program(name: &str) -> Option<PathBuf> {
    ["/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin"]
        .iter()
        .map(|folder| Path::new(folder).join(name))
        .find(|path| path.exists())
}
