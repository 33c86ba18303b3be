//! Plates that a machine suggests: drawn on frames of a real recording, encoded, sealed as evidence, and
//! read by the real models through the desk's server.

use crate::api_rig::{Answer, Rig};
use crate::evidence::scene::Scene;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use streetward::review::{Reading, read_plate};
use streetward::vision::plates::PlateEyes;
use streetward::vision::{Class, Places, Shelf};

/// The models, where set-up has brought them.
fn eyes() -> Option<PlateEyes> {
    let eyes = PlateEyes::open(&Shelf::open(Places::default()).unwrap()).unwrap();
    if eyes.is_none() {
        eprintln!("skipped: the models of number plates are not here (scripts/setup --plates)");
    }
    eyes
}

fn demo_clip() -> Option<PathBuf> {
    let clip = Path::new(env!("CARGO_MANIFEST_DIR")).join(".streetward/clips/vtest.avi");
    if !clip.is_file() {
        eprintln!("skipped: the demo clip is not here (scripts/setup)");
        return None;
    }
    Some(clip)
}

/// What FFmpeg draws of a plate in a frame of 1280×720: its lines, where, how wide and high.
fn plate(lines: &[&str], (x, y): (u32, u32), (width, height): (u32, u32)) -> String {
    let font = concat!(env!("CARGO_MANIFEST_DIR"), "/src/evidence/font/NotoSans-Bold-subset.ttf");
    let mut draw = format!(
        "drawbox=x={x}:y={y}:w={width}:h={height}:color=0x202020:t=fill,\
         drawbox=x={}:y={}:w={}:h={}:color=0xe8e8e0:t=fill",
        x + 2,
        y + 2,
        width - 4,
        height - 4
    );
    let row = (height - 4) / lines.len() as u32;
    for (nth, line) in lines.iter().enumerate() {
        let size = row * 4 / 5;
        write!(
            draw,
            ",drawtext=fontfile={font}:text='{line}':fontsize={size}:fontcolor=0x181818:\
             x={x}+({width}-text_w)/2:y={}+({row}-text_h)/2",
            y + 2 + nth as u32 * row
        )
        .unwrap();
    }
    draw
}

/// Fifteen seconds of the real recording at 1280×720, plates drawn on it.
fn footage(folder: &Path, clip: &Path, draw: &str) -> PathBuf {
    let path = folder.join("plates.mp4");
    let made = Command::new("ffmpeg")
        .args(["-v", "error", "-y", "-i"])
        .arg(clip)
        .args(["-vf", &format!("scale=1280:720,{draw}"), "-t", "15", "-r", "10"])
        .args(["-c:v", "libx264", "-preset", "veryfast", "-crf", "26", "-g", "10", "-bf", "0"])
        .arg(&path)
        .status()
        .unwrap();
    assert!(made.success());
    path
}

/// What the desk says of the plate of the event of that footage: of a subject in 400..520 × 180..260 of
/// 640×360.
fn suggested(draw: &str, class: Class) -> Option<Value> {
    let clip = demo_clip()?;
    eyes()?;
    let folder = tempfile::tempdir().unwrap();
    let mut scene = Scene::of_clip(&footage(folder.path(), &clip, draw));
    scene.incident.subject.class = class;
    // It stands where it stands.
    for seen in &mut scene.incident.subject.path {
        seen.bbox = scene.incident.bbox_moment;
    }
    let rig = Rig::of_scene(scene);
    let person = rig.person("reviewer");
    let answer: Answer = rig.see(&person, &format!("/events/{}/plate", rig.event));
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.body));
    // A guess is entered nowhere: not with the event, not in its history, not in what is searched.
    let whole = rig.see(&person, &format!("/events/{}", rig.event)).json();
    assert_eq!((&whole["plate"], &whole["history"]), (&Value::Null, &json!([])));
    let again = rig.see(&person, &format!("/events/{}/plate", rig.event)).json();
    assert_eq!(again, answer.json(), "the same evidence gives the same guess");
    Some(again)
}

#[test]
fn a_car_s_plate_is_suggested_where_pictures_agree() {
    let draw = plate(&["84A-123.45"], (860, 470), (120, 28));
    let Some(told) = suggested(&draw, Class::Car) else { return };
    assert_eq!((&told["state"], &told["plate"]), (&json!("read"), &json!("84A-123.45")), "{told}");
    let (agree, of) = (told["agree"].as_u64().unwrap(), told["of"].as_u64().unwrap());
    assert!(agree >= 5 && agree <= of, "{told}");
    assert!(told["score"].as_f64().unwrap() > 0.85, "{told}");
}

