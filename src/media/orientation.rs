//! How a camera was mounted: the container's display matrix as one of eight right-angled
//! orientations, and the turning of planes by it.

/// Small blocks keep both sides in the cache when rows become columns.
const BLOCK: usize = 32;

/// Where a stored sample is shown: shown = (a·x + c·y, b·x + d·y), moved so that the picture
/// begins at (0, 0). Only entries −1, 0 and 1: a camera stands at a right angle.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Orientation {
    a: i8,
    b: i8,
    c: i8,
    d: i8,
}

impl Orientation {
    /// Shown as stored.
    pub(super) const UPRIGHT: Self = Self { a: 1, b: 0, c: 0, d: 1 };

    /// From the 36 bytes of a display matrix (ISO/IEC 14496-12, 3×3, 16.16 fixed point, as FFmpeg
    /// stores it: native-endian). Anything but a right angle is taken as upright.
    pub(super) fn from_matrix(bytes: &[u8]) -> Self {
        let entry = |i: usize| -> f64 {
            bytes
                .get(i * 4..i * 4 + 4)
                .and_then(|b| b.try_into().ok())
                .map_or(0.0, |b| f64::from(i32::from_ne_bytes(b)))
        };
        let (a, b, c, d) = (entry(0), entry(1), entry(3), entry(4));
        let scale = a.hypot(b).max(c.hypot(d));
        if scale == 0.0 {
            return Self::UPRIGHT;
        }
        let unit = |v: f64| {
            let v = v / scale;
            let nearest = v.round();
            ((v - nearest).abs() < 0.05).then_some(nearest as i8)
        };
        match (unit(a), unit(b), unit(c), unit(d)) {
            (Some(a), Some(b), Some(c), Some(d)) if (a * d - b * c).abs() == 1 => {
                Self { a, b, c, d }
            }
            _ => Self::UPRIGHT,
        }
    }

    /// Clockwise degrees by which the stored picture is turned to be shown: 0, 90, 180 or 270.
    pub(super) fn degrees(self) -> i32 {
        match (self.a, self.b) {
            (0, 1) => 90,
            (-1, 0) => 180,
            (0, -1) => 270,
            _ => 0,
        }
    }

    /// Width and height swap places.
    pub(super) fn is_sideways(self) -> bool {
        self.a == 0
    }

    /// The size shown for a stored size.
    pub(super) fn size(self, (width, height): (u32, u32)) -> (u32, u32) {
        if self.is_sideways() { (height, width) } else { (width, height) }
    }

    /// Turns one plane of `width` × `height` stored samples into `to`.
    pub(super) fn turn(
        self,
        from: (&[u8], usize),
        to: (&mut [u8], usize),
        width: usize,
        height: usize,
    ) {
        let ((source, source_stride), (target, target_stride)) = (from, to);
        if width == 0 || height == 0 {
            return;
        }
        // Where (0, 0) goes, and by how many bytes one step along x and along y moves the target.
        let far = |unit: i8, length: usize| if unit < 0 { length as isize - 1 } else { 0 };
        let x0 = far(self.a, width) + far(self.c, height);
        let y0 = far(self.b, width) + far(self.d, height);
        let stride = target_stride as isize;
        let start = y0 * stride + x0;
        let along_x = isize::from(self.a) + isize::from(self.b) * stride;
        let along_y = isize::from(self.c) + isize::from(self.d) * stride;
        for top in (0..height).step_by(BLOCK) {
            for left in (0..width).step_by(BLOCK) {
                let right = (left + BLOCK).min(width);
                for y in top..(top + BLOCK).min(height) {
                    let row = &source[y * source_stride + left..y * source_stride + right];
                    let mut at = start + along_y * y as isize + along_x * left as isize;
                    for &sample in row {
                        target[at as usize] = sample;
                        at += along_x;
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn matrix(a: i32, b: i32, c: i32, d: i32) -> Vec<u8> {
        let one = 1 << 16;
        [a * one, b * one, 0, c * one, d * one, 0, 0, 0, 1 << 30]
            .iter()
            .flat_map(|v: &i32| v.to_ne_bytes())
            .collect()
    }

    fn turned(o: Orientation, rows: &[&[u8]]) -> Vec<Vec<u8>> {
        let (w, h) = (rows[0].len(), rows.len());
        let source: Vec<u8> = rows.concat();
        let (tw, th) = o.size((w as u32, h as u32));
        let mut target = vec![0; (tw * th) as usize];
        o.turn((&source, w), (&mut target, tw as usize), w, h);
        target.chunks(tw as usize).map(<[u8]>::to_vec).collect()
    }

    #[test]
    fn right_angles_turn_clockwise() {
        let rows: [&[u8]; 2] = [&[1, 2, 3], &[4, 5, 6]];
        let quarter = Orientation::from_matrix(&matrix(0, 1, -1, 0));
        assert_eq!(quarter.degrees(), 90);
        assert_eq!(turned(quarter, &rows), [[4, 1], [5, 2], [6, 3]]);
        let half = Orientation::from_matrix(&matrix(-1, 0, 0, -1));
        assert_eq!(half.degrees(), 180);
        assert_eq!(turned(half, &rows), [[6, 5, 4], [3, 2, 1]]);
        let three = Orientation::from_matrix(&matrix(0, -1, 1, 0));
        assert_eq!(three.degrees(), 270);
        assert_eq!(turned(three, &rows), [[3, 6], [2, 5], [1, 4]]);
        let mirrored = Orientation::from_matrix(&matrix(-1, 0, 0, 1));
        assert_eq!(turned(mirrored, &rows), [[3, 2, 1], [6, 5, 4]]);
    }

    #[test]
    fn large_planes_are_turned_whole() {
        let (w, h) = (67, 45);
        let source: Vec<u8> = (0..w * h).map(|i| (i % 251) as u8).collect();
        let quarter = Orientation::from_matrix(&matrix(0, 1, -1, 0));
        let mut target = vec![0; w * h];
        quarter.turn((&source, w), (&mut target, h), w, h);
        for y in 0..h {
            for x in 0..w {
                assert_eq!(target[x * h + (h - 1 - y)], source[y * w + x]);
            }
        }
    }

    #[test]
    fn a_skewed_or_broken_matrix_is_upright() {
        assert_eq!(Orientation::from_matrix(&[]), Orientation::UPRIGHT);
        assert_eq!(Orientation::from_matrix(&matrix(1, 1, -1, 1)), Orientation::UPRIGHT);
    }
}
