//! Where the API begins.

/// Where the API begins.
pub(super) const BASE: &str = "/api/v1";
