//! What a camera's detector sees in every frame of a clip, one line of JSON a frame, whole frames,
//! no tracking: `detections CAMERA CLIP > FILE`. `benches/peers` compares it with its peers.

use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::Arc;
use streetward::config;
use streetward::media::{OpenOptions, Source};
use streetward::vision::{Detector, Look, Model, Places, Region, Shelf};

/// Detections from this share of the camera's `min_score` on are made, as the pipeline does.
const FAINT_SHARE: f32 = 4.0 / 9.0;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [camera, clip] = arguments.as_slice() else { return Err("usage: CAMERA CLIP".into()) };
    let settings = config::load_camera(Path::new(camera))?.detector;
    let look = Look {
        long_side: settings.input_long_side as usize,
        min_score: settings.min_score * FAINT_SHARE,
    };
    let shelf = Shelf::open(Places::default())?;
    let model = Arc::new(Model::load(&shelf, settings.model.as_deref())?);
    let mut detector = Detector::new(model)?;
    let mut source = Source::open(Path::new(clip), OpenOptions::default())?;
    let mut out = BufWriter::new(std::io::stdout().lock());
    while let Some(frame) = source.next_frame()? {
        detector.prepare(&frame, Region::whole(frame.width(), frame.height()), look);
        let detections = detector.infer(look)?;
        writeln!(out, "{}", serde_json::json!({ "detections": detections }))?;
    }
    out.flush()?;
    Ok(())
}
