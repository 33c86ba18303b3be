//! The desk's server beside the service.

use super::super::clock::now;
use super::super::output::complain;
use crate::config::Site;
use crate::pipeline::live::Beside;
use crate::serve::{Desk, ServeError, ServeTerms, Server};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

/// Takes the port that the site names, before anything begins.
pub(super) fn bind(site: &Site) -> Result<Server, ServeError> {
    Server::bind(ServeTerms::of(&site.serve))
}

/// What answers while the service runs.
pub(super) fn beside(
    server: Server,
    site: &Site,
    data: &Path,
    stop: &Arc<AtomicBool>,
    reread: Arc<AtomicBool>,
) -> anyhow::Result<Beside<'static>> {
    let desk = Desk::open(Arc::new(site.clone()), data, server.terms(), now)?.reread_on(reread);
    complain(&format!("the desk is at {}", server.url()))?;
    let stop = Arc::clone(stop);
    let work = Box::new(move || {
        if let Err(e) = server.run(desk, &stop) {
            tracing::error!("{e}");
        }
    });
    Ok(Beside { name: "desk".to_owned(), work })
}
