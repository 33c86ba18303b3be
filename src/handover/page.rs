//! `index.html` of a pack: verifies it in any browser, without a network and without this program.
//!
//! The page is the same for every pack but for four plain values: what people typed reaches it only from
//! the files that are chosen, as text. A page opened from a disk may not read its neighbours, so it asks
//! for the folder.

use crate::media::WallTime;
use rust_embed::Embed;

const HTML: &str = include_str!("page/page.html");
const STYLE: &str = include_str!("page/page.css");
const WORDS: &str = include_str!("page/words.js");
const SCRIPT: &str = include_str!("page/verify.js");

/// What `scripts/pages` bundles for it: a verifier of Ed25519 for browsers that have none. A program
/// built without pages makes packs whose page then says that it cannot check the signature there.
#[derive(Embed)]
#[folder = "web/dist/pack"]
#[allow_missing = true]
struct Bundled;

fn verifier() -> String {
    let file = Bundled::get("ed25519.js");
    file.map(|f| String::from_utf8_lossy(&f.data).into_owned()).unwrap_or_default()
}

/// The page of a pack.
pub(super) fn page(pack: &str, key_id: &str, public_key: &str, expires: WallTime) -> String {
    // Ids, digits and a time: nothing of it needs to be escaped.
    HTML.replace("{{style}}", STYLE)
        .replace("{{words}}", WORDS)
        .replace("{{script}}", SCRIPT)
        .replace("{{ed25519}}", &verifier())
        .replace("{{pack}}", pack)
        .replace("{{key_id}}", key_id)
        .replace("{{public_key}}", public_key)
        .replace("{{expires}}", &expires.utc_rfc3339())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::handover::custody::TAKEN_BACK;
    use crate::store::{Action, word};
    use std::collections::BTreeSet;
    use std::path::Path;

    /// Every word in quotes of the program's source that names an entry about a hold or a request.
    fn entered(folder: &Path, found: &mut BTreeSet<String>) {
        for path in std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()) {
            if path.is_dir() {
                entered(&path, found);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = std::fs::read_to_string(&path).unwrap();
                let named = text.split('"').filter(|part| {
                    let rest =
                        ["handover_", "hold_"].iter().find_map(|before| part.strip_prefix(before));
                    rest.is_some_and(|r| !r.is_empty() && r.bytes().all(|b| b.is_ascii_lowercase()))
                });
                found.extend(named.map(str::to_owned));
            }
        }
    }

    #[test]
    fn every_step_of_custody_has_its_words_in_both_languages() {
        let mut steps = BTreeSet::new();
        entered(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut steps);
        assert!(steps.len() > 9, "{steps:?}");
        steps.extend(
            ["recorded", "evidence_seen", "result", "escalated", TAKEN_BACK].map(str::to_owned),
        );
        let actions = [
            Action::Acknowledge,
            Action::Confirm,
            Action::Dismiss,
            Action::CannotTell,
            Action::Reopen,
            Action::Assign,
            Action::Note,
            Action::Plate,
            Action::Merge,
            Action::SecondLook,
            Action::Replaced,
        ];
        steps.extend(actions.iter().map(word));
        for step in steps {
            assert_eq!(WORDS.matches(&format!(" a_{step}: '")).count(), 2, "{step}");
        }
        assert_eq!(WORDS.matches(" plate_corrected: '").count(), 2);
    }
}
