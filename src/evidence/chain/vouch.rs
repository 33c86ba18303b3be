//! Whether one event's folder is what was sealed, for whoever gives it out: by its signature and by
//! what the chain says of it.

use super::super::digest::file_digest;
use super::super::place::MANIFEST_FILE;
use super::super::signing::{SignatureState, Trusted};
use super::error::ChainError;
use super::files::{chain_days, read_day};
use super::said::Sayings;
use std::collections::BTreeSet;
use std::io;
use std::path::Path;

/// What the chain says of some events, and the keys that count.
pub struct ChainWord {
    trusted: Trusted,
    said: Sayings,
}

impl ChainWord {
    /// Reads all of the chain for what it says of these events. A day that does not hold says nothing
    /// here: whoever has no key could have written it.
    ///
    /// # Errors
    /// The folder of the chain cannot be read.
    pub fn read(
        data: &Path,
        trusted: Trusted,
        events: &BTreeSet<&str>,
    ) -> Result<Self, ChainError> {
        let mut said = Sayings::default();
        for day in chain_days(data)? {
            let Ok(Some(mut read)) = read_day(data, day) else { continue };
            if read.fault(&trusted).is_some() {
                continue;
            }
            let entries = std::mem::take(&mut read.entries).into_iter();
            for entry in entries.filter(|entry| events.contains(entry.event.as_str())) {
                // A conflict is for verifying to tell; the last word counts.
                let _ = said.hear(&read, entry, &trusted);
            }
        }
        Ok(Self { trusted, said })
    }

    /// Why a folder is not what was sealed of an event; `None`: nothing speaks against it. Its files
    /// are compared with its manifest elsewhere.
    ///
    /// # Errors
    /// The manifest cannot be read.
    pub fn doubt(&self, event: &str, folder: &Path) -> io::Result<Option<String>> {
        let signed = match self.trusted.judge_folder(folder)? {
            SignatureState::Signed(_) => true,
            SignatureState::Unsigned => false,
            SignatureState::Bad(why) => return Ok(Some(format!("its signature: {why}"))),
            SignatureState::UnknownKey(id) => {
                return Ok(Some(format!("it is signed by the unknown key {id}")));
            }
        };
        let (_, sum) = file_digest(&folder.join(MANIFEST_FILE))?;
        Ok(self.said.doubt(event, &sum, signed, self.trusted.any))
    }
}