#[test]
fn a_motorcycle_s_plate_of_two_lines_is_suggested() {
    let draw = plate(&["84-B1", "123.45"], (870, 455), (84, 60));
    let Some(told) = suggested(&draw, Class::Motorcycle) else { return };
    assert_eq!(
        (&told["state"], &told["plate"]),
        (&json!("read"), &json!("84-B1 123.45")),
        "{told}"
    );
}

#[test]
fn what_cannot_be_read_is_said_and_nothing_is_guessed() {
    // A plate outside the subject's box belongs to another vehicle.
    let beside = plate(&["84A-123.45"], (200, 470), (120, 28));
    let Some(told) = suggested(&beside, Class::Car) else { return };
    assert_eq!((&told["state"], &told["plate"]), (&json!("cannot_read"), &Value::Null), "{told}");
    // Other writing is no plate.
    let sign = plate(&["HONDA CITY"], (860, 470), (120, 28));
    let told = suggested(&sign, Class::Car).unwrap();
    assert_eq!((&told["state"], &told["plate"]), (&json!("cannot_read"), &Value::Null), "{told}");
    // Eight pixels high in the picture.
    let small = plate(&["84A-123.45"], (900, 480), (34, 10));
    let told = suggested(&small, Class::Car).unwrap();
    assert_eq!((&told["state"], &told["plate"]), (&json!("cannot_read"), &Value::Null), "{told}");
    // Who walks bears none.
    let told = suggested(&small, Class::Person).unwrap();
    assert_eq!(told["state"], "no_vehicle");
}

/// Two dozen plates of three formats and four sizes, on frames of a recording, with noise: how many are read right, and that
/// none is read wrong where it is said to be read.
#[test]
fn what_is_suggested_is_right() {
    let (Some(mut eyes), Some(clip)) = (eyes(), demo_clip()) else { return };
    let folder = tempfile::tempdir().unwrap();
    let random = &mut fastrand::Rng::with_seed(7);
    let letters = b"ABCDEFGHKLMNPSTUVXYZ";
    let (mut right, mut wrong, mut silent) = (0, Vec::new(), 0);
    for n in 0..24 {
        let mut letter = || letters[random.usize(..letters.len())] as char;
        let (first, second) = (letter(), letter());
        let province = random.u32(11..99);
        let (head, tail) = (random.u32(0..1000), random.u32(0..100));
        let tail = format!("{head:03}.{tail:02}");
        let height = [40, 28, 22, 18][n % 4];
        let (lines, written, class) = match n % 3 {
            0 => {
                let text = format!("{province}{first}-{tail}");
                (vec![text.clone()], text, Class::Car)
            }
            1 => {
                let digit = random.u32(1..10);
                let upper = format!("{province}-{first}{digit}");
                (vec![upper.clone(), tail.clone()], format!("{upper} {tail}"), Class::Motorcycle)
            }
            _ => {
                let upper = format!("{province}-{first}{second}");
                (vec![upper.clone(), tail.clone()], format!("{upper} {tail}"), Class::Motorcycle)
            }
        };
        let size =
            if lines.len() == 1 { (height * 43 / 10, height) } else { (height * 3, height * 2) };
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let mut pictures = Vec::new();
        for shift in 0..3 {
            let file = folder.path().join(format!("{n}-{shift}.jpg"));
            let draw = plate(&lines, (560 + shift * 3, 340 + shift), size);
            let made = Command::new("ffmpeg")
                .args(["-v", "error", "-y", "-ss", &format!("{}", n as u32 + shift), "-i"])
                .arg(&clip)
                .args(["-frames:v", "1", "-q:v", "4"])
                .args([
                    "-vf",
                    &format!("scale=1280:720,{draw},gblur=0.6,noise=alls=6,crop=320:200:480:280"),
                ])
                .arg(&file)
                .status()
                .unwrap();
            assert!(made.success());
            let picture = image::open(&file).unwrap().into_rgb8();
            pictures.push(eyes.read(&picture).unwrap());
        }
        match read_plate(&pictures, class) {
            Reading::Read { plate, .. } if plate.text == written => right += 1,
            Reading::Read { plate, .. } => wrong.push(format!("{written} as {}", plate.text)),
            Reading::CannotRead(_) => silent += 1,
        }
    }
    eprintln!("{right} right, {silent} not read, {} wrong: {wrong:?}", wrong.len());
    assert!(wrong.len() <= 1, "{wrong:?}");
    assert!(right >= 16, "{right} right, {silent} not read, {wrong:?}");
}
