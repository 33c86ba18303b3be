//! Fills a store with what two cities find in half a year, and what people decided of it.

use crate::city::Cities;
use crate::told::say;
use anyhow::Context;
use clap::Args;
use fastrand::Rng;
use jiff::{SignedDuration, Timestamp};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use streetward::config::Language;
use streetward::media::WallTime;
use streetward::review::{Ask, Asked, Doer, NewUser, Reach, Reason, Role, Scope, add_user, change};
use streetward::rules::Domain;
use streetward::store::{Change, EventRecord, ReviewState, Store};
use streetward::vision::Class;

/// What everybody in such a store types to come in: it holds nothing that anybody did.
pub const PASSWORD: &str = "một kho chỉ để đo thôi";
/// Events of one transaction.
const BATCH: usize = 5000;
/// People who review.
const PEOPLE: usize = 20;
const DAY: i64 = 86_400;

#[derive(Args)]
pub struct FillArgs {
    /// Folder of the site; its data lie in `data` below it
    #[arg(long, value_name = "DIR")]
    folder: PathBuf,
    /// Events
    #[arg(long, default_value_t = 1_000_000)]
    events: u64,
    /// The same seed and end give the same events
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Days over which they spread
    #[arg(long, default_value_t = 180)]
    days: u32,
    /// When the last of them happened [default: now]
    #[arg(long, value_name = "TIME")]
    until: Option<Timestamp>,
}

// Events end now, so that today has some.
#[allow(clippy::disallowed_methods)]
pub fn run(args: &FillArgs) -> anyhow::Result<()> {
    let until = args.until.unwrap_or_else(Timestamp::now);
    let mut cities = Cities::new(args.seed);
    write_site(&args.folder, &cities)?;
    let store = Store::open(&args.folder.join("data"))?;
    let people = add_people(&store, &cities, WallTime(until))?;
    let mut rng = Rng::with_seed(args.seed ^ 0x5eed);
    let today = (until.as_second() + 7 * 3600).div_euclid(DAY);
    let (mut batch, mut stored) = (Vec::with_capacity(BATCH), 0);
    for n in 0..args.days {
        let so_far = |n: u32| args.events * u64::from(n) / u64::from(args.days);
        let day = today - i64::from(args.days - 1 - n);
        let midnight = Timestamp::from_second(day * DAY - 7 * 3600)?;
        for event in cities.day(midnight, so_far(n + 1) - so_far(n), until) {
            let changes = decided(&mut rng, &event, &people, until);
            batch.push((event, changes));
            if batch.len() == BATCH {
                stored += store.put_all(&batch)?;
                batch.clear();
            }
        }
        if n % 10 == 9 {
            say(&format!("{stored} events stored"));
        }
    }
    stored += store.put_all(&batch)?;
    say(&format!("{stored} events of {} cameras stored", cities.cameras.len()));
    Ok(())
}

/// Site and camera files.
fn write_site(folder: &Path, cities: &Cities) -> anyhow::Result<()> {
    let mut site = String::from("version = 1\nname = \"Hai thành phố\"\ndata = \"data\"\n");
    for city in ["Trà Vinh", "Cần Thơ"] {
        let wards: Vec<String> = cities.wards().into_iter().filter(|w| w.ends_with(city)).collect();
        for (id, name, domains) in [
            ("csgt", "Cảnh sát giao thông", "domains = [\"traffic\"]\n"),
            ("ubnd", "Ủy ban nhân dân", ""),
        ] {
            let letters = if city == "Trà Vinh" { "tv" } else { "ct" };
            write!(
                site,
                "[[agencies]]\nid = \"{id}-{letters}\"\nname = \"{name} {city}\"\nwards = {wards:?}\n\
                 {domains}acknowledge_minutes = 60\ndecide_hours = 24\n"
            )?;
        }
    }
    let cameras = folder.join("cameras");
    fs::create_dir_all(&cameras).context("the folder cannot be made")?;
    fs::write(folder.join("streetward.toml"), site)?;
    for (n, c) in cities.cameras.iter().enumerate() {
        let mut text = format!(
            "version = 1\nid = {:?}\nname = {:?}\nward = {:?}\n\
             position = {{ lat = {:.4}, lon = {:.4} }}\nframe_size = [1280, 720]\n",
            c.id,
            c.name,
            c.ward,
            9.93 + (n % 25) as f64 * 0.003,
            106.33 + (n / 25) as f64 * 0.003
        );
        write!(
            text,
            "[source]\nurl = \"rtsp://{}.invalid/main\"\n[[zones]]\nname = \"vạch vàng\"\n\
             polygon = [[300,150],[600,150],[620,340]]\n[[rules]]\nkind = \"illegal_parking\"\n\
             zone = \"vạch vàng\"\n",
            c.id
        )?;
        fs::write(cameras.join(format!("{}.toml", c.id)), text)?;
    }
    Ok(())
}

