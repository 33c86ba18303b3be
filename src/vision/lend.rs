//! Numbers lent to OpenCV as a picture: the one door through which pixels come to it.

use opencv::boxed_ref::BoxedRef;
use opencv::core::{self, DataType, Mat};
use std::sync::Once;

/// `data` as a matrix of `rows` by `columns`, read in place.
///
/// OpenCV is told first to start no threads of its own: they would compete with the workers for the
/// same processors, and its pool of threads does not bear being set anew while another camera's thread
/// is in it, which ends the process.
///
/// # Errors
///
/// OpenCV's, where `data` does not fill the matrix.
pub(super) fn lend<T: DataType>(
    rows: usize,
    columns: usize,
    data: &[T],
) -> opencv::Result<BoxedRef<'_, Mat>> {
    static ALONE: Once = Once::new();
    let mut set = Ok(());
    // Whoever comes second waits until it is done.
    ALONE.call_once(|| set = core::set_num_threads(1));
    set?;
    #[allow(clippy::disallowed_methods)]
    Mat::new_rows_cols_with_data(rows as i32, columns as i32, data)
}
