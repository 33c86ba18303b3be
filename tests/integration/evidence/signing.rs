//! Manifests are signed as they are sealed, and what another key signed is named.

use super::run;
use super::scene::Scene;
use jiff::SignedDuration;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use streetward::evidence::signing::{self, SIGNATURE_FILE, Signature, SigningKey};
use streetward::evidence::{ProblemKind, Sealed, verify, verify_folder};
use streetward::media::WallTime;
use streetward::rules::Closing;
use streetward::store::Store;

fn now() -> WallTime {
    WallTime("2026-08-15T08:00:00Z".parse().unwrap())
}

/// A data folder with keys, and an event signed in it.
fn signed() -> (Scene, Sealed) {
    let scene = Scene::h264();
    fs::create_dir_all(&scene.ctx.data).unwrap();
    signing::ensure(&scene.ctx.data, now()).unwrap().unwrap();
    let sealed = scene.store(Closing::Left);
    (scene, sealed)
}

fn problems(data: &Path) -> Vec<(ProblemKind, String)> {
    let report = verify(data).unwrap();
    let name = |file: &str| file.rsplit('/').next().unwrap().to_owned();
    report.problems.iter().map(|p| (p.problem, name(&p.file))).collect()
}

#[test]
fn a_manifest_is_signed_when_it_is_sealed_and_stays_what_it_was() {
    let (scene, sealed) = signed();
    let unsigned = Scene::h264();
    let plain = unsigned.store(Closing::Left);
    let manifest = fs::read(scene.path(&sealed, "manifest.json")).unwrap();
    assert_eq!(manifest, fs::read(unsigned.path(&plain, "manifest.json")).unwrap());
    let signature = fs::read(scene.path(&sealed, SIGNATURE_FILE)).unwrap();
    assert!(Signature::parse(&signature).unwrap().signs(&manifest));
    let report = verify(&scene.ctx.data).unwrap();
    assert_eq!((report.signed, report.unsigned, report.problems), (1, 0, vec![]));
    let report = verify(&unsigned.ctx.data).unwrap();
    assert_eq!((report.signed, report.unsigned, report.problems), (0, 1, vec![]));
}

#[test]
fn a_manifest_made_anew_or_signed_by_another_is_named() {
    let (scene, sealed) = signed();
    let (path, signature) =
        (scene.path(&sealed, "manifest.json"), scene.path(&sealed, SIGNATURE_FILE));
    let (good, good_signature) = (fs::read(&path).unwrap(), fs::read(&signature).unwrap());
    // A picture is painted over, and the manifest made to agree: all hashes are right.
    let picture = scene.path(&sealed, "moment.jpg");
    let mut painted = fs::read(&picture).unwrap();
    painted.push(0);
    let mut json: Value = serde_json::from_slice(&good).unwrap();
    for file in json["files"].as_array_mut().unwrap() {
        if file["name"] == "moment.jpg" {
            use sha2::Digest;
            file["bytes"] = painted.len().into();
            file["sha256"] = hex::encode(sha2::Sha256::digest(&painted)).into();
        }
    }
    let forged = serde_json::to_vec_pretty(&json).unwrap();
    fs::write(&picture, painted).unwrap();
    fs::write(&path, &forged).unwrap();
    let wanted = |kind| vec![(kind, SIGNATURE_FILE.to_owned())];
    assert_eq!(problems(&scene.ctx.data), wanted(ProblemKind::BadSignature));
    let thief = SigningKey::generate().unwrap();
    fs::write(&signature, Signature::of(&thief, &forged).to_json().unwrap()).unwrap();
    assert_eq!(problems(&scene.ctx.data), wanted(ProblemKind::UnknownKey));
    let detail = verify(&scene.ctx.data).unwrap().problems[0].detail.clone();
    assert!(detail.contains(thief.public().id().as_str()), "{detail}");
    // A signature cut short, or a link to one.
    fs::write(&signature, &good_signature[..100]).unwrap();
    assert_eq!(problems(&scene.ctx.data), wanted(ProblemKind::BadSignature));
    fs::remove_file(&signature).unwrap();
    std::os::unix::fs::symlink("/etc/hostname", &signature).unwrap();
    assert_eq!(problems(&scene.ctx.data), wanted(ProblemKind::BadSignature));
}

