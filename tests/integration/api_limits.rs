//! What the desk's server bears: large, slow, many and wrong requests, TLS, and being stopped.

use crate::api_rig::Rig;
use std::io::{BufRead, BufReader, Read, Write};
use std::time::Duration;
use streetward::serve::ServeTerms;

#[test]
fn what_is_too_large_or_no_json_is_refused() {
    let rig = Rig::new();
    let long = format!("{{\"user\":\"{}\"}}", "x".repeat(70_000));
    let answer = rig.ask("POST", "/api/v1/login", &[], &long);
    assert_eq!((answer.status, answer.code().as_str()), (413, "too_large"));
    let huge = "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
                Content-Length: 99999999999\r\nConnection: close\r\n\r\n{";
    assert_eq!(rig.raw(huge.as_bytes()).unwrap().status, 413);
    let head = format!("GET / HTTP/1.1\r\nHost: x\r\nX-Long: {}\r\n\r\n", "y".repeat(200_000));
    assert!(rig.raw(head.as_bytes()).is_none_or(|a| a.status == 431));
    let many: String =
        (0..300).flat_map(|n| ["X-".to_owned(), n.to_string(), ": 1\r\n".to_owned()]).collect();
    let head = format!("GET / HTTP/1.1\r\nHost: x\r\n{many}\r\n");
    assert!(rig.raw(head.as_bytes()).is_none_or(|a| a.status == 431));
    for (kind, body, status, code) in [
        ("text/plain", "{}", 415, "not_json"),
        ("application/json", "{", 400, "bad_request"),
        ("application/json", "[]", 400, "bad_request"),
        ("application/json", "{\"user\":1,\"password\":\"\"}", 400, "bad_request"),
        ("application/json", "\u{0}\u{1}", 400, "bad_request"),
    ] {
        let request = format!(
            "POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: {kind}\r\nContent-Length: {}\r\n\
             Connection: close\r\n\r\n{body}",
            body.len()
        );
        let answer = rig.raw(request.as_bytes()).unwrap();
        assert_eq!((answer.status, answer.code().as_str()), (status, code), "{kind} {body}");
    }
    assert!(
        rig.raw(b"\x16\x03\x01\x00\x00 no HTTP at all\r\n\r\n").is_none_or(|a| a.status == 400)
    );
    assert_eq!(rig.get("/docs").status, 200, "the server goes on");
}

#[test]
fn slow_and_many_clients_keep_nobody_else_from_the_desk() {
    let rig = Rig::with(|terms: &mut ServeTerms| {
        terms.head_within = Duration::from_millis(400);
        terms.answer_within = Duration::from_millis(800);
        terms.taken_within = Duration::from_millis(800);
        terms.connections_each = 8;
    });
    // A head that never ends, and a body that never comes.
    let mut heads = rig.connect();
    heads.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ").unwrap();
    let mut body = rig.connect();
    body.write_all(
        b"POST /api/v1/login HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n\
          Content-Length: 100\r\n\r\n{\"user\":",
    )
    .unwrap();
    assert_eq!(rig.get("/docs").status, 200, "others are answered meanwhile");
    let mut said = Vec::new();
    let _ = heads.read_to_end(&mut said);
    assert!(!String::from_utf8_lossy(&said).contains("200 OK"), "the head was given up");
    let mut said = [0; 32];
    let read = body.read(&mut said).unwrap();
    assert!(String::from_utf8_lossy(&said[..read]).contains("408"), "the body was given up");
    drop((heads, body));
    // More connections than one address may have: those over it are closed at once.
    let idle: Vec<_> = (0..8).map(|_| rig.connect()).collect();
    let mut over = rig.connect();
    let mut said = Vec::new();
    let _ = over.write_all(b"GET /docs HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    let _ = over.read_to_end(&mut said);
    assert!(said.is_empty(), "{}", String::from_utf8_lossy(&said));
    drop(idle);
    std::thread::sleep(Duration::from_millis(600));
    assert_eq!(rig.get("/docs").status, 200, "and are let in again when others left");
}

#[test]
fn plain_http_is_for_this_machine_alone() {
    let terms = ServeTerms::at("0.0.0.0:0".parse().unwrap());
    let said = terms.clone().checked().unwrap_err().to_string();
    assert!(said.contains("certificate_file") && said.contains("behind_proxy"), "{said}");
    assert!(ServeTerms { behind_proxy: true, ..terms }.checked().is_ok());
}

#[test]
fn tls_answers_with_the_sites_own_certificate() {
    let folder = tempfile::tempdir().unwrap();
    let (chain, key) = (folder.path().join("desk.crt"), folder.path().join("desk.key"));
    let made = std::process::Command::new("openssl")
        .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"])
        .args(["-nodes", "-days", "2", "-subj", "/CN=desk", "-addext"])
        .args(["subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE"])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&chain)
        .stderr(std::process::Stdio::null())
        .status();
    if !made.is_ok_and(|m| m.success()) {
        eprintln!("skipped: no openssl command to make a certificate with");
        return;
    }
    let rig = Rig::with(|terms| terms.certificate = Some((chain.clone(), key.clone())));
    let pem = std::fs::read(&chain).unwrap();
    let root = ureq::tls::Certificate::from_pem(&pem).unwrap();
    let tls = ureq::tls::TlsConfig::builder()
        .root_certs(ureq::tls::RootCerts::new_with_certs(&[root]))
        .build();
    let agent: ureq::Agent =
        ureq::Agent::config_builder().tls_config(tls).http_status_as_error(false).build().into();
    let answer = agent.get(format!("https://{}/docs", rig.address)).call().unwrap();
    assert_eq!(answer.status(), 200);
    let kept = answer.headers().get("strict-transport-security");
    assert!(kept.is_some(), "browsers stay with TLS");
    // What has no key of its own is told, and plain words get no answer.
    assert!(rig.raw(b"GET /docs HTTP/1.1\r\nHost: x\r\n\r\n").is_none());
    let wrong = ServeTerms {
        certificate: Some((key.clone(), chain)),
        ..ServeTerms::at("127.0.0.1:0".parse().unwrap())
    };
    let said = streetward::serve::Server::bind(wrong).unwrap_err().to_string();
    assert!(said.contains(&key.display().to_string()), "{said}");
}

#[test]
fn the_command_serves_and_stops_in_order() {
    let rig = Rig::new();
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_streetward"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(rig.data())
        .arg("--site")
        .arg(rig.scene.folder.path().join("streetward.toml"))
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let told = lines.next().unwrap().unwrap();
    let address = told.split("http://").nth(1).unwrap().split(';').next().unwrap();
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    stream.write_all(b"GET /docs HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    let mut page = String::new();
    stream.read_to_string(&mut page).unwrap();
    assert!(page.starts_with("HTTP/1.1 200 OK"), "{page}");
    let pid = child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
    assert!(child.wait().unwrap().success());
    assert!(lines.map_while(Result::ok).any(|line| line.contains("stopped")));
}
