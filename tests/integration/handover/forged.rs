//! Evidence forged by somebody who has its folder, and not the key, is never signed with the key.

use super::packing::left;
use super::{allowed, confirm, eyes};
use crate::api_rig::{Rig, now};
use crate::evidence::forging::forge;
use crate::evidence::scene::Scene;
use std::fs;
use std::path::Path;
use streetward::evidence::signing::{self, SIGNATURE_FILE};
use streetward::handover::{HandoverError, Making, make_pack, verify_pack};
use streetward::media::WallTime;
use streetward::store::{PackRecord, Store};

/// Signs the manifest in a folder by the key of a data folder.
fn sign(data: &Path, folder: &Path) {
    let _ = fs::remove_file(folder.join(SIGNATURE_FILE));
    let manifest = fs::read(folder.join("manifest.json")).unwrap();
    assert!(signing::sign_manifest(data, folder, &manifest).unwrap());
}

fn pack(rig: &Rig, store: &Store, request: &str) -> Result<PackRecord, HandoverError> {
    let (mut eyes, data) = (eyes(), rig.data());
    let mut making = Making { store, data: &data, eyes: &mut eyes, at: now(), taken: None };
    make_pack(&mut making, request)
}

/// There is no pack, and why.
fn refused(rig: &Rig, store: &Store, request: &str) -> String {
    let made = pack(rig, store, request);
    let Err(HandoverError::Altered { event, detail }) = made else { panic!("{made:?}") };
    assert_eq!((event, left(rig)), (rig.event.clone(), Vec::new()));
    detail
}

#[test]
fn there_is_no_pack_of_what_nobody_with_the_key_has_sealed() {
    let (scene, other) = (Scene::h264(), tempfile::tempdir().unwrap());
    let yesterday = WallTime(now().0 - jiff::SignedDuration::from_hours(24));
    fs::create_dir_all(&scene.ctx.data).unwrap();
    for data in [scene.ctx.data.as_path(), other.path()] {
        signing::ensure(data, yesterday).unwrap().unwrap();
    }
    let rig = Rig::of_scene(scene);
    let store = rig.store();
    store.extend_chain(&rig.data(), now()).unwrap().unwrap();
    confirm(&store, &rig.event);
    let request = allowed(&store, &[&rig.event], now()).id;
    let folder = rig.data().join(store.event(&rig.event).unwrap().unwrap().evidence);
    let (chain, aside) = (rig.data().join("chain"), rig.data().join("chain.aside"));
    let signature = fs::read(folder.join(SIGNATURE_FILE)).unwrap();

    fs::remove_file(folder.join(SIGNATURE_FILE)).unwrap();
    let why = refused(&rig, &store, &request);
    assert!(why.contains("says that it was"), "the signature left out: {why}");
    forge(&folder);
    let why = refused(&rig, &store, &request);
    assert!(why.contains("not the manifest"), "painted over: {why}");
    // Whatever becomes of the chain.
    fs::rename(&chain, &aside).unwrap();
    let why = refused(&rig, &store, &request);
    assert!(why.contains("there is a key"), "{why}");
    sign(other.path(), &folder);
    let why = refused(&rig, &store, &request);
    assert!(why.contains("unknown key"), "{why}");
    fs::write(folder.join(SIGNATURE_FILE), &signature).unwrap();
    let why = refused(&rig, &store, &request);
    assert!(why.contains("not made over these bytes"), "{why}");
    fs::rename(&aside, &chain).unwrap();
    sign(other.path(), &folder);
    assert!(refused(&rig, &store, &request).contains("unknown key"));
}

#[test]
fn what_is_older_than_the_key_is_packed_as_long_as_it_is_what_was_entered() {
    let rig = Rig::new();
    let store = rig.store();
    confirm(&store, &rig.event);
    let request = |n: i64| {
        let at = WallTime(now().0 + jiff::SignedDuration::from_secs(n));
        allowed(&store, &[&rig.event], at).id
    };
    // The first makes the key.
    for n in 0..2 {
        let made = pack(&rig, &store, &request(n)).unwrap();
        let archive = streetward::handover::archive_of(&rig.data(), &made);
        let report = verify_pack(&archive, &[made.key_id], now()).unwrap();
        assert_eq!(report.problems, [], "{report:?}");
        fs::remove_file(archive).unwrap();
    }
    forge(&rig.data().join(store.event(&rig.event).unwrap().unwrap().evidence));
    let why = refused(&rig, &store, &request(2));
    assert!(why.contains("not the manifest that the chain"), "{why}");
}
