//! Site and camera files: read, validated, and refused with the place of every mistake.
//!
//! What enters: TOML files and the environment's variables named in stream addresses. What leaves:
//! [`Camera`]s and [`Site`]s that need no further checking, or a [`ConfigError`] that a person can
//! act on. Passwords never leave except through [`StreamUrl::reveal`].

mod address;
mod agency;
mod alert_doubts;
mod alert_target;
mod alerts;
mod attention;
mod calibration;
mod camera;
mod contract;
mod database;
mod document;
mod drawing;
mod drawn;
mod error;
mod feed;
mod health;
mod hours;
mod inference;
mod list;
mod live;
mod mistake;
mod needs;
mod redact;
mod redraw;
mod reference;
mod register;
mod report;
mod retention;
mod review;
mod rule;
mod schedule;
mod secret;
mod serve;
mod signal;
mod sink;
mod site;
mod source;
mod storage;
mod stream;
mod suggest;
mod suite;
mod table;
mod terms;
mod timestamp;
mod warning;

pub use address::StreamUrl;
pub use agency::{Agency, agency_for};
pub use alert_doubts::alert_warnings;
pub use camera::{Camera, DetectorConfig, EvidenceConfig, Position, load_camera};
pub use contract::Contract;
pub use database::{
    DATABASE_FILE, DATABASE_PASSWORD, DatabaseConfig, load_database, write_database,
};
pub use error::ConfigError;
pub use feed::{FeedAddress, FeedConfig};
pub use health::HealthConfig;
pub use hours::{HoursError, parse_hours, show_hours};
pub use live::LiveConfig;
pub use mistake::Mistake;
pub use redact::redact;
pub use redraw::{DRAWN, Drawing};
pub use register::{Bounds, RegisterConfig};
pub use report::ReportConfig;
pub use retention::{KeptStatus, RetentionTerm};
pub use review::ReviewConfig;
pub use schedule::{Schedule, ScheduleFormat, SchedulePeriod};
pub use secret::{Secret, WebAddress};
pub use serve::{ServeConfig, TlsFiles};
pub use sink::{
    EmailConfig, Language, MailSecurity, MqttConfig, QuietHours, SinkConfig, Target,
    TelegramConfig, Wants, WebhookConfig,
};
pub use site::{RuntimeConfig, SITE_FILE, Site, SiteReading, load_site, read_site};
pub use source::SourceConfig;
pub use storage::StorageConfig;
pub use stream::StreamTerms;
pub use suggest::nearest;
pub use suite::{Suite, SuiteClip, load_suite};
pub use timestamp::TimestampConfig;
pub use warning::{warnings, zone_share};

/// Every key that files may have: the file or table it stands in, as README.md heads it, and its
/// keys. Camera files first, then site files, then a data folder's `database.toml`.
pub fn known_keys() -> Vec<(&'static str, &'static [&'static str])> {
    vec![
        ("camera", camera::KEYS),
        ("position", camera::POSITION_KEYS),
        ("[source]", source::KEYS),
        ("[[zones]]", drawing::ZONE_KEYS),
        ("[[lines]]", drawing::LINE_KEYS),
        ("[[signals]]", signal::KEYS),
        ("lamps", signal::LAMP_KEYS),
        ("[calibration]", calibration::KEYS),
        ("points", calibration::POINT_KEYS),
        ("rectangle", calibration::RECTANGLE_KEYS),
        ("[[rules]]", rule::KEYS),
        ("[evidence]", camera::EVIDENCE_KEYS),
        ("[detector]", camera::DETECTOR_KEYS),
        ("[attention]", attention::KEYS),
        ("[health]", health::KEYS),
        ("site", site::KEYS),
        ("[runtime]", site::RUNTIME_KEYS),
        ("[inference]", inference::KEYS),
        ("[live]", live::KEYS),
        ("[[alerts]]", alerts::KEYS),
        ("[storage]", storage::KEYS),
        ("[[retention]]", retention::KEYS),
        ("[timestamp]", timestamp::KEYS),
        ("[[contracts]]", contract::KEYS),
        ("[[agencies]]", agency::KEYS),
        ("[register]", register::KEYS),
        ("[review]", review::KEYS),
        ("[serve]", serve::KEYS),
        ("[report]", report::KEYS),
        ("[[report.schedules]]", schedule::KEYS),
        ("database.toml", database::KEYS),
    ]
}
