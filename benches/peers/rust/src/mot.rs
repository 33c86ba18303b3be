//! MOT-format folders: `<DIR>/<sequence>/{det/det.txt,seqinfo.ini}` in, `<sequence>.txt` out.

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

/// A detection: left, top, width, height in pixels, and its score.
#[derive(Debug, Clone)]
pub struct Seen {
    pub box_: [f32; 4],
    pub score: f32,
}

/// A track in one frame: its number, from 1, and its box as above.
pub type Sighting = (u64, [f32; 4]);

pub struct Sequence {
    pub name: String,
    pub frame_rate: f64,
    pub frames: Vec<Vec<Seen>>,
}

pub fn read(dir: &Path) -> Result<Vec<Sequence>, Box<dyn Error>> {
    let mut folders: Vec<_> = fs::read_dir(dir)?.collect::<Result<Vec<_>, _>>()?;
    folders.sort_by_key(fs::DirEntry::file_name);
    let with_seqinfo = folders.iter().filter(|f| f.path().join("seqinfo.ini").is_file());
    with_seqinfo.map(|f| sequence(&f.path())).collect()
}

fn sequence(folder: &Path) -> Result<Sequence, Box<dyn Error>> {
    let info = fs::read_to_string(folder.join("seqinfo.ini"))?;
    let value = |key: &str| {
        let found = info.lines().filter_map(|l| l.split_once('=')).find(|(k, _)| k.trim() == key);
        found.map(|(_, v)| v.trim()).ok_or(format!("{}: no {key} in seqinfo.ini", folder.display()))
    };
    let mut frames = vec![Vec::new(); value("seqLength")?.parse()?];
    let det = folder.join("det/det.txt");
    for (i, line) in fs::read_to_string(&det)?.lines().enumerate() {
        let fields: Result<Vec<f32>, _> = line.split(',').map(|v| v.trim().parse()).collect();
        let fields = fields.map_err(|e| format!("{}:{}: {e}", det.display(), i + 1))?;
        let [frame, _, x, y, w, h, score, ..] = fields[..] else {
            return Err(format!("{}:{}: fewer than 7 columns", det.display(), i + 1).into());
        };
        let frame: &mut Vec<Seen> = frames
            .get_mut((frame as usize).wrapping_sub(1))
            .ok_or(format!("{}:{}: frame {frame} is beyond seqLength", det.display(), i + 1))?;
        frame.push(Seen { box_: [x, y, w, h], score });
    }
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Sequence { name, frame_rate: value("frameRate")?.parse()?, frames })
}

pub fn write(
    out: &Path,
    sequence: &Sequence,
    seen: &[Vec<Sighting>],
) -> Result<(), Box<dyn Error>> {
    fs::create_dir_all(out)?;
    let mut text = String::new();
    for (number, frame) in seen.iter().enumerate() {
        for (id, [x, y, w, h]) in frame {
            writeln!(text, "{},{id},{x:.3},{y:.3},{w:.3},{h:.3},1,-1,-1,-1", number + 1)?;
        }
    }
    fs::write(out.join(format!("{}.txt", sequence.name)), text)?;
    Ok(())
}