#[test]
fn evidence_is_kept_without_a_signature_where_the_key_cannot_be_read() {
    let scene = Scene::h264();
    fs::create_dir_all(&scene.ctx.data).unwrap();
    let id = signing::ensure(&scene.ctx.data, now()).unwrap().unwrap();
    fs::write(scene.ctx.data.join(format!("keys/{id}.pem")), "torn").unwrap();
    let sealed = scene.store(Closing::Left);
    assert!(scene.path(&sealed, "manifest.json").exists());
    assert!(!scene.path(&sealed, SIGNATURE_FILE).exists());
    assert_eq!(verify(&scene.ctx.data).unwrap().unsigned, 1);
}

#[test]
fn what_the_old_key_signed_stays_valid_and_given_keys_are_the_only_ones() {
    let (scene, sealed) = signed();
    let data = &scene.ctx.data;
    Store::open(data).unwrap().put_event(&scene.record(&sealed)).unwrap();
    let old = signing::export_public(data, None).unwrap();
    signing::rotate(data, now(), SignedDuration::from_hours(24)).unwrap();
    let new = signing::export_public(data, None).unwrap();
    assert_eq!(problems(data), []);
    let file = |name: &str, pem: &str| {
        let path = scene.folder.path().join(name);
        fs::write(&path, pem).unwrap();
        path.display().to_string()
    };
    let (old, new) = (file("old.pem", &old), file("new.pem", &new));
    let command = |key: &str| {
        run(&["verify", "--data", data.to_str().unwrap(), "--key", key, "--format", "json"])
    };
    assert_eq!(command(&old).0.unwrap(), ExitCode::SUCCESS);
    let (code, out) = command(&new);
    assert_eq!(code.unwrap(), ExitCode::from(1));
    assert!(out.contains("unknown_key"), "{out}");
    assert!(command("keys.json").0.unwrap_err().to_string().contains("keys.json"));
    // Without the keys' list nobody is known.
    fs::remove_file(data.join("keys/keys.json")).unwrap();
    assert_eq!(problems(data), [(ProblemKind::UnknownKey, SIGNATURE_FILE.to_owned())]);
}

#[test]
fn a_folder_that_was_handed_over_is_verified_wherever_it_lies() {
    let (scene, sealed) = signed();
    let trusted = signing::trusted(&scene.ctx.data).unwrap();
    let folder = scene.folder.path().join("original");
    fs::rename(scene.ctx.data.join(&sealed.folder), &folder).unwrap();
    assert_eq!(verify_folder(&folder, &trusted), []);
    let found = || -> Vec<(ProblemKind, String)> {
        verify_folder(&folder, &trusted).into_iter().map(|p| (p.problem, p.file)).collect()
    };
    fs::write(folder.join("clip.mp4"), "x").unwrap();
    assert_eq!(found(), [(ProblemKind::Changed, "clip.mp4".to_owned())]);
    fs::remove_file(folder.join("clip.mp4")).unwrap();
    assert_eq!(found(), [(ProblemKind::Missing, "clip.mp4".to_owned())]);
    fs::remove_file(folder.join(SIGNATURE_FILE)).unwrap();
    assert_eq!(found()[1], (ProblemKind::Missing, SIGNATURE_FILE.to_owned()));
    let nobody = signing::Trusted::default();
    assert_eq!(verify_folder(&folder, &nobody).len(), 2);
}

