//! Traffic lights read from real encoded pictures whose lamps are known.

mod drawn;

use drawn::{Head, Light as Weather};
use std::fmt::Write as _;
use std::path::Path;
use streetward::media::{Frame, OpenOptions, Source};
use streetward::vision::View;
use streetward::vision::lamp::{HeadSpec, LampBoxes, Lamps, Light, Reading};

/// Green, amber, red, in seconds from the beginning.
const PROGRAMME: [(f64, Light); 3] = [(0.0, Light::Green), (1.4, Light::Amber), (2.8, Light::Red)];
const SECONDS: f64 = 4.2;
/// After a change the new light must be told after so long (confirmation, and a picture's worth) …
const LAG: f64 = 0.25;
/// … and the old one no more after so long (a flicker is bridged).
const HELD: f64 = 0.45;

fn shown(time: f64) -> (f64, Light) {
    *PROGRAMME.iter().rev().find(|(from, _)| *from <= time + 1e-6).unwrap()
}

fn lit(light: Light) -> [bool; 3] {
    [Light::Red, Light::Amber, Light::Green].map(|l| l == light)
}

/// Heads of many sizes on everything the street has behind them, upright and lying.
fn heads() -> Vec<(u32, Head)> {
    let mut heads = Vec::new();
    let mut x = 8.0;
    for (n, long) in [60_u32, 40, 30, 24, 18, 13].into_iter().enumerate() {
        for shade in 0..3 {
            let long_side = long as f32;
            let size = (long_side / 2.5, long_side);
            let rows = [20.0, 108.0, 190.0];
            let at = (x + n as f32, rows[shade]);
            heads.push((long, Head { at, size, shade, arrow: shade == 1 && long >= 24 }));
        }
        x += long as f32 / 2.5 + 32.0;
    }
    for (n, long) in [48_u32, 30, 20].into_iter().enumerate() {
        let size = (long as f32, long as f32 / 2.5);
        let head = Head { at: (390.0, 30.0 + 80.0 * n as f32), size, shade: n, arrow: false };
        heads.push((long, head));
    }
    heads
}

/// The frames of a clip.
fn frames(clip: &Path) -> impl Iterator<Item = Frame> {
    let mut source = Source::open(clip, OpenOptions::default()).unwrap();
    std::iter::from_fn(move || source.next_frame().unwrap())
}

fn read(clip: &Path, scene: (u32, u32), specs: Vec<HeadSpec>) -> Vec<(f64, Vec<Reading>)> {
    let mut lamps = Lamps::new(scene, specs);
    let all = frames(clip);
    all.map(|f| (f.time.seconds(), lamps.read(&f, View::Steady).to_vec())).collect()
}

/// Right, unknown, wrong.
type Count = [u32; 3];

fn count(counts: &mut Count, time: f64, reading: Reading) {
    let (since, truth) = shown(time);
    if time - since < LAG {
        return; // whichever of the two
    }
    counts[match reading.light {
        l if l == truth => 0,
        Light::Unknown => 1,
        l if time - since < HELD && l == shown(since - 0.1).1 => 1,
        _ => 2,
    }] += 1;
}

fn spec(head: &Head, lamps: bool) -> HeadSpec {
    let boxes = if lamps { [0, 1, 2].map(|i| Some(head.lamp_box(i))) } else { [None; 3] };
    HeadSpec { bbox: head.bbox(), lamps: LampBoxes { boxes }, ..HeadSpec::default() }
}

#[test]
fn drawn_lamps_are_read_by_day_and_night_and_never_wrongly() {
    let folder = tempfile::tempdir().unwrap();
    let heads = heads();
    let plain: Vec<Head> = heads.iter().map(|(_, h)| *h).collect();
    let mut table = String::from("\n");
    let mut totals = [[0; 3]; 2];
    use Weather::{Day, Flicker, Glow, Haze, Night, Overexposed, Sun};
    for weather in [Day, Sun, Night, Glow, Overexposed, Flicker, Haze] {
        let count_of = (SECONDS * f64::from(drawn::FPS)) as u32;
        let painter = drawn::Painter::new(&plain, weather);
        let pictures = (0..count_of).map(|k| {
            let (_, light) = shown(f64::from(k) / f64::from(drawn::FPS));
            painter.picture(lit(light), k)
        });
        let clip = drawn::encode(folder.path(), &format!("{weather:?}.mp4"), 27, pictures);
        for (which, with_lamps) in [(0, false), (1, true)] {
            let specs = plain.iter().map(|h| spec(h, with_lamps)).collect();
            let mut by_size = std::collections::BTreeMap::<u32, Count>::new();
            if std::env::var_os("SHOW_TABLES").is_some() {
                let specs: Vec<HeadSpec> = plain.iter().map(|h| spec(h, with_lamps)).collect();
                let mut lamps = Lamps::new(drawn::SIZE, specs);
                let mut told = std::collections::BTreeMap::<String, u32>::new();
                for f in frames(&clip) {
                    if std::env::var_os("DBG").is_some() {
                        eprintln!("{weather:?} {with_lamps} {:?}", f.time);
                    }
                    lamps.read(&f, View::Steady);
                    let (_, truth) = shown(f.time.seconds());
                    for (i, (long, h)) in heads.iter().enumerate() {
                        let g = lamps.glimpse(i).unwrap();
                        if g.lit.map(Light::from) != Ok(truth) {
                            let lying = if h.size.0 > h.size.1 { "=" } else { "" };
                            let key = format!(
                                "{long}{lying} shade {} {truth:?} seen {:?}",
                                h.shade, g.lit
                            );
                            *told.entry(key).or_default() += 1;
                        }
                    }
                }
                for (what, n) in told.iter().filter(|(_, n)| **n > 3) {
                    let _ = writeln!(table, "   {weather:?} {with_lamps} {what}: {n}");
                }
            }
            for (time, readings) in read(&clip, drawn::SIZE, specs) {
                for ((long, _), reading) in heads.iter().zip(readings) {
                    count(by_size.entry(*long).or_default(), time, reading);
                    count(&mut totals[which], time, reading);
                }
            }
            let drawn_lamps = if with_lamps { "lamps" } else { "head" };
            let _ = writeln!(table, "{weather:?} {drawn_lamps}: right/unknown/wrong {by_size:?}");
        }
    }
    if std::env::var_os("SHOW_TABLES").is_some() {
        eprintln!("{table}\n{totals:?}");
    }
    for [right, unknown, wrong] in totals {
        assert_eq!(wrong, 0, "{table}");
        assert!(f64::from(unknown) <= 0.1 * f64::from(right + unknown), "{table}");
    }
}
