//! Where imports are tried: a folder of models of its own, and the real program.

use crate::support::{fetched, root};
use assert_cmd::Command;
use std::fs;
use std::path::{Path, PathBuf};

/// A folder with models, and the program that looks into it.
pub struct Place {
    pub dir: tempfile::TempDir,
}

impl Place {
    pub fn new() -> Self {
        fetched("runtime");
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("models")).unwrap();
        Self { dir }
    }

    pub fn models(&self) -> PathBuf {
        self.dir.path().join("models")
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    /// A real export out of the fixtures, as a user would have it.
    pub fn export(&self, name: &str) -> PathBuf {
        let packed =
            fs::File::open(root().join(format!("fixtures/models/{name}.onnx.zst"))).unwrap();
        let mut decoder = zstd::Decoder::new(packed).unwrap();
        decoder.window_log_max(27).unwrap();
        let path = self.file(&format!("{name}.onnx"));
        std::io::copy(&mut decoder, &mut fs::File::create(&path).unwrap()).unwrap();
        path
    }

    pub fn streetward(&self, args: &[&str]) -> (i32, String, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_streetward"));
        command.current_dir(root()).args(args).env("COLUMNS", "100");
        for name in ["DATA", "RUNTIME", "LOG"] {
            command.env_remove(format!("STREETWARD_{name}"));
        }
        let out = command.env("STREETWARD_MODELS", self.models()).output().unwrap();
        let text = |bytes: Vec<u8>| {
            let text = String::from_utf8(bytes).unwrap();
            text.replace(self.dir.path().to_str().unwrap(), "DIR")
        };
        (out.status.code().unwrap(), text(out.stdout), text(out.stderr))
    }

    pub fn import(&self, file: &Path, more: &[&str]) -> (i32, String, String) {
        let args = [&["models", "import", file.to_str().unwrap()], more].concat();
        self.streetward(&args)
    }

    /// The error of a file that is refused; nothing may have been left behind.
    pub fn refused(&self, file: &Path, more: &[&str]) -> String {
        let (code, out, error) = self.import(file, more);
        assert_eq!((code, out.as_str()), (1, ""), "{error}");
        let left: Vec<_> =
            fs::read_dir(self.models()).unwrap().map(|e| e.unwrap().path()).collect();
        assert!(left.is_empty(), "{left:?}");
        error
    }

    pub fn manifest(&self) -> String {
        fs::read_to_string(self.models().join("manifest.toml")).unwrap()
    }
}

/// A tiny graph that shows one thing.
pub fn small(name: &str) -> PathBuf {
    root().join(format!("fixtures/models/import/{name}.onnx"))
}
