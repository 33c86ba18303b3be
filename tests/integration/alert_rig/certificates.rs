//! Certificates for servers on this machine, made by OpenSSL.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Files of an authority and of a server that it vouches for, PEM.
pub struct Certificates {
    pub authority: PathBuf,
    pub server: PathBuf,
    pub key: PathBuf,
}

/// Made anew in `folder`.
pub fn make(folder: &Path) -> Certificates {
    let file = |name: &str| folder.join(name);
    let path = |name: &str| file(name).to_str().unwrap().to_owned();
    let curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    openssl(
        &[&["req", "-x509", "-days", "2", "-subj", "/CN=Test authority"][..], &curve].concat(),
        &["-keyout", &path("ca.key"), "-out", &path("ca.pem")],
    );
    openssl(
        &[&["req", "-subj", "/CN=localhost"][..], &curve].concat(),
        &["-keyout", &path("server.key"), "-out", &path("server.csr")],
    );
    std::fs::write(file("names"), "subjectAltName=DNS:localhost,IP:127.0.0.1\n").unwrap();
    openssl(
        &["x509", "-req", "-days", "2", "-CAcreateserial"],
        &[
            "-in",
            &path("server.csr"),
            "-CA",
            &path("ca.pem"),
            "-CAkey",
            &path("ca.key"),
            "-extfile",
            &path("names"),
            "-out",
            &path("server.pem"),
        ],
    );
    Certificates { authority: file("ca.pem"), server: file("server.pem"), key: file("server.key") }
}

fn openssl(args: &[&str], files: &[&str]) {
    let done = Command::new("openssl").args(args).args(files).output().expect("openssl runs");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}
