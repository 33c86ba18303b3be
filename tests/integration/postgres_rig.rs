//! A PostgreSQL server of the tests' own, and data folders whose records lie there.

#![allow(clippy::unwrap_used)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering::Relaxed};
use std::sync::{LazyLock, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// Where tests that run a second time find their server: its folder.
pub const ON_SERVER: &str = "STREETWARD_TEST_POSTGRESQL";

static SHARED: LazyLock<Option<Server>> = LazyLock::new(Server::start);
static NUMBER: AtomicU32 = AtomicU32::new(0);

/// The server that tests share; `None`, with a line that says so, where none is installed. It ends
/// with this process, however it ends.
pub fn shared() -> Option<&'static Server> {
    SHARED.as_ref()
}

/// A folder for records: its own database in the server, where tests run on one.
pub fn data_folder() -> TempDir {
    let folder = TempDir::new().unwrap();
    settle(folder.path());
    folder
}

/// The same for a folder within another.
pub fn settle(data: &Path) {
    if let Some(home) = std::env::var_os(ON_SERVER) {
        on_server(Path::new(&home), data);
    }
}

/// Makes a database, and lets a data folder's records lie there.
pub fn on_server(home: &Path, data: &Path) {
    let name = format!("d{}_{}", std::process::id(), NUMBER.fetch_add(1, Relaxed));
    sql(home, "postgres", &format!("CREATE DATABASE {name} OWNER streetward"));
    let text = format!("version = 1\nurl = \"{}\"\n", url(home, "streetward", &name));
    std::fs::create_dir_all(data).unwrap();
    std::fs::write(data.join("database.toml"), text).unwrap();
}

pub fn url(home: &Path, user: &str, database: &str) -> String {
    format!("postgresql:///{database}?host={}&user={user}", home.display())
}

/// The database that a data folder's records lie in.
pub fn database_of(data: &Path) -> String {
    let text = std::fs::read_to_string(data.join("database.toml")).unwrap();
    text.split("postgresql:///").nth(1).unwrap().split('?').next().unwrap().to_owned()
}

/// Has the server's owner do something; what came of it.
pub fn sql(home: &Path, database: &str, sql: &str) -> String {
    let done = tried(home, database, sql);
    assert!(done.status.success(), "{sql}: {}", String::from_utf8_lossy(&done.stderr));
    String::from_utf8(done.stdout).unwrap().trim().to_owned()
}

/// The same, which may fail.
pub fn tried(home: &Path, database: &str, sql: &str) -> std::process::Output {
    Command::new(tool("psql").unwrap())
        .args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-U", "owner", "-d", database])
        .arg("-h")
        .arg(home)
        .args(["-c", sql])
        .output()
        .unwrap()
}

/// A server, which listens in its own folder alone and forgets all when it ends.
pub struct Server {
    home: TempDir,
    child: Mutex<Option<Child>>,
}

impl Server {
    /// Starts one.
    pub fn start() -> Option<Self> {
        let Some(initdb) = tool("initdb") else {
            eprintln!("skipped: no PostgreSQL is installed; scripts/setup --test brings it");
            return None;
        };
        let home = TempDir::new().unwrap();
        // It refuses to run as root.
        let owner = |path: &Path| {
            if rustix::process::getuid().is_root() {
                let done = Command::new("chown").arg("nobody").arg(path).status().unwrap();
                assert!(done.success(), "chown");
            }
        };
        owner(home.path());
        let made = as_other(&initdb)
            .args(["-U", "owner", "-A", "trust", "--no-sync", "-E", "UTF8", "--locale=C.UTF-8"])
            .arg("-D")
            .arg(home.path().join("data"))
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        let rules = home.path().join("data/pg_hba.conf");
        let text = "local all guarded scram-sha-256\nlocal all all trust\n";
        std::fs::write(&rules, text).unwrap();
        let server = Self { home, child: Mutex::new(None) };
        server.begin();
        for user in ["streetward", "guarded PASSWORD 'right'"] {
            sql(
                server.home(),
                "postgres",
                &format!("CREATE ROLE {user}").replace(" PASSWORD", " LOGIN PASSWORD"),
            );
        }
        sql(server.home(), "postgres", "ALTER ROLE streetward LOGIN");
        Some(server)
    }

    /// Its folder, in which it listens.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// Lets it run, after it was stopped.
    pub fn begin(&self) {
        let postgres = tool("postgres").unwrap();
        // The shell ends the server when its input closes: with this process, at the latest.
        let script = format!(
            "'{}' -D '{home}/data' -k '{home}' -h '' -F -c max_connections=60 \
             -c full_page_writes=off -c log_min_messages=fatal 2>>'{home}/log' & p=$!; \
             read -r _; kill -INT $p; wait $p",
            postgres.display(),
            home = self.home().display()
        );
        let child = as_other(Path::new("sh"))
            .args(["-c", &script])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        *self.child.lock().unwrap() = Some(child);
        let begun = Instant::now();
        while !tried(self.home(), "postgres", "SELECT 1").status.success() {
            assert!(
                begun.elapsed() < Duration::from_mins(1),
                "{}",
                std::fs::read_to_string(self.home().join("log")).unwrap_or_default()
            );
            std::thread::sleep(Duration::from_millis(50));
        }
    }

    /// Stops it, as if its machine were restarted: whoever is connected is thrown out.
    pub fn stop(&self) {
        if let Some(mut child) = self.child.lock().unwrap().take() {
            if let Some(mut input) = child.stdin.take() {
                let _ = input.write_all(b"\n");
            }
            child.wait().unwrap();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A command as a user who is not root.
fn as_other(program: &Path) -> Command {
    if !rustix::process::getuid().is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=nobody", "--regid=nogroup", "--clear-groups", "--"]).arg(program);
    command.current_dir("/");
    command
}

/// A program of the newest PostgreSQL that is installed.
fn tool(name: &str) -> Option<PathBuf> {
    let mut found: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|version| Some(version.ok()?.path().join("bin").join(name)))
        .collect();
    found.sort();
    let path = std::env::var_os("PATH").unwrap_or_default();
    found.splice(0..0, std::env::split_paths(&path).map(|folder| folder.join(name)));
    found.into_iter().rev().find(|program| program.is_file())
}
