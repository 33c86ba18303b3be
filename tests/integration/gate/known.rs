//! What each command and each route lets out, as people have said it.

/// What a command or route lets out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lets {
    /// No event at all.
    Nothing,
    /// Events by id, as things to be kept or looked up, and nothing of what is suspected.
    Names,
    /// Suspicions, for those who review or judge again: each with where its review stands, or called a
    /// suspicion.
    Shows,
    /// What leaves the house: confirmed violations alone.
    Exports,
}
use Lets::{Exports, Names, Nothing, Shows};

/// Every command, what it lets out, and the ways in which it is tried here, over `{data}` and with
/// files at `{out}`. What needs footage, cameras or a network is tried where it is tested itself.
pub const COMMANDS: &[(&str, Lets, &[&str])] = &[
    ("alerts dead", Shows, &["--data {data}", "--data {data} --format json"]),
    ("alerts list", Shows, &["--data {data}", "--data {data} --format json"]),
    ("alerts retry", Nothing, &["--data {data} --all"]),
    ("alerts test", Nothing, &[]),
    ("audit list", Names, &["--data {data}", "--data {data} --format jsonl"]),
    ("audit verify", Nothing, &["--data {data}"]),
    ("batch", Shows, &[]),
    ("bench detect", Nothing, &[]),
    ("bench events", Nothing, &[]),
    ("bench pipeline", Nothing, &[]),
    ("bench scenes", Nothing, &[]),
    ("bench track", Nothing, &[]),
    ("camera calibrate", Nothing, &[]),
    ("camera check", Nothing, &[]),
    ("camera health", Nothing, &[]),
    ("camera snapshot", Nothing, &[]),
    ("camera uptime", Nothing, &["--data {data}"]),
    ("check", Nothing, &[]),
    (
        "events export",
        Exports,
        &[
            "--data {data} --output {out}.csv",
            "--data {data} --output {out}.json",
            "--data {data} --output {out}.jsonl --all",
            "--data {data} --output {out}.csv --status confirmed --bom",
            "--data {data} --output {out}.csv --kind illegal_parking --limit 500",
        ],
    ),
    (
        "events list",
        Shows,
        &[
            "--data {data} --format jsonl --all",
            "--data {data} --format csv",
            "--data {data} --format table",
            "--data {data} --format jsonl --status pending",
        ],
    ),
    ("events recurrence", Nothing, &["--data {data} --format json", "--data {data}"]),
    ("evidence verify", Names, &["--data {data}", "--data {data} --format json"]),
    ("handover approve", Nothing, &[]),
    ("handover list", Names, &["--data {data}", "--data {data} --format json"]),
    // A pack needs a model; what it lets out is tried where packs are tested.
    ("handover pack", Nothing, &[]),
    ("handover refuse", Nothing, &[]),
    ("handover request", Nothing, &[]),
    ("handover verify", Names, &[]),
    ("law", Nothing, &[]),
    ("live", Shows, &[]),
    ("models import", Nothing, &[]),
    ("models list", Nothing, &[]),
    ("models verify", Nothing, &[]),
    ("replay", Shows, &[]),
    ("serve", Nothing, &[]),
    ("status", Nothing, &["--data {data}", "--data {data} --format json"]),
    ("store check", Names, &["--data {data}"]),
    ("store repair", Names, &[]),
    ("store tidy", Names, &[]),
    ("store use", Nothing, &[]),
    ("user add", Nothing, &[]),
    ("user disable", Nothing, &[]),
    ("user edit", Nothing, &[]),
    ("user list", Nothing, &["--data {data}"]),
    ("user password", Nothing, &[]),
    ("user totp-reset", Nothing, &[]),
    ("user unlock", Nothing, &[]),
];

/// Every route, and what it lets out. Those that only take are asked nowhere here.
pub const ROUTES: &[(&str, Lets)] = &[
    ("DELETE /me/tokens/{id}", Nothing),
    ("DELETE /me/totp", Nothing),
    ("DELETE /searches/{id}", Nothing),
    ("GET /agencies", Nothing),
    ("GET /audit", Names),
    ("GET /cameras", Nothing),
    ("GET /cameras/{id}", Nothing),
    ("GET /cameras/{id}/history", Nothing),
    ("GET /cameras/{id}/precision", Nothing),
    ("GET /cameras/{id}/scene", Nothing),
    ("GET /cameras/{id}/scene/versions", Nothing),
    ("GET /cameras/{id}/still.jpg", Nothing),
    ("GET /cameras/{id}/uptime", Nothing),
    ("GET /events", Shows),
    ("GET /events/{id}", Shows),
    // The evidence of one event, to who reviews it.
    ("GET /events/{id}/files/{name}", Shows),
    ("GET /events/{id}/view.mp4", Shows),
    ("GET /export", Exports),
    ("GET /figures", Nothing),
    ("GET /figures/today", Nothing),
    ("GET /me", Nothing),
    ("GET /me/tokens", Nothing),
    ("GET /openapi.json", Nothing),
    // Of confirmed events alone, allowed by a second person; tried where packs are tested.
    ("GET /packs/{id}", Exports),
    ("GET /people", Nothing),
    ("GET /requests", Names),
    ("GET /searches", Nothing),
    ("GET /site", Nothing),
    ("GET /stream", Shows),
    ("GET /users", Nothing),
    ("PATCH /users/{id}", Nothing),
    ("POST /cameras/{id}/scene/check", Nothing),
    ("POST /cameras/{id}/scene/preview", Shows),
    ("POST /cameras/{id}/scene/restore", Nothing),
    ("POST /events/{id}/decision", Shows),
    ("POST /login", Nothing),
    ("POST /logout", Nothing),
    ("POST /me/password", Nothing),
    ("POST /me/tokens", Nothing),
    ("POST /me/totp", Nothing),
    ("POST /requests", Names),
    ("POST /requests/{id}/approve", Names),
    ("POST /requests/{id}/note", Names),
    ("POST /requests/{id}/pack", Names),
    ("POST /requests/{id}/refuse", Names),
    ("POST /searches", Nothing),
    ("POST /users", Nothing),
    ("PUT /cameras/{id}/scene", Nothing),
];
