//! What is answered over HTTP.
//!
//! Two servers: a small one for the machine itself (figures, health, status; no pictures, no names),
//! and the desk's, for people who review and programs that ask. What enters the desk's server:
//! requests, let in by `guard`; stored events, their sealed evidence and the service's status. What
//! leaves: the API under `/api/v1`, its description, and the web app. It decides nothing itself: what a
//! person may and what a decision means is the review room's, what is kept is the store's.

mod account;
mod app;
mod asker;
mod audit;
mod base;
mod bilingual;
mod cameras;
mod chance;
mod cookie;
mod crowd;
mod decide;
mod description;
mod desk;
mod docs;
mod error;
mod event_query;
mod event_row;
mod events;
mod evidence_file;
mod evidence_refusal;
mod export;
mod extract;
mod figures;
mod files;
mod fitness;
mod guard;
mod handover;
mod handover_refusal;
mod handover_row;
mod health;
mod holds;
mod keyed;
mod live_status;
mod looking;
mod looks;
mod marks;
mod measured;
mod measuring;
mod needs;
mod news;
mod news_stream;
mod notices;
mod operation;
mod packer;
mod path;
mod peer;
mod people;
mod person_name;
mod plate_desk;
mod plate_reading;
mod pool;
mod precision;
mod protect;
mod range;
mod refusal;
mod register;
mod report_query;
mod reports;
mod result;
mod route;
mod scene;
mod seals;
mod searches;
mod server;
mod site_watch;
mod standing;
mod still;
mod terms;
mod thumbnail;
mod tls;
mod today;
mod turns;
mod users;
mod view;
mod views;
mod web_app;

pub use desk::Desk;
pub use error::ServeError;
pub use operation::serve;
pub use server::Server;
pub use terms::ServeTerms;
