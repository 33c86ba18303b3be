//! What people are called.

use crate::store::Store;

/// What a user is called; the id where he is not known any more.
pub(super) fn name_of(store: &Store, id: &str) -> String {
    let user = store.user(id).ok().flatten();
    user.map_or_else(|| id.to_owned(), |u| u.full_name)
}
