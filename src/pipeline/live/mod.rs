//! A site's cameras, attached for months: connecting, keeping up, reloading, telling how it goes.
//!
//! What enters: a validated site and the model. What leaves: events as in a recorded run, changes
//! of each camera's state, a status for people and machines. Each camera has threads of its own and
//! shares the inference workers and the evidence stage; its trouble never makes another wait.

mod backoff;
mod budget;
mod desk;
mod gauge;
mod lane;
mod latest;
mod link;
mod pace;
mod post_office;
mod reader;
mod reload;
mod service;
mod session;
mod status;
mod stream_feed;
mod tidy;
mod turnstile;
mod wanted;
mod watch;
mod workers;

pub use budget::{Budget, BudgetShare};
pub use gauge::{CameraGauge, Lags};
pub use service::{Beside, Service};
pub use status::{CameraStatus, LiveStatus, STATUS_FILE, StatusBoard};
pub(super) use turnstile::Permit;
pub(super) use workers::Post;
