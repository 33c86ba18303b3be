//! A pack's folder taken along at once, onto disks that have no room for it.

use super::packing::left;
use super::taking::steps;
use super::{allowed, as_user, confirm, eyes};
use crate::api_rig::{Rig, now};
use crate::keeping::SmallDisk;
use std::fs;
use std::path::Path;
use streetward::handover::{HandoverError, Making, Taken, key_ids, make_pack, verify_pack};
use streetward::store::RequestState;
use tempfile::TempDir;

#[test]
fn a_folder_that_does_not_get_there_leaves_the_request_as_it_was() {
    let (rig, out) = (Rig::new(), TempDir::new().unwrap());
    let store = rig.store();
    confirm(&store, &rig.event);
    let id = allowed(&store, &[&rig.event], now()).id;
    let request = store.request(&id).unwrap().unwrap();
    let (mut eyes, data) = (eyes(), rig.data());
    let mut take = |to: &Path| {
        as_user(&store, "reviewer", |by| {
            let taken = Some(Taken { by, to });
            let mut making =
                Making { store: &store, data: &data, eyes: &mut eyes, at: now(), taken };
            make_pack(&mut making, &request.id)
        })
    };
    let names = |folder: &Path| {
        let all = fs::read_dir(folder).unwrap();
        all.map(|e| e.unwrap().file_name().into_string().unwrap()).collect::<Vec<_>>()
    };
    let unharmed = || {
        assert_eq!(request.state, RequestState::Approved);
        assert_eq!(store.request(&id).unwrap().as_ref(), Some(&request), "no trouble of this");
        let steps = steps(&store, &id);
        assert_eq!(steps.iter().filter(|s| *s == "handover_failed").count(), 1, "{steps:?}");
        assert!(!steps.contains(&"handover_taken".to_owned()));
        assert_eq!(left(&rig), [""; 0]);
    };
    // Something of its name lies there.
    let top = format!("pack-pk-{}", request.id.trim_start_matches("hr-"));
    fs::create_dir(out.path().join(&top)).unwrap();
    let error = take(out.path()).unwrap_err();
    assert!(matches!(error, HandoverError::NotTaken { .. }), "{error}");
    assert_eq!(names(out.path()), [top.as_str()]);
    unharmed();
    if let Some(disk) = SmallDisk::new(1) {
        fs::write(disk.path().join("photos"), vec![1; 960 << 10]).unwrap();
        let error = take(disk.path()).unwrap_err();
        assert!(matches!(error, HandoverError::NotTaken { .. }), "{error}");
        assert_eq!(names(disk.path()), ["photos"]);
        unharmed();
    }
    // Where there is room, it goes the second time; what was left of it goes, nothing of anybody else.
    fs::remove_dir(out.path().join(&top)).unwrap();
    for inside in [
        format!(".streetward-a1B2c3/{top}/events"),
        format!(".streetward-mine/{top}"),
        ".streetward-d4E5f6/photos".to_owned(),
        ".streetward-g7H8i9/pack-pk-0123456789abcdef".to_owned(),
    ] {
        fs::create_dir_all(out.path().join(inside)).unwrap();
    }
    take(out.path()).unwrap();
    let mut there = names(out.path());
    there.sort();
    // One of another pack may be on its way.
    let stays = [".streetward-d4E5f6", ".streetward-g7H8i9", ".streetward-mine", top.as_str()];
    assert_eq!(there, stays);
    let report = verify_pack(&out.path().join(&top), &key_ids(&rig.data()).unwrap(), now());
    assert_eq!(report.unwrap().problems, []);
    assert_eq!(steps(&store, &request.id).last().unwrap(), "handover_taken");
}
