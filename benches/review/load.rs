//! Asks a server as people at their desks do: each by a session and a connection of their own, the
//! pages' own requests in turn.

use crate::fill::{PASSWORD, name_of};
use crate::page::{Page, Seen, pages};
use crate::told::say;
use anyhow::{Context, ensure};
use clap::Args;
use fastrand::Rng;
use serde_json::Value;
use std::collections::BTreeMap;
use std::thread;
use std::time::{Duration, Instant};
use ureq::Agent;

#[derive(Args)]
pub struct LoadArgs {
    /// The server
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8480")]
    url: String,
    /// People at once, 20 at most
    #[arg(long, default_value_t = 20)]
    users: usize,
    /// How long
    #[arg(long, default_value_t = 60)]
    seconds: u64,
    /// What each waits between an answer and the next question, half to one and a half of it; 0: each
    /// always waits for an answer
    #[arg(long, default_value_t = 1000)]
    pause_ms: u64,
    /// Which questions each asks
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The server's process, to say what memory and processor time it takes
    #[arg(long)]
    pid: Option<u32>,
    /// Only questions whose name begins so
    #[arg(long, default_value = "")]
    only: String,
}

/// Times of answers by question, milliseconds.
type Times = BTreeMap<&'static str, Vec<f64>>;

pub fn run(args: &LoadArgs) -> anyhow::Result<()> {
    ensure!((1..=20).contains(&args.users), "such a store has 20 users");
    let people: Vec<Person> =
        (0..args.users).map(|n| Person::sign_in(args, n)).collect::<anyhow::Result<_>>()?;
    let before = args.pid.and_then(processor_seconds);
    let begun = Instant::now();
    let all: Vec<anyhow::Result<Times>> = thread::scope(|scope| {
        let work = people
            .iter()
            .enumerate()
            .map(|(n, person)| scope.spawn(move || person.work(args, n as u64)));
        let work: Vec<_> = work.collect();
        work.into_iter()
            .map(|w| w.join().unwrap_or_else(|_| Err(anyhow::anyhow!("ended"))))
            .collect()
    });
    let took = begun.elapsed().as_secs_f64();
    let mut times = Times::new();
    for of in all {
        for (name, mut these) in of? {
            times.entry(name).or_default().append(&mut these);
        }
    }
    let mut every: Vec<f64> = times.values().flatten().copied().collect();
    say("| question | answers | p50 ms | p95 ms | p99 ms | longest |");
    say("|---|---|---|---|---|---|");
    for (name, times) in &mut times {
        say(&line(name, times));
    }
    say(&line("all", &mut every));
    say(&format!("{:.1} answers a second, {} users", every.len() as f64 / took, args.users));
    if let Some(pid) = args.pid {
        let spent = processor_seconds(pid).zip(before).map_or(f64::NAN, |(b, a)| b - a);
        let (now, most) = memory_mib(pid);
        say(&format!(
            "the server: {:.0} % of a core, {:.1} ms of processor time an answer, {now:.0} MiB, {most:.0} at most",
            100.0 * spent / took,
            1e3 * spent / every.len() as f64
        ));
    }
    Ok(())
}

fn line(name: &str, times: &mut [f64]) -> String {
    times.sort_by(f64::total_cmp);
    let at = |share: f64| {
        let nth = ((times.len() as f64 * share).ceil() as usize).clamp(1, times.len().max(1));
        times.get(nth - 1).copied().unwrap_or(f64::NAN)
    };
    format!(
        "| {name} | {} | {:.0} | {:.0} | {:.0} | {:.0} |",
        times.len(),
        at(0.5),
        at(0.95),
        at(0.99),
        at(1.0)
    )
}

/// Somebody signed in.
struct Person {
    agent: Agent,
    base: String,
    cookie: String,
}

