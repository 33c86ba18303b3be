//! A camera's scene drawn on one of its pictures, for who draws it: zones, lines, headings, traffic
//! lights, and a metre grid where the ground is calibrated.

use super::board::Board;
use super::error::EvidenceError;
use super::grid;
use crate::scene::Scene;
use image::RgbImage;

const SIGNAL: [u8; 3] = [90, 255, 120];
const POINT: [u8; 3] = [255, 120, 30];

/// What of a scene is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layers {
    /// Everything that is drawn in the camera file, and the metre grid.
    Scene,
    /// The metre grid with the points it was calibrated by, and nothing else.
    Calibration,
}

/// The picture with the scene drawn on it. Points of the scene are in pixels of its `frame_size`,
/// whatever the picture's size.
///
/// # Errors
/// [`EvidenceError::Font`], never with the fonts that come with the program.
pub fn sketch(
    mut picture: RgbImage,
    scene: &Scene,
    layers: Layers,
) -> Result<RgbImage, EvidenceError> {
    let long = picture.width().max(picture.height()) as f32;
    let mut board = Board {
        sx: picture.width() as f32 / scene.frame_size.0.max(1) as f32,
        sy: picture.height() as f32 / scene.frame_size.1.max(1) as f32,
        thin: (long / 480.0).max(1.5),
        letters: (long / 45.0).max(13.0),
        picture: &mut picture,
    };
    if let Some(plane) = &scene.plane {
        grid::draw(&mut board, plane, scene.frame_size)?;
        if layers == Layers::Calibration {
            for (i, pair) in plane.pairs().iter().enumerate() {
                let (x, y) = (pair.pixel[0], pair.pixel[1]);
                board.cross((x, y), POINT);
                let [east, north] = pair.metres;
                board.write(&format!("{}: {east}, {north} m", i + 1), (x, y), 0.7, POINT)?;
            }
        }
    }
    if layers == Layers::Scene {
        for zone in &scene.zones {
            board.zone(zone)?;
        }
        for line in &scene.lines {
            board.line(line)?;
        }
        for signal in &scene.signals {
            let b = signal.bbox;
            board.path(&[(b.x1, b.y1), (b.x2, b.y1), (b.x2, b.y2), (b.x1, b.y2)], true, SIGNAL);
            board.write(&signal.name, (b.x1, b.y2), 1.0, SIGNAL)?;
        }
    }
    Ok(picture)
}
