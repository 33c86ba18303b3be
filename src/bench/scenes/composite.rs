//! A composite scenario: what is pasted where on which stretch of real footage.

use super::labels::Told;

/// A composite scenario.
#[derive(Debug, Clone)]
pub(super) struct Composite {
    pub(super) name: &'static str,
    pub(super) condition: &'static str,
    pub(super) labels: Vec<Told>,
}
