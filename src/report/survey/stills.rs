//! Pictures of the worst views, as they are on the disk.

use crate::pipeline::live::still_file;
use crate::pipeline::view_still_file;
use crate::report::view::ViewFitness;
use std::io::Read;
use std::path::Path;

/// So many pictures at most stand in a survey.
const MOST: usize = 6;
/// None is larger, bytes.
const LARGEST: u64 = 4 << 20;

/// What the worst views showed last, by camera: what a recorded run kept, or the live service.
pub fn worst_stills(data: &Path, views: &[ViewFitness]) -> Vec<(String, Vec<u8>)> {
    views
        .iter()
        .filter(|v| v.is_bad())
        .filter_map(|v| Some((v.camera.clone(), view_still(data, &v.camera)?)))
        .take(MOST)
        .collect()
}

/// The last picture of a camera that is kept (JPEG).
pub fn view_still(data: &Path, camera: &str) -> Option<Vec<u8>> {
    [still_file(camera), view_still_file(camera)].iter().find_map(|file| {
        let file = std::fs::File::open(data.join(file)).ok()?;
        let mut jpeg = Vec::new();
        file.take(LARGEST).read_to_end(&mut jpeg).ok()?;
        jpeg.starts_with(&[0xff, 0xd8]).then_some(jpeg)
    })
}
