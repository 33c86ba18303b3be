//! One row of a detection, ground-truth or result file.

/// One row: `frame, id, left, top, width, height, value, class, …`, as the MOT Challenge writes it
/// (Leal-Taixé et al., "`MOTChallenge` 2015", 2015; Milan et al., "MOT16", 2016). Pixels of the
/// picture, x to the right, y down, in double precision: overlaps at exactly a threshold must fall
/// as they do in the reference evaluation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MotRow {
    /// Frame, counted from 1.
    pub frame: u32,
    /// Object or track; −1 in detection files.
    pub id: i64,
    /// Left edge.
    pub left: f64,
    /// Top edge.
    pub top: f64,
    /// Width, 0 or more.
    pub width: f64,
    /// Height, 0 or more.
    pub height: f64,
    /// Detections: the score. Ground truth: 0 marks what is not to be evaluated. Results: unused.
    pub value: f64,
    /// The eighth column; −1 where there is none.
    pub class: i64,
}

impl MotRow {
    /// Intersection over union, 0 to 1; 0 where a box has no area.
    pub fn iou(&self, other: &Self) -> f64 {
        // Corners first and areas from them, in the order of the reference evaluation: the last bit
        // decides at a threshold.
        let (a, b) = (self.corners(), other.corners());
        let shared =
            (a[2].min(b[2]) - a[0].max(b[0])).max(0.0) * (a[3].min(b[3]) - a[1].max(b[1])).max(0.0);
        let area = |c: [f64; 4]| (c[2] - c[0]) * (c[3] - c[1]);
        let (first, second) = (area(a), area(b));
        let union = first + second - shared;
        if first <= f64::EPSILON || second <= f64::EPSILON || union <= f64::EPSILON {
            return 0.0;
        }
        shared / union
    }

    fn corners(&self) -> [f64; 4] {
        [self.left, self.top, self.left + self.width, self.top + self.height]
    }

    /// Parses one line: columns apart by commas, semicolons, tabs or spaces, at least `columns`.
    ///
    /// # Errors
    /// What is wrong, for people.
    pub(super) fn parse(line: &str, columns: usize) -> Result<Self, String> {
        let mut found = [f64::NAN; 8];
        let mut count = 0;
        for text in fields(line) {
            if count == found.len() {
                break;
            }
            let value = text.parse::<f64>().ok().filter(|v| v.is_finite());
            found[count] = value.ok_or_else(|| {
                format!("column {} is \"{}\", not a number", count + 1, cut(text))
            })?;
            count += 1;
        }
        if count < columns {
            return Err(format!(
                "{count} columns where {columns} belong: frame, id, left, top, width, height{}",
                if columns > 6 { ", score" } else { "" }
            ));
        }
        let whole = |i: usize, name: &str| {
            let value = found[i];
            if value.fract() == 0.0 && value.abs() < 9e15 {
                Ok(value as i64)
            } else {
                Err(format!("{name} is {value}, not a whole number"))
            }
        };
        let frame = whole(0, "frame")?;
        let [_, _, left, top, width, height, value, _] = found;
        if width < 0.0 || height < 0.0 {
            return Err(format!(
                "the box is {width} wide and {height} high; neither may be negative"
            ));
        }
        Ok(Self {
            frame: u32::try_from(frame)
                .ok()
                .filter(|&f| f > 0)
                .ok_or_else(|| format!("frame is {frame}; frames are counted from 1"))?,
            id: whole(1, "id")?,
            left,
            top,
            width,
            height,
            value: if count > 6 { value } else { 1.0 },
            class: if count > 7 { whole(7, "class").unwrap_or(-1) } else { -1 },
        })
    }
}

/// Columns of a line; one that ends with a comma ends there.
fn fields(line: &str) -> impl Iterator<Item = &str> {
    let line = line.trim().trim_end_matches([',', ';']);
    let separated = line.contains([',', ';']);
    line.split(move |c: char| if separated { c == ',' || c == ';' } else { c.is_whitespace() })
        .map(str::trim)
        .filter(move |f| separated || !f.is_empty())
}

fn cut(text: &str) -> String {
    text.chars().take(20).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn commas_and_spaces_part_columns() {
        for line in [
            "3,7,1.5,2,30,40.25,0.9,-1,-1,-1",
            "3 7 1.5\t2 30 40.25 0.9 -1",
            "3, 7, 1.5, 2, 30, 40.25, .9,",
        ] {
            let row = MotRow::parse(line, 7).unwrap();
            assert_eq!(
                (row.frame, row.id, row.height, row.value, row.class),
                (3, 7, 40.25, 0.9, -1)
            );
        }
        let told = |line: &str| MotRow::parse(line, 7).unwrap_err();
        assert_eq!(told("3,7,x,2,30,40,1"), "column 3 is \"x\", not a number");
        assert_eq!(told("3,7,,2,30,40,1"), "column 3 is \"\", not a number");
        assert!(told("3,7,1,2,30,-4,1").contains("-4 high"));
        assert!(told("0,7,1,2,30,4,1").contains("counted from 1"));
        assert!(told("1.5,7,1,2,30,4,1").contains("not a whole number"));
        assert!(told("1,7,nan,2,30,4,1").contains("not a number"));
        assert!(told("1,7,2,30").contains("4 columns where 7 belong"));
    }

    proptest! {
        #[test]
        fn any_line_is_a_row_or_a_sentence(line in ".{0,80}", columns in 6usize..8) {
            let _ = MotRow::parse(&line, columns);
        }

        #[test]
        fn overlap_is_a_share(a in prop::array::uniform4(-50.0..50.0f64), b in prop::array::uniform4(-50.0..50.0f64)) {
            let row = |v: [f64; 4]| MotRow { frame: 1, id: 1, left: v[0], top: v[1], width: v[2].abs(), height: v[3].abs(), value: 1.0, class: -1 };
            let (a, b) = (row(a), row(b));
            prop_assert!((0.0..=1.0 + 1e-9).contains(&a.iou(&b)));
            prop_assert!((a.iou(&b) - b.iou(&a)).abs() < 1e-12);
        }
    }
}