impl Person {
    fn sign_in(args: &LoadArgs, n: usize) -> anyhow::Result<Self> {
        let config = Agent::config_builder().timeout_global(Some(Duration::from_mins(1)));
        let agent: Agent = config.http_status_as_error(false).build().into();
        let base = format!("{}/api/v1", args.url.trim_end_matches('/'));
        let body = serde_json::json!({ "user": name_of(n), "password": PASSWORD }).to_string();
        let mut answer = agent
            .post(format!("{base}/login"))
            .content_type("application/json")
            .send(body)
            .with_context(|| format!("no answer from {}", args.url))?;
        let text = answer.body_mut().read_to_string()?;
        ensure!(answer.status() == 200, "{} may not come in: {text}", name_of(n));
        let cookie = answer.headers().get("set-cookie").context("no cookie")?.to_str()?;
        let cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        Ok(Self { agent, base, cookie })
    }

    /// Asks and reads all of the answer.
    fn ask(&self, path: &str) -> anyhow::Result<String> {
        let asked = self.agent.get(format!("{}{path}", self.base)).header("Cookie", &self.cookie);
        let mut answer = asked.call().with_context(|| path.to_owned())?;
        let text = answer.body_mut().with_config().limit(64 << 20).read_to_string()?;
        ensure!(answer.status() == 200, "{path}: {} {text}", answer.status());
        Ok(text)
    }

    /// What may be asked about.
    fn seen(&self) -> anyhow::Result<Seen> {
        let text = |v: &Value, key: &str| v[key].as_str().unwrap_or_default().to_owned();
        let cameras: Vec<Value> = serde_json::from_str(&self.ask("/cameras")?)?;
        let of = |c: &Value| (text(c, "id"), text(c, "name"), text(c, "ward"));
        let me: Value = serde_json::from_str(&self.ask("/me")?)?;
        Ok(Seen { cameras: cameras.iter().map(of).collect(), me: text(&me, "id") })
    }

    fn work(&self, args: &LoadArgs, n: u64) -> anyhow::Result<Times> {
        let seen = self.seen()?;
        let mut rng = Rng::with_seed(args.seed.wrapping_mul(1000) + n);
        let pages: Vec<Page> =
            pages().into_iter().filter(|p| p.name.starts_with(&args.only)).collect();
        let all: u32 = pages.iter().map(|p| p.weight).sum();
        ensure!(all > 0, "no question begins so");
        let mut times = Times::new();
        // Nobody begins at the same moment.
        thread::sleep(Duration::from_millis(rng.u64(0..=args.pause_ms)));
        let end = Instant::now() + Duration::from_secs(args.seconds);
        while Instant::now() < end {
            let mut drawn = rng.u32(..all);
            let page = pages.iter().find(|p| match drawn.checked_sub(p.weight) {
                Some(left) => {
                    drawn = left;
                    false
                }
                None => true,
            });
            let Some(page) = page else { continue };
            let path = (page.path)(&mut rng, &seen);
            let asked = Instant::now();
            self.ask(&path)?;
            times.entry(page.name).or_default().push(asked.elapsed().as_secs_f64() * 1e3);
            thread::sleep(Duration::from_millis(args.pause_ms / 2 + rng.u64(0..=args.pause_ms)));
        }
        Ok(times)
    }
}

/// Processor time of a process, seconds.
fn processor_seconds(pid: u32) -> Option<f64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    // After the name, which is in brackets and may hold anything.
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let ticks: f64 = fields.get(11)?.parse::<f64>().ok()? + fields.get(12)?.parse::<f64>().ok()?;
    Some(ticks / 100.0)
}

/// Memory of a process now and at most, MiB.
fn memory_mib(pid: u32) -> (f64, f64) {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let of = |key: &str| {
        let line = text.lines().find_map(|l| l.strip_prefix(key));
        let kib = line.and_then(|l| l.split_whitespace().next()?.parse::<f64>().ok());
        kib.map_or(f64::NAN, |kib| kib / 1024.0)
    };
    (of("VmRSS:"), of("VmHWM:"))
}
