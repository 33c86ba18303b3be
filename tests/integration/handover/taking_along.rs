//! A pack's folder taken along at once, onto disks that have no room for it.

use super::packing::left;
use super::taking::steps;
use super::{allowed, as_user, confirm, eyes};
use crate::api_rig::{Rig, now};
use crate::keeping::SmallDisk;
use std::fs;
use std::path::Path;
use std::time::Duration;
use streetward::handover::{Halt, HandoverError, Making, Taken, key_ids, make_pack, verify_pack};
use streetward::store::RequestState;
use tempfile::TempDir;

#[test]
fn a_folder_that_does_not_get_there_leaves_the_request_as_it_was() {
    let (rig, out) = (Rig::new(), TempDir::new().unwrap());
    let store = rig.store();
    confirm(&store, &rig.event);
    let id = allowed(&store, &[&rig.event], now()).id;
    let request = store.request(&id).unwrap().unwrap();
    let (mut eyes, data, on) = (eyes(), rig.data(), Halt::default());
    let mut take = |to: &Path, halt: &Halt| {
        as_user(&store, "reviewer", |by| {
            let taken = Some(Taken { by, to, halt });
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
        // Whatever was begun to be copied is entered as that, and as failed.
        let copied = steps.into_iter().filter(|s| {
            !["handover_asked", "handover_approved", "handover_failed"].contains(&s.as_str())
        });
        copied.collect::<Vec<_>>()
    };
    // Something of its name lies there.
    let top = format!("pack-pk-{}", request.id.trim_start_matches("hr-"));
    fs::create_dir(out.path().join(&top)).unwrap();
    let error = take(out.path(), &on).unwrap_err();
    assert!(matches!(error, HandoverError::NotTaken { .. }), "{error}");
    assert_eq!(names(out.path()), [top.as_str()]);
    assert_eq!(unharmed(), [""; 0], "nothing was copied");
    let mut begun = Vec::new();
    if let Some(disk) = SmallDisk::new(1) {
        fs::write(disk.path().join("photos"), vec![1; 960 << 10]).unwrap();
        let error = take(disk.path(), &on).unwrap_err();
        assert!(matches!(error, HandoverError::NotTaken { .. }), "{error}");
        assert_eq!(names(disk.path()), ["photos"]);
        begun.extend(["handover_taking", "handover_not_taken"]);
        assert_eq!(unharmed(), begun);
    }
    // Whoever stops it leaves nothing there, and it is entered that he began.
    fs::remove_dir(out.path().join(&top)).unwrap();
    let stopped = Halt::default();
    assert!(!stopped.ask(), "nothing is copied yet");
    let error = take(out.path(), &stopped).unwrap_err();
    assert!(matches!(error, HandoverError::Stopped { .. }), "{error}");
    assert_eq!(names(out.path()), [""; 0]);
    begun.extend(["handover_taking", "handover_not_taken"]);
    assert_eq!(unharmed(), begun);
    // Where there is room, it goes the next time; what was left of it goes, nothing of anybody else.
    for inside in [
        format!(".streetward-a1B2c3/{top}/events"),
        format!(".streetward-mine/{top}"),
        ".streetward-d4E5f6/photos".to_owned(),
        ".streetward-g7H8i9/pack-pk-0123456789abcdef".to_owned(),
    ] {
        fs::create_dir_all(out.path().join(inside)).unwrap();
    }
    // One that was broken off before anything was copied, and one that may be about to be.
    for (name, days) in [(".streetward-n0N0n0", 2), (".streetward-o1O1o1", 0)] {
        let folder = out.path().join(name);
        fs::create_dir(&folder).unwrap();
        let then = folder.metadata().unwrap().modified().unwrap() - Duration::from_hours(24 * days);
        fs::File::open(&folder).unwrap().set_modified(then).unwrap();
    }
    take(out.path(), &on).unwrap();
    let mut there = names(out.path());
    there.sort();
    // One of another pack may be on its way.
    let stays = [
        ".streetward-d4E5f6",
        ".streetward-g7H8i9",
        ".streetward-mine",
        ".streetward-o1O1o1",
        top.as_str(),
    ];
    assert_eq!(there, stays);
    let report = verify_pack(&out.path().join(&top), &key_ids(&rig.data()).unwrap(), now());
    assert_eq!(report.unwrap().problems, []);
    let steps = steps(&store, &request.id);
    assert_eq!(steps[steps.len() - 3..], ["handover_taking", "handover_packed", "handover_taken"]);
}