/// Twenty people: most review some wards' traffic or everything there, some see all. Returns ids.
fn add_people(store: &Store, cities: &Cities, now: WallTime) -> anyhow::Result<Vec<String>> {
    let wards = cities.wards();
    let mut ids = Vec::new();
    for n in 0..PEOPLE {
        let role = if n % 5 == 0 { Role::Supervisor } else { Role::Reviewer };
        let scope = match n % 5 {
            0 | 1 => Scope::default(),
            2 => Scope { wards: Reach::These([wards[n].clone()].into()), ..Scope::default() },
            3 => Scope {
                wards: Reach::These(wards[n..n + 4].iter().cloned().collect()),
                domains: Reach::These([Domain::Traffic].into()),
            },
            _ => Scope { domains: Reach::These([Domain::Traffic].into()), ..Scope::default() },
        };
        let user = NewUser {
            name: name_of(n),
            full_name: format!("Cán bộ {}", n + 1),
            role,
            scope,
            agency: None,
            language: Language::Vi,
        };
        ids.push(add_user(store, &Doer::Command { uid: 0 }, &user, PASSWORD, now)?.id);
    }
    Ok(ids)
}

/// The name by which the `n`th comes in.
pub fn name_of(n: usize) -> String {
    format!("can.bo.{:02}", n + 1)
}

/// What was decided of an event: all but a few after three days, little on the day itself.
fn decided(rng: &mut Rng, event: &EventRecord, people: &[String], until: Timestamp) -> Vec<Change> {
    let age = until.duration_since(event.end_utc.0).as_secs();
    let chance = match age {
        ..=3600 => 5,
        3601..=DAY => 55,
        86_401..=259_200 => 85,
        _ => 97,
    };
    if rng.u32(..100) >= chance {
        return Vec::new();
    }
    let by = &people[rng.usize(..people.len())];
    let mut at = age.clamp(2, 3 * DAY);
    let mut state = ReviewState { event: event.id.clone(), ..ReviewState::default() };
    let mut changes = Vec::new();
    let decision = match rng.u32(..100) {
        0..36 => Ask::Confirm,
        36..94 => Ask::Dismiss(Reason::of(event.kind)[rng.usize(..3)]),
        94..97 => Ask::CannotTell,
        _ => Ask::Acknowledge,
    };
    let first = (rng.u32(..100) < 15).then_some(Ask::Acknowledge);
    for ask in first.into_iter().chain([decision]) {
        at = rng.i64(at / 2..=at);
        let plate = (matches!(ask, Ask::Confirm) && rng.u32(..100) < 40).then(|| plate(rng, event));
        let asked = Asked {
            by: by.clone(),
            at: WallTime(until - SignedDuration::from_secs(age - at.min(age))),
            seen: state.version,
            request_key: format!("{:016x}{:016x}", rng.u64(..), rng.u64(..)),
            ask,
            note: None,
            plate: plate.flatten(),
        };
        // Acknowledging twice is refused, as it should be.
        let Ok(change) = change(&state, event, &asked, rng.u32(..100) < 5) else { break };
        state = change.after.clone();
        changes.push(change);
    }
    changes
}

/// A plate as it is typed.
fn plate(rng: &mut Rng, event: &EventRecord) -> Option<String> {
    let letter = [b'A', b'B', b'C', b'D', b'E', b'F', b'G', b'H'][rng.usize(..8)] as char;
    let number = rng.u32(..100_000);
    match event.subject_class {
        Class::Motorcycle => Some(format!("84-{letter}{} {number:05}", rng.u32(1..10))),
        Class::Car | Class::Truck | Class::Bus => Some(format!("65{letter}-{number:05}")),
        _ => None,
    }
}
