//! Lays one small luma picture on another by corners of the background.
//!
//! Corners (Shi, Tomasi, "Good Features to Track", CVPR 1994) of a reference picture are looked for
//! in the present one by pyramidal Lucas–Kanade (Bouguet 2000), and a similarity is fitted to their
//! moves with RANSAC. Comparing with a reference and not with the picture before keeps errors from
//! adding up, and road users cannot pull the result: a corner that one of them hides is not found
//! again elsewhere, and one that lay on a road user which drove off is outvoted.

use super::shift::Shift;
use opencv::core::{self, Mat, Point2f, Size, TermCriteria, Vector};
use opencv::prelude::*;
use opencv::{calib3d, imgproc, video};

/// Corners looked for, and the least distance between two, in pixels.
const CORNERS: i32 = 100;
const CORNER_DISTANCE: f64 = 8.0;
/// Corners weaker than this share of the strongest are none.
const CORNER_QUALITY: f64 = 0.01;
/// Side of the patch that is looked for, and levels of the pyramid above the picture itself: finds
/// moves of up to about 8 % of the picture's width.
const PATCH: i32 = 15;
const LEVELS: i32 = 3;
/// A patch found with a larger mean difference, in grey levels, was not found.
const UNLIKE: f32 = 24.0;
/// Pixels a corner may lie off the common move and still follow it.
const TOLERANCE: f64 = 1.0;
/// Corners that must agree, at least, and as a share of all there are.
const AGREE: usize = 10;
const AGREE_SHARE: f64 = 0.18;
/// They must be spread over the picture: their standard deviation, as a share of width and height.
const SPREAD: f32 = 0.08;
/// A simpler move is taken where this share of the corners that follow the general one follow it,
/// within this many pixels: few corners make turns and zooms of noise.
const SIMPLER: f64 = 0.85;
const SIMPLER_TOLERANCE: f32 = 0.5;
/// Half the side of the patch that is compared to see that nothing moved.
const NEAR: i32 = 2;
/// Mean difference over mean slope, of the median corner, up to which nothing moved: about that
/// many pixels.
const SAME: f32 = 0.12;

/// What comparing two pictures told.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Registered {
    /// The background lies as in the reference.
    Same,
    /// It lies elsewhere: the shift from the present picture to the reference, and how many of the
    /// reference's corners say so.
    Moved(Shift, usize),
    /// Too few corners agree.
    Unknown,
}

/// A reference picture, ready to be compared with.
pub(super) struct Reference {
    pyramid: Vector<Mat>,
    corners: Vector<Point2f>,
    /// Of each corner well inside the picture: column, row, and the sum of slopes around it.
    slopes: Vec<(i32, i32, f32)>,
    picture: Mat,
}

/// Compares pictures with a reference; its buffers are used again.
#[derive(Default)]
pub(super) struct Registrar {
    pyramid: Vector<Mat>,
    found: Vector<Point2f>,
    status: Vector<u8>,
    unlike: Vector<f32>,
    here: Vector<Point2f>,
    there: Vector<Point2f>,
    inliers: Mat,
    differences: Vec<f32>,
}

impl Reference {
    /// `None` where the picture has too few corners to tell anything by.
    pub(super) fn new(picture: &Mat) -> opencv::Result<Option<Self>> {
        let mut corners = Vector::<Point2f>::new();
        imgproc::good_features_to_track_def(
            picture,
            &mut corners,
            CORNERS,
            CORNER_QUALITY,
            CORNER_DISTANCE,
        )?;
        if corners.len() < 2 * AGREE {
            return Ok(None);
        }
        let mut pyramid = Vector::new();
        build_pyramid(picture, &mut pyramid)?;
        let slopes =
            corners.iter().filter_map(|c| slope(picture, c).transpose()).collect::<Result<_, _>>();
        Ok(Some(Self { pyramid, corners, slopes: slopes?, picture: picture.clone() }))
    }

    /// The picture itself.
    pub(super) fn picture(&self) -> &Mat {
        &self.picture
    }

    /// Where its corners lie, in whole pixels (column, row), the strongest first.
    pub(super) fn places(&self) -> Vec<(i32, i32)> {
        self.slopes.iter().map(|&(column, row, _)| (column, row)).collect()
    }

    /// How many corners there are.
    pub(super) fn corners(&self) -> usize {
        self.corners.len()
    }
}

impl Registrar {
    /// How `picture` lies against `reference`, which is of the same size.
    pub(super) fn compare(
        &mut self,
        reference: &Reference,
        picture: &Mat,
    ) -> opencv::Result<Registered> {
        if self.looks_same(reference, picture)? {
            return Ok(Registered::Same);
        }
        build_pyramid(picture, &mut self.pyramid)?;
        video::calc_optical_flow_pyr_lk(
            &reference.pyramid,
            &self.pyramid,
            &reference.corners,
            &mut self.found,
            &mut self.status,
            &mut self.unlike,
            Size::new(PATCH, PATCH),
            LEVELS,
            TermCriteria::new(core::TermCriteria_COUNT + core::TermCriteria_EPS, 20, 0.02)?,
            0,
            1e-4,
        )?;
        self.here.clear();
        self.there.clear();
        for (i, corner) in reference.corners.iter().enumerate() {
            if self.status.get(i)? != 0 && self.unlike.get(i)? <= UNLIKE {
                self.here.push(self.found.get(i)?);
                self.there.push(corner);
            }
        }
        if self.here.len() < AGREE {
            return Ok(Registered::Unknown);
        }
        let fit = calib3d::estimate_affine_partial_2d(
            &self.here,
            &self.there,
            &mut self.inliers,
            calib3d::RANSAC,
            TOLERANCE,
            500,
            0.99,
            10,
        )?;
        if fit.empty() {
            return Ok(Registered::Unknown);
        }
        let at = |row, column| fit.at_2d::<f64>(row, column).copied();
        let shift = Shift { a: at(0, 0)?, b: at(1, 0)?, dx: at(0, 2)?, dy: at(1, 2)? };
        let votes = self.votes(picture.size()?)?;
        let needed = (AGREE_SHARE * reference.corners.len() as f64).max(AGREE as f64);
        let Some(votes) = votes.filter(|votes| *votes as f64 >= needed) else {
            return Ok(Registered::Unknown);
        };
        Ok(Registered::Moved(self.simplest(shift, votes)?, votes))
    }

