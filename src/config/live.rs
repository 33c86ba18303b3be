//! The table [live]: how a site's cameras are attached for long.

use super::table::{At, Table};
use std::net::SocketAddr;

pub(super) const KEYS: &[&str] = &[
    "listen",
    "reload_seconds",
    "reconnect_most_seconds",
    "stall_seconds",
    "hung_most",
    "drain_seconds",
    "memory_megabytes",
];

/// How a site's cameras are attached for long.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveConfig {
    /// Where figures and health are served; `None`: nowhere.
    pub listen: Option<SocketAddr>,
    /// Seconds between looks whether site or camera files were edited; 0: only on SIGHUP.
    pub reload_seconds: f64,
    /// The longest wait before a lost camera is tried again, in seconds.
    pub reconnect_most_seconds: f64,
    /// A stage busy with one piece of work for longer than this has hung, in seconds.
    pub stall_seconds: f64,
    /// Threads that hang and were left behind, at most; with one more the service stops, to be
    /// started again.
    pub hung_most: usize,
    /// How long a stop may take to finish what is begun, in seconds.
    pub drain_seconds: f64,
    /// Memory that rings, queues and sessions may plan for, MiB; `None`: three quarters of what the
    /// machine has free at the start.
    pub memory_megabytes: Option<u64>,
}

impl Default for LiveConfig {
    fn default() -> Self {
        Self {
            listen: None,
            reload_seconds: 5.0,
            reconnect_most_seconds: 5.0,
            stall_seconds: 30.0,
            hung_most: 8,
            drain_seconds: 20.0,
            memory_megabytes: None,
        }
    }
}

/// Reads the table, if there is one.
pub(super) fn read(root: &Table<'_>) -> LiveConfig {
    let mut live = LiveConfig::default();
    let Some(table) = root.table("live", " in [live]", KEYS) else { return live };
    live.listen = listen(&table);
    let seconds = |key, least, most, default| {
        table.number(key, least..=most, "seconds").map_or(default, |n| n.value)
    };
    live.reload_seconds = seconds("reload_seconds", 0.0, 3600.0, live.reload_seconds);
    live.reconnect_most_seconds =
        seconds("reconnect_most_seconds", 1.0, 600.0, live.reconnect_most_seconds);
    live.stall_seconds = seconds("stall_seconds", 5.0, 600.0, live.stall_seconds);
    live.hung_most =
        table.integer("hung_most", 0..=256, "threads").map_or(live.hung_most, |n| n.value as usize);
    live.drain_seconds = seconds("drain_seconds", 1.0, 600.0, live.drain_seconds);
    live.memory_megabytes =
        table.integer("memory_megabytes", 256..=16_777_216, "MiB").map(|n| n.value as u64);
    live
}

fn listen(table: &Table<'_>) -> Option<SocketAddr> {
    let At { value, span } = table.string("listen", "an address in quotes")?;
    let address = value.parse().ok();
    if address.is_none() {
        let message = "\"listen\" must be an address and a port, like 127.0.0.1:9464; leave it out to serve nothing";
        table.doc().refuse(span, message);
    }
    address
}
