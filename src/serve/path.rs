//! What a route's address names.

use serde::Deserialize;

/// Which event.
#[derive(Debug, Deserialize)]
pub(super) struct EventPath {
    pub(super) id: String,
}

/// Which camera.
#[derive(Debug, Deserialize)]
pub(super) struct CameraPath {
    pub(super) id: String,
}
