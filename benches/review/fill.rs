//! Fills a store with what two cities find in half a year, and what people decided of it.

use crate::aftermath::{Ledger, result_of};
use crate::city::Cities;
use crate::decided::decided;
use crate::told::say;
use anyhow::Context;
use clap::Args;
use fastrand::Rng;
use jiff::Timestamp;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use streetward::config::Language;
use streetward::media::WallTime;
use streetward::review::{Doer, NewUser, Reach, Role, Scope, add_user};
use streetward::rules::Domain;
use streetward::store::Store;

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
    /// Only one city: tv has 120 cameras, ct 483 [default: both]
    #[arg(long, value_parser = ["tv", "ct"])]
    city: Option<String>,
}

// Events end now, so that today has some.
#[allow(clippy::disallowed_methods)]
pub fn run(args: &FillArgs) -> anyhow::Result<()> {
    let until = args.until.unwrap_or_else(Timestamp::now);
    let mut cities = Cities::new(args.seed, args.city.as_deref());
    write_site(&args.folder, &cities)?;
    let store = Store::open(&args.folder.join("data"))?;
    let people = add_people(&store, &cities, WallTime(until))?;
    let mut rng = Rng::with_seed(args.seed ^ 0x5eed);
    // Drawn apart, so that the same seed decides the same.
    let mut after = Rng::with_seed(args.seed ^ 0xaf7e);
    let mut results = Vec::new();
    let today = (until.as_second() + 7 * 3600).div_euclid(DAY);
    let (mut batch, mut stored) = (Vec::with_capacity(BATCH), 0);
    for n in 0..args.days {
        let so_far = |n: u32| args.events * u64::from(n) / u64::from(args.days);
        let day = today - i64::from(args.days - 1 - n);
        let midnight = Timestamp::from_second(day * DAY - 7 * 3600)?;
        for event in cities.day(midnight, so_far(n + 1) - so_far(n), until) {
            let changes = decided(&mut rng, &event, &people, until);
            results.extend(result_of(&mut after, &changes, until));
            batch.push((event, changes));
            if batch.len() == BATCH {
                stored += store.put_all(&batch)?;
                batch.clear();
                store.put_results(&std::mem::take(&mut results))?;
            }
        }
        if n % 10 == 9 {
            say(&format!("{stored} events stored"));
        }
    }
    stored += store.put_all(&batch)?;
    store.put_results(&results)?;
    say(&format!("{stored} events of {} cameras stored", cities.cameras.len()));
    let ledger = Ledger { days: args.days, until, seed: args.seed };
    store.put_health(&[], &ledger.service())?;
    for camera in &cities.cameras {
        store.put_health(&ledger.of(&camera.id, &camera.name), &[])?;
    }
    say("the ledger of cameras' states stored");
    Ok(())
}

/// Site and camera files.
fn write_site(folder: &Path, cities: &Cities) -> anyhow::Result<()> {
    let mut site = String::from("version = 1\nname = \"Hai thành phố\"\ndata = \"data\"\n");
    for city in ["Trà Vinh", "Cần Thơ"] {
        let wards: Vec<String> = cities.wards().into_iter().filter(|w| w.ends_with(city)).collect();
        if wards.is_empty() {
            continue;
        }
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
            2 => Scope {
                wards: Reach::These([wards[n % wards.len()].clone()].into()),
                ..Scope::default()
            },
            3 => Scope {
                wards: Reach::These(wards.iter().cycle().skip(n).take(4).cloned().collect()),
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
