//! Each bad input of a live stream: one sentence that says what to do.
