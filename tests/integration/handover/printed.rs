//! The commands that `VERIFY.txt` prints, run as they stand there.

use super::packing::packed;
use crate::api_rig::Rig;
use std::fs;
use std::path::Path;
use std::process::Command;
use streetward::handover::key_ids;
use tempfile::TempDir;

/// The commands, in order.
fn printed(folder: &Path) -> Vec<String> {
    let text = fs::read_to_string(folder.join("VERIFY.txt")).unwrap();
    let english = text.split("VERIFYING EVIDENCE PACK").nth(1).unwrap().to_owned();
    let is_command =
        |l: &&str| ["openssl ", "grep ", "sha256sum ", "find "].iter().any(|c| l.starts_with(c));
    english.lines().filter(is_command).map(str::to_owned).collect()
}

/// Runs one in the pack's folder; whether it ended well, and what it said.
fn run(folder: &Path, command: &str) -> (bool, String) {
    let done = Command::new("bash")
        .args(["-o", "pipefail", "-c", command])
        .current_dir(folder)
        .env("LC_ALL", "C")
        .output()
        .unwrap();
    let said = [done.stdout, done.stderr].concat();
    (done.status.success(), String::from_utf8_lossy(&said).into_owned())
}

#[test]
fn the_printed_commands_verify_a_pack_and_name_what_is_wrong() {
    if Command::new("openssl").arg("version").output().is_err() {
        eprintln!("skipped: openssl is not here");
        return;
    }
    let (rig, out) = (Rig::new(), TempDir::new().unwrap());
    let folder = packed(&rig, out.path());
    let commands = printed(&folder);
    let [key, signature, list, sums, extra] = commands.as_slice() else {
        panic!("{commands:?}");
    };
    assert_eq!(run(&folder, key).1.trim(), key_ids(&rig.data()).unwrap()[0]);
    let (well, said) = run(&folder, signature);
    assert!(well && said.contains("Signature Verified Successfully"), "{said}");
    assert_eq!(run(&folder, list), (true, "1\n".to_owned()));
    let (well, said) = run(&folder, sums);
    assert!(well && said.contains("all files are as packed"), "{said}");
    assert_eq!(run(&folder, extra), (true, String::new()));

    let touch = |name: &str| {
        let path = folder.join(name);
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::write(path, bytes).unwrap();
    };
    let clip = format!("events/{}/original/clip.mp4", rig.event);
    touch(&clip);
    let (well, said) = run(&folder, sums);
    assert!(!well && said.contains(&format!("{clip}: FAILED")), "{said}");
    touch(&clip);
    fs::rename(folder.join(&clip), out.path().join("clip")).unwrap();
    let (well, said) = run(&folder, sums);
    assert!(!well && said.contains(&clip) && said.contains("No such file"), "{said}");
    fs::rename(out.path().join("clip"), folder.join(&clip)).unwrap();
    for added in ["events/x.txt", "manifest.pdf", "manifest.extra/x.txt", "events/SHA256SUMS"] {
        let path = folder.join(added);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, "x").unwrap();
        let (well, said) = run(&folder, extra);
        assert!(!well && said.contains(added), "{added}: {said}");
        fs::remove_file(path).unwrap();
    }
    fs::remove_dir(folder.join("manifest.extra")).unwrap();
    std::os::unix::fs::symlink("/etc/hostname", folder.join("events/link")).unwrap();
    assert!(run(&folder, extra).1.contains("events/link"));
    fs::remove_file(folder.join("events/link")).unwrap();
    touch("SHA256SUMS");
    assert_eq!(run(&folder, list), (false, "0\n".to_owned()));
    touch("SHA256SUMS");
    touch("manifest.json");
    assert!(!run(&folder, signature).0);
    touch("manifest.json");
    // Signed by another key: its own key holds, and has another id.
    let other = Rig::new();
    let forged = packed(&other, &out.path().join("other"));
    for name in ["manifest.json", "manifest.sig", "manifest.sig.bin", "key.pem"] {
        fs::copy(forged.join(name), folder.join(name)).unwrap();
    }
    assert!(run(&folder, signature).0);
    assert_ne!(run(&folder, key).1.trim(), key_ids(&rig.data()).unwrap()[0]);
}
