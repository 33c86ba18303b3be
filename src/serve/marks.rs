//! How far a client has heard, by names that say nothing: the store's own marks count what not
//! everybody may see. A name that is not remembered any more is answered by loading everything again.

use super::chance::random;
use super::refusal::Refusal;
use crate::store::StoreMark;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// Marks that are remembered, the latest: a client that was away for longer loads again.
const MOST: usize = 4096;

/// A mark's name.
pub(super) type MarkName = Arc<str>;

/// The latest marks and their names, which are random.
#[derive(Debug, Default)]
pub(super) struct Marks(Mutex<VecDeque<(MarkName, StoreMark)>>);

impl Marks {
    /// The name of a mark; the same as long as the store goes no further.
    pub(super) fn name(&self, mark: StoreMark) -> Result<MarkName, Refusal> {
        let mut marks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((name, _)) = marks.iter().rev().find(|(_, known)| *known == mark) {
            return Ok(Arc::clone(name));
        }
        let name: MarkName = random::<8>()?.into();
        if marks.len() >= MOST {
            marks.pop_front();
        }
        marks.push_back((Arc::clone(&name), mark));
        Ok(name)
    }

    /// The mark of that name, if it is remembered.
    pub(super) fn mark(&self, name: &str) -> Option<StoreMark> {
        let marks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        marks.iter().rev().find(|(known, _)| **known == *name).map(|(_, mark)| *mark)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_random_bounded_and_found_again() {
        let marks = Marks::default();
        let mark = |events| StoreMark { events, decisions: 7 };
        let first = marks.name(mark(1)).unwrap();
        assert_eq!(first, marks.name(mark(1)).unwrap());
        assert_eq!(first.len(), 16);
        assert_eq!((marks.mark(&first), marks.mark("1-7")), (Some(mark(1)), None));
        let other = Marks::default().name(mark(1)).unwrap();
        assert_ne!(first, other, "nothing follows from the mark");
        for n in 2..=(MOST as i64 + 1) {
            marks.name(mark(n)).unwrap();
        }
        assert_eq!(marks.mark(&first), None);
        assert_eq!(marks.0.lock().unwrap().len(), MOST);
    }
}
