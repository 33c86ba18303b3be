//! How steep the edges of a view are, learnt and compared: focus told by few edges.
//!
//! An edge rises within a pixel or two where a lens is in focus and over many where it is not, however
//! strong it is; so a view with hardly any texture is judged by the edges that it has, be they road
//! markings or the outlines of what drives there. Noise makes edges steeper, never flatter.

use super::tiles::Tiles;

/// Edges in at least so many tiles are needed to tell.
const LEAST_TILES: usize = 4;
/// Of these the steeper ones count: what moves fast is smeared for a moment.
const STEEPER: f32 = 0.7;
/// The share of its rise that the widest edge has within a fine step.
const WIDEST: f32 = 0.25;
/// A view whose edges never rose more steeply than this was not in focus, or has no edges.
const LEAST_STEEP: f32 = 0.4;

/// How steep a view's edges usually are.
#[derive(Default)]
pub(super) struct Crisp {
    usual: Option<f32>,
}

impl Crisp {
    /// Learns from a picture that is as it should be; `share`, 0 to 1, says how quickly.
    pub(super) fn learn(&mut self, tiles: &Tiles, share: f32) {
        let Some(steep) = steep(tiles) else { return };
        let usual = self.usual.get_or_insert(steep);
        *usual += (steep - *usual) * share;
    }

    /// What is left of the steepness, 0 to 1 and above; `None` where too few edges tell.
    pub(super) fn left(&self, tiles: &Tiles) -> Option<f32> {
        let usual = self.usual.filter(|usual| *usual >= LEAST_STEEP)?;
        Some((steep(tiles)? - WIDEST).max(0.0) / (usual - WIDEST))
    }
}

/// How steep the steeper edges of a picture are.
pub(super) fn steep(tiles: &Tiles) -> Option<f32> {
    let mut all: Vec<f32> = tiles.steep.iter().copied().filter(|s| *s > 0.0).collect();
    if all.len() < LEAST_TILES {
        return None;
    }
    let place = ((all.len() as f32 * STEEPER) as usize).min(all.len() - 1);
    let (_, value, _) = all.select_nth_unstable_by(place, f32::total_cmp);
    Some(*value)
}
