//! Measuring views, in front of an answer and behind it.

use super::desk::Desk;
use super::measured::{Between, Known, camera, first};
use super::refusal::Refusal;
use crate::config::{Camera, Site};
use crate::report::{Knows, ViewTerms, view_fitness};
use crate::store::Store;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// Measures these cameras and keeps what was found.
pub(super) fn measure(
    desk: &Desk,
    store: &Store,
    between: Between,
    site: &Arc<Site>,
    ids: &[String],
) -> Result<(), Refusal> {
    let cameras: Vec<&Camera> = ids.iter().filter_map(|id| camera(site, id)).collect();
    // Which models lie on this machine is for its commands to say: here all classes count as known.
    let model = |_: &Camera| -> Option<Knows> { None };
    let terms = ViewTerms { from: between.0, to: between.1, model: &model };
    let views = view_fitness(store, &desk.data, &cameras, &terms)?;
    desk.measured.keep(between, site, (desk.now)(), views);
    Ok(())
}

/// What is known of these cameras, once some that never were are measured; the others, and those that
/// are to be measured again, are measured behind the answer.
pub(super) async fn ask(
    desk: &Arc<Desk>,
    between: Between,
    cameras: Vec<String>,
) -> Result<Known, Refusal> {
    let site = desk.site();
    let mut known = desk.measured.known(between, &site, &cameras);
    if !known.missing.is_empty() {
        some(desk, between, &site, first(&known.missing)).await?;
        known = desk.measured.known(between, &site, &cameras);
    }
    let wanting = !known.missing.is_empty() || !known.old.is_empty();
    if wanting && !desk.measured.busy.swap(true, Ordering::AcqRel) {
        tokio::spawn(the_others(Arc::clone(desk), between, cameras));
    }
    Ok(known)
}

/// On the thread that tries drawings, so that nobody else waits: some at a time, so that drawings do
/// not wait for all of them.
async fn some(
    desk: &Arc<Desk>,
    between: Between,
    site: &Arc<Site>,
    ids: Vec<String>,
) -> Result<(), Refusal> {
    let (shared, site) = (Arc::clone(desk), Arc::clone(site));
    desk.trials.ask(move |store| measure(&shared, store, between, &site, &ids)).await
}

async fn the_others(desk: Arc<Desk>, between: Between, mut cameras: Vec<String>) {
    loop {
        let site = desk.site();
        // Its files are read again meanwhile: what is gone or renamed is measured no more.
        cameras.retain(|id| camera(&site, id).is_some());
        let next = desk.measured.known(between, &site, &cameras).next();
        if next.is_empty() {
            break;
        }
        // What went wrong was told; who asks again tries again.
        if some(&desk, between, &site, next.clone()).await.is_err() {
            break;
        }
        // Nor is anything tried without end that leaves nothing known.
        let left = desk.measured.known(between, &site, &next);
        if left.missing.len() + left.old.len() == next.len() {
            break;
        }
    }
    desk.measured.busy.store(false, Ordering::Release);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::load_site;
    use crate::media::WallTime;
    use crate::serve::ServeTerms;
    use std::time::Duration;

    #[test]
    fn a_camera_that_is_gone_is_not_measured_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("cameras")).unwrap();
        let file = folder.path().join("streetward.toml");
        std::fs::write(&file, "version = 1\nname = \"Trà Vinh\"\n").unwrap();
        let camera = "version = 1\nid = \"here\"\nname = \"Chợ\"\nframe_size = [640, 360]\n\
             [[zones]]\nname = \"z\"\npolygon = [[300,150],[600,150],[620,340]]\n\
             [[rules]]\nkind = \"illegal_parking\"\nzone = \"z\"\n";
        std::fs::write(folder.path().join("cameras/here.toml"), camera).unwrap();
        let site = Arc::new(load_site(&file).unwrap());
        let data = folder.path().join("data");
        drop(Store::open(&data).unwrap());
        let now = || WallTime("2026-08-15T12:00:00Z".parse().unwrap());
        let terms = ServeTerms::at(([127, 0, 0, 1], 0).into());
        let desk = Arc::new(Desk::open(Arc::clone(&site), &data, &terms, now).unwrap());
        let between = (WallTime("2026-08-01T00:00:00Z".parse().unwrap()), now());
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        desk.measured.busy.store(true, Ordering::Release);
        let ids = ["gone", "here"].map(str::to_owned).to_vec();
        let ends = async {
            let measured = the_others(Arc::clone(&desk), between, ids);
            tokio::time::timeout(Duration::from_secs(20), measured).await
        };
        runtime.block_on(ends).unwrap();
        assert!(!desk.measured.busy.load(Ordering::Acquire));
        assert_eq!(desk.measured.known(between, &site, &["here".to_owned()]).views.len(), 1);
    }
}
