//! What the pages of the web app ask.

use fastrand::Rng;
use streetward::rules::Kind;
use streetward::store::word;

/// What the questions are about.
pub struct Seen {
    /// Id, name and ward of each camera.
    pub cameras: Vec<(String, String, String)>,
    /// The id of who asks.
    pub me: String,
}

/// One question.
pub struct Page {
    pub name: &'static str,
    /// How often it is asked against others.
    pub weight: u32,
    /// Its address, below `/api/v1`.
    pub path: fn(&mut Rng, &Seen) -> String,
}

const WAITING: &str = "status=pending,acknowledged";
const FOUND: [Kind; 6] = [
    Kind::IllegalParking,
    Kind::SidewalkParking,
    Kind::RedLight,
    Kind::WrongWay,
    Kind::Littering,
    Kind::Dumping,
];

/// All of them. Searches have three filters or more.
pub fn pages() -> Vec<Page> {
    let page = |name, weight, path| Page { name, weight, path };
    vec![
        page("queue: most urgent first", 10, |_, _| {
            format!("/events?{WAITING}&order=due&limit=100")
        }),
        page("queue: newest first", 3, |_, _| format!("/events?{WAITING}&order=newest&limit=100")),
        page("queue: gravest first", 3, |_, _| {
            format!("/events?{WAITING}&order=severity&limit=100")
        }),
        page("queue: overdue", 2, |_, _| {
            format!("/events?{WAITING}&overdue=true&order=due&limit=100")
        }),
        page("search: ward, kind, status", 3, |rng, seen| {
            format!(
                "/events?ward={}&kind={}&status={}&limit=100",
                ward(rng, seen),
                kind(rng),
                status(rng)
            )
        }),
        page("search: camera, kind, class", 3, |rng, seen| {
            let camera = &seen.cameras[rng.usize(..seen.cameras.len())].0;
            format!("/events?camera={camera}&kind={}&class={}&limit=100", kind(rng), class(rng))
        }),
        page("search: kind, class, hours", 3, |rng, _| {
            let hour = rng.u32(..22);
            format!(
                "/events?kind={}&class={}&hour_from={hour}&hour_to={}&limit=100",
                kind(rng),
                class(rng),
                hour + 2
            )
        }),
        page("search: text, status, class", 3, |rng, seen| {
            let name = &seen.cameras[rng.usize(..seen.cameras.len())].1;
            let street = name.trim_start_matches("Ngã tư ").split(" – ").next().unwrap_or_default();
            format!(
                "/events?text={}&status={}&class={}&limit=100",
                coded(street),
                status(rng),
                class(rng)
            )
        }),
        page("search: text nobody bears, ward, kind", 2, |rng, seen| {
            format!(
                "/events?text=khong+co+{}&ward={}&kind={}&limit=100",
                rng.u32(..1000),
                ward(rng, seen),
                kind(rng)
            )
        }),
        page("search: plate, status, class", 2, |rng, _| {
            let plate = rng.u32(100..1000);
            format!("/events?plate={plate}&status=confirmed&class=motorcycle&limit=100")
        }),
        page("search: reviewer, kind, status", 2, |rng, seen| {
            format!("/events?reviewer={}&kind={}&status=dismissed&limit=100", seen.me, kind(rng))
        }),
        page("search: nobody's decisions, kind, status", 1, |rng, _| {
            format!("/events?reviewer=u-nobody&kind={}&status=dismissed&limit=100", kind(rng))
        }),
        page("search: ward, hours, status, a month", 2, |rng, seen| {
            let hour = rng.u32(..20);
            format!(
                "/events?ward={}&hour_from={hour}&hour_to={}&status={}&from={}&limit=100",
                ward(rng, seen),
                hour + 4,
                status(rng),
                "2026-10-15"
            )
        }),
        page("figures: today", 4, |_, _| "/figures/today".to_owned()),
        page("figures: 30 days", 4, |rng, _| {
            let by = ["domain", "ward", "camera", "kind", "hour", "day"][rng.usize(..6)];
            format!("/figures?by={by}")
        }),
        page("cameras", 2, |_, _| "/cameras".to_owned()),
    ]
}

fn ward(rng: &mut Rng, seen: &Seen) -> String {
    coded(&seen.cameras[rng.usize(..seen.cameras.len())].2)
}

fn kind(rng: &mut Rng) -> String {
    word(&FOUND[rng.usize(..FOUND.len())])
}

fn class(rng: &mut Rng) -> &'static str {
    ["motorcycle", "car", "truck", "bus"][rng.usize(..4)]
}

fn status(rng: &mut Rng) -> &'static str {
    ["pending", "confirmed", "dismissed", "pending,acknowledged"][rng.usize(..4)]
}

/// A value as addresses write it.
fn coded(text: &str) -> String {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-_.".contains(&b);
    text.bytes()
        .map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}
