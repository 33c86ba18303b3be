//! Where words go: results to stdout, bars and logs to stderr without tearing each other.

use indicatif::MultiProgress;
use std::io::{self, Write};
use std::sync::OnceLock;

static BARS: OnceLock<MultiProgress> = OnceLock::new();

/// The progress bars of this process.
pub(super) fn bars() -> &'static MultiProgress {
    BARS.get_or_init(MultiProgress::new)
}

/// A log writer that hides the bars while it writes.
pub(super) fn above_bars() -> impl Write {
    Above(Vec::new())
}

struct Above(Vec<u8>);

impl Write for Above {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        let bytes = std::mem::take(&mut self.0);
        bars().suspend(|| io::stderr().lock().write_all(&bytes))
    }
}

impl Drop for Above {
    fn drop(&mut self) {
        if !self.0.is_empty() {
            let _ = self.flush();
        }
    }
}

/// Writes a line to stderr, above the bars.
pub(super) fn complain(text: &str) -> anyhow::Result<()> {
    Ok(bars().suspend(|| writeln!(io::stderr().lock(), "streetward: {text}"))?)
}

/// Writes to stdout; a reader that has gone away (`| head`) is not an error.
pub(super) fn print(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(e) if e.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}
