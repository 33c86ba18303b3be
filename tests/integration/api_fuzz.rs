//! The running API against its own description: `schemathesis` makes requests of the description, right
//! and wrong ones, and compares the answers with it. Few, and the same each time.

use crate::api_rig::{Person, Rig};
use crate::support::root;
use std::process::Command;

/// What is asked of every answer: no error of the server's own, only the statuses, types and forms that
/// are described, no route without its lock, and no wrong request taken for a right one.
const CHECKS: &str = "not_a_server_error,status_code_conformance,content_type_conformance,\
                      response_headers_conformance,response_schema_conformance,\
                      negative_data_rejection,unsupported_method,ignored_auth";

/// Routes left out: one that ends the session, one that never ends, and one whose wrong answers lock
/// the door for those that follow.
const LEFT_OUT: &str = "^/api/v1/(logout|stream|login)$";

/// Requests of one kind for each route.
const EXAMPLES: &str = "12";

fn fuzz(rig: &Rig, person: &Person, name: &str) {
    let program = root().join(".streetward/fuzz/bin/schemathesis");
    if !program.exists() {
        eprintln!("skipped: no schemathesis; scripts/setup --test brings it");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    // Ids that there are, so that more than "not found" is compared.
    let of = |path: &str, id: &str| {
        format!(
            "[[operations]]\ninclude-path-regex = \"^/api/v1/{path}/\"\nparameters = {{ id = \"{id}\", name = \"moment.jpg\" }}\n"
        )
    };
    let ids = of("events", &rig.event) + &of("cameras", "p1-le-loi-01") + &of("users", "viewer");
    std::fs::write(folder.path().join("schemathesis.toml"), ids).unwrap();
    let run = Command::new(program)
        .current_dir(folder.path())
        .arg("run")
        .arg(format!("http://{}/api/v1/openapi.json", rig.address))
        .args(["--checks", CHECKS, "--exclude-path-regex", LEFT_OUT])
        .args(["--max-examples", EXAMPLES, "--seed", "20260815", "--generation-deterministic"])
        // One worker: two share caches of its generators that are not made for it.
        .args(["--phases", "examples,coverage,fuzzing", "--workers", "1", "--no-color"])
        .args(["--continue-on-failure", "--no-shrink", "--request-timeout", "20"])
        .arg("-H")
        .arg(format!("Cookie: {}", person.cookie))
        .arg("-H")
        .arg(format!("X-CSRF-Token: {}", person.csrf))
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success(), "{name}: {told}{}", String::from_utf8_lossy(&run.stderr));
    assert_eq!(rig.see(person, "/me").status, 200, "{name}: the server goes on");
}

#[test]
fn a_supervisor_gets_what_the_description_says() {
    let rig = Rig::new();
    fuzz(&rig, &rig.person("supervisor"), "supervisor");
}

#[test]
fn an_administrator_gets_what_the_description_says() {
    let rig = Rig::new();
    fuzz(&rig, &rig.person("administrator"), "administrator");
}