    /// No move at all, or one without turn and zoom, where that explains the corners as well.
    fn simplest(&mut self, shift: Shift, votes: usize) -> opencv::Result<Shift> {
        let (mut dx, mut dy) = (Vec::with_capacity(votes), Vec::with_capacity(votes));
        for ((here, there), agrees) in
            self.here.iter().zip(&self.there).zip(self.inliers.data_bytes()?)
        {
            if *agrees != 0 {
                dx.push(there.x - here.x);
                dy.push(there.y - here.y);
            }
        }
        let follow = |x: f32, y: f32| {
            let near = |(a, b): (&f32, &f32)| (a - x).hypot(b - y) <= SIMPLER_TOLERANCE;
            dx.iter().zip(&dy).filter(|&d| near(d)).count() as f64 >= SIMPLER * votes as f64
        };
        if follow(0.0, 0.0) {
            return Ok(Shift::NONE);
        }
        let (x, y) = (mean(&dx), mean(&dy));
        if follow(x, y) {
            return Ok(Shift { dx: f64::from(x), dy: f64::from(y), ..Shift::NONE });
        }
        Ok(shift)
    }

    /// How many corners agree; `None` where they lie together in one part of the picture.
    fn votes(&self, size: Size) -> opencv::Result<Option<usize>> {
        let (mut n, mut sum, mut squares) = (0_usize, (0.0_f32, 0.0_f32), (0.0_f32, 0.0_f32));
        for (corner, agrees) in self.there.iter().zip(self.inliers.data_bytes()?) {
            if *agrees != 0 {
                n += 1;
                sum = (sum.0 + corner.x, sum.1 + corner.y);
                squares = (squares.0 + corner.x * corner.x, squares.1 + corner.y * corner.y);
            }
        }
        if n == 0 {
            return Ok(None);
        }
        let deviation = |sum: f32, squares: f32| {
            let mean = sum / n as f32;
            (squares / n as f32 - mean * mean).max(0.0).sqrt()
        };
        let spread = deviation(sum.0, squares.0) >= SPREAD * size.width as f32
            && deviation(sum.1, squares.1) >= SPREAD * size.height as f32;
        Ok(spread.then_some(n))
    }

    /// Whether, at the median corner, the picture differs by less than a shift that matters would
    /// make it differ. Most pictures of a steady camera are told by this alone.
    fn looks_same(&mut self, reference: &Reference, picture: &Mat) -> opencv::Result<bool> {
        self.differences.clear();
        for &(column, row, slope) in &reference.slopes {
            let mut difference = 0.0;
            for y in row - NEAR..=row + NEAR {
                let (was, is) = (reference.picture.at_row::<u8>(y)?, picture.at_row::<u8>(y)?);
                let columns = (column - NEAR) as usize..=(column + NEAR) as usize;
                for (was, is) in was[columns.clone()].iter().zip(&is[columns]) {
                    difference += f32::from(was.abs_diff(*is));
                }
            }
            self.differences.push(difference / slope);
        }
        let middle = self.differences.len() / 2;
        if middle == 0 {
            return Ok(false);
        }
        let (_, median, _) = self.differences.select_nth_unstable_by(middle, f32::total_cmp);
        Ok(*median <= SAME)
    }
}

fn mean(values: &[f32]) -> f32 {
    values.iter().sum::<f32>() / values.len().max(1) as f32
}

fn build_pyramid(picture: &Mat, pyramid: &mut Vector<Mat>) -> opencv::Result<()> {
    video::build_optical_flow_pyramid(
        picture,
        pyramid,
        Size::new(PATCH, PATCH),
        LEVELS,
        true,
        core::BORDER_REFLECT_101,
        core::BORDER_CONSTANT,
        false,
    )?;
    Ok(())
}

/// The corner's pixel and the sum of slopes around it; `None` at the picture's edge.
fn slope(picture: &Mat, corner: Point2f) -> opencv::Result<Option<(i32, i32, f32)>> {
    let (column, row) = (corner.x.round() as i32, corner.y.round() as i32);
    let margin = NEAR + 1;
    let inside = |v: i32, size: i32| v >= margin && v < size - margin;
    if !inside(column, picture.cols()) || !inside(row, picture.rows()) {
        return Ok(None);
    }
    let mut sum = 0.0_f32;
    for y in row - NEAR..=row + NEAR {
        let (above, line, below) =
            (picture.at_row::<u8>(y - 1)?, picture.at_row::<u8>(y)?, picture.at_row::<u8>(y + 1)?);
        for x in (column - NEAR) as usize..=(column + NEAR) as usize {
            let across = f32::from(line[x + 1]) - f32::from(line[x - 1]);
            let down = f32::from(below[x]) - f32::from(above[x]);
            sum += across.hypot(down) / 2.0;
        }
    }
    Ok(Some((column, row, sum.max(1.0))))
}
