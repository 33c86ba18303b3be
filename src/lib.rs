//! Streetward turns fixed street cameras into evidence of violations that a person reviews.
//!
//! Recorded footage is decoded ([`media`]), seen ([`vision`]), followed ([`track`]) and judged
//! ([`rules`]) against the camera's [`scene`]; what is found is written as [`evidence`], kept in
//! the [`store`], told by [`alert`], decided in [`review`] and shown by [`report`]; what cameras
//! there are and are to be is kept by the [`register`]. [`pipeline`] joins the rooms with threads and bounded
//! queues. Each room stands above the ones it uses; ARCHITECTURE.md has the picture.

pub mod alert;
pub mod bench;
pub mod cli;
pub mod config;
pub mod evidence;
pub mod handover;
pub mod law;
pub mod media;
pub mod pipeline;
pub mod register;
pub mod report;
pub mod review;
pub mod rules;
pub mod scene;
pub mod serve;
pub mod store;
pub mod track;
pub mod vision;
