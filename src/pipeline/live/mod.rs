//! A site's cameras, attached for months: connecting, keeping up, reloading, telling how it goes.
//!
//! What enters: a validated site and the model. What leaves: events as in a recorded run, changes
//! of each camera's state, a status for people and machines. Each camera has threads of its own and
//! shares the inference workers and the evidence stage; its trouble never makes another wait.

mod backoff;
mod budget;
mod camera_stage;
mod crew;
mod desk;
mod gauge;
mod keeper_watch;
mod lane;
mod latest;
mod link;
mod pace;
mod pool;
mod post_office;
mod reader;
mod reload;
mod running;
mod service;
mod session;
mod sitting;
mod status;
mod still;
mod strays;
mod stream_feed;
mod tidy;
mod topology;
mod turnstile;
mod wanted;
mod watch;
mod workers;

pub use budget::{Budget, BudgetShare};
pub use camera_stage::CameraStage;
pub use gauge::{CameraGauge, Lags};
pub(crate) use reload::Reload;
pub use service::{Beside, Service, Stopped};
pub use status::{CameraStatus, LiveStatus, MemoryStatus, STATUS_FILE, StatusBoard};
pub use still::still_file;
pub(super) use turnstile::Permit;
pub(super) use workers::Post;