#[test]
fn openssl_finds_the_same_with_the_public_key_alone() {
    if Command::new("openssl").arg("version").output().is_err() {
        eprintln!("skipped: there is no openssl here");
        return;
    }
    let (scene, sealed) = signed();
    let manifest = scene.path(&sealed, "manifest.json");
    let at = |name: &str| scene.folder.path().join(name);
    let pem = signing::export_public(&scene.ctx.data, None).unwrap();
    fs::write(at("city.pub.pem"), pem).unwrap();
    let signature = fs::read(scene.path(&sealed, SIGNATURE_FILE)).unwrap();
    let hex = Signature::parse(&signature).unwrap().signature;
    fs::write(at("signature.bin"), hex::decode(hex).unwrap()).unwrap();
    let verified = |manifest: &PathBuf| {
        let args = ["pkeyutl", "-verify", "-pubin", "-rawin", "-inkey"];
        let mut openssl = Command::new("openssl");
        openssl.args(args).arg(at("city.pub.pem")).arg("-sigfile").arg(at("signature.bin"));
        openssl.arg("-in").arg(manifest).output().unwrap().status.success()
    };
    assert!(verified(&manifest));
    let mut other = fs::read(&manifest).unwrap();
    other[10] ^= 1;
    fs::write(at("other.json"), other).unwrap();
    assert!(!verified(&at("other.json")));
    // As the help text gives it, in the event's folder.
    let folder = scene.ctx.data.join(&sealed.folder);
    let script = streetward::cli::evidence::EVENT_BY_HAND
        .replace("city.pub.pem", at("city.pub.pem").to_str().unwrap())
        .replace("sig.bin", at("sig.bin").to_str().unwrap());
    let by_hand = || {
        let done = Command::new("bash").args(["-ec", &script]).current_dir(&folder).output();
        let done = done.unwrap();
        (done.status.success(), String::from_utf8(done.stdout).unwrap())
    };
    let (sound, said) = by_hand();
    assert!(sound && said.contains("clip.mp4: OK") && said.contains("Verified"), "{said}");
    let picture = fs::read(folder.join("after.jpg")).unwrap();
    fs::write(folder.join("after.jpg"), [&picture[..], &b"x"[..]].concat()).unwrap();
    let (sound, said) = by_hand();
    assert!(!sound && said.contains("after.jpg: FAILED"), "{said}");
    fs::write(folder.join("after.jpg"), picture).unwrap();
    // And a key that openssl made is one that signs here.
    let key = scene.ctx.data.join("keys");
    let made = Command::new("openssl").args(["genpkey", "-algorithm", "ed25519"]).output().unwrap();
    let id = signing::signer(&scene.ctx.data).unwrap().public().id();
    fs::write(key.join(format!("{id}.pem")), made.stdout).unwrap();
    let error = signing::signer(&scene.ctx.data).unwrap_err().to_string();
    assert!(error.contains("it is the key"), "read, and another: {error}");
}

#[test]
fn signing_costs_next_to_nothing_beside_making_the_evidence() {
    let cpu = || {
        let t = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
        t.tv_sec as f64 + t.tv_nsec as f64 / 1e9
    };
    let scene = Scene::h264();
    fs::create_dir_all(&scene.ctx.data).unwrap();
    signing::ensure(&scene.ctx.data, now()).unwrap().unwrap();
    let from = cpu();
    let sealed = scene.store(Closing::Left);
    let whole = cpu() - from;
    let manifest = fs::read(scene.path(&sealed, "manifest.json")).unwrap();
    let folder = scene.folder.path().join("again");
    fs::create_dir_all(&folder).unwrap();
    let from = cpu();
    for _ in 0..100 {
        assert!(signing::sign_manifest(&scene.ctx.data, &folder, &manifest).unwrap());
    }
    let each = (cpu() - from) / 100.0;
    eprintln!("signing: {:.0} µs of {:.1} ms of processor time", each * 1e6, whole * 1e3);
    assert!(each < whole / 5.0, "{each} s of {whole} s");
}
