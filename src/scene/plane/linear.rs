//! Small dense systems: eight unknowns of a homography, three by three matrices.

/// Unknowns of a homography whose last number is 1.
pub(super) const N: usize = 8;
/// A symmetric system of as many equations.
pub(super) type Square = [[f64; N]; N];
/// A three by three matrix, row by row.
pub(super) type Matrix = [f64; 9];

/// A pivot smaller than this share of the largest number leaves the system without one solution.
const LEAST_PIVOT: f64 = 1e-11;

/// The inverse, by Gauss–Jordan elimination with the largest pivots; `None` where there is none.
pub(super) fn inverse(a: &Square) -> Option<Square> {
    let mut left = *a;
    let mut right = [[0.0; N]; N];
    for (i, row) in right.iter_mut().enumerate() {
        row[i] = 1.0;
    }
    let largest = a.iter().flatten().fold(0.0_f64, |m, v| m.max(v.abs()));
    for column in 0..N {
        let pivot =
            (column..N).max_by(|i, j| left[*i][column].abs().total_cmp(&left[*j][column].abs()))?;
        left.swap(column, pivot);
        right.swap(column, pivot);
        let divisor = left[column][column];
        if divisor.is_nan() || divisor.abs() <= largest * LEAST_PIVOT {
            return None;
        }
        for k in 0..N {
            left[column][k] /= divisor;
            right[column][k] /= divisor;
        }
        for row in (0..N).filter(|row| *row != column) {
            let factor = left[row][column];
            for k in 0..N {
                left[row][k] -= factor * left[column][k];
                right[row][k] -= factor * right[column][k];
            }
        }
    }
    Some(right)
}

/// The matrix times a column.
pub(super) fn times(a: &Square, b: &[f64; N]) -> [f64; N] {
    std::array::from_fn(|i| (0..N).map(|k| a[i][k] * b[k]).sum())
}

/// `(x, y, 1)` transformed, before division.
pub(super) fn apply(m: &Matrix, [x, y]: [f64; 2]) -> [f64; 3] {
    std::array::from_fn(|i| m[3 * i] * x + m[3 * i + 1] * y + m[3 * i + 2])
}

/// The adjugate: the inverse up to a factor.
pub(super) fn adjugate(m: &Matrix) -> Matrix {
    let [a, b, c, d, e, f, g, h, i] = *m;
    [
        e * i - f * h,
        c * h - b * i,
        b * f - c * e,
        f * g - d * i,
        a * i - c * g,
        c * d - a * f,
        d * h - e * g,
        b * g - a * h,
        a * e - b * d,
    ]
}
