//! Looks at one camera's pictures for faults.

use super::fault::Fault;
use super::reference::Reference;
use super::spec::HealthSpec;
use crate::media::Frame;
use crate::vision::View;

/// Looks at one camera's pictures for faults. Memory is bounded; the same pictures give the same
/// faults.
pub struct Examiner {
    _spec: HealthSpec,
    _reference: Option<Reference>,
}

impl Examiner {
    /// An examiner that learns what the camera shows by itself; with a `reference`, the view is also
    /// held against that.
    pub fn new(spec: HealthSpec, reference: Option<Reference>) -> Self {
        Self { _spec: spec, _reference: reference }
    }

    /// What is wrong with `frame`, which lies as `view` says. Frames come in order of time; two to
    /// four a second are enough, more are welcome and cost little.
    pub fn examine(&mut self, _frame: &Frame, _view: View) -> Vec<Fault> {
        Vec::new()
    }
}
