//! Keeps secrets out of sentences.

use crate::config::{Secret, WebAddress, redact};

/// Longer words of others are cut.
const LONGEST: usize = 160;
/// What stands in a secret's place.
const MASK: &str = "***";

/// The secrets of a sink, to be masked wherever others repeat them.
#[derive(Clone, Default)]
pub(super) struct Scrub(Vec<String>);

impl Scrub {
    pub(super) fn secret(mut self, secret: Option<&Secret>) -> Self {
        self.0.extend(secret.map(|s| s.reveal().to_owned()).filter(|s| !s.is_empty()));
        self
    }

    pub(super) fn address(mut self, address: &WebAddress) -> Self {
        if address.has_secret() {
            self.0.push(address.reveal().to_owned());
            // What follows the host alone is also told, in requests for one.
            let rest = address.reveal().splitn(4, '/').nth(3).filter(|r| r.len() > 3);
            self.0.extend(rest.map(str::to_owned));
        }
        self
    }

    /// Another's words on one line, shortened, without secrets.
    pub(super) fn clean(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in &self.0 {
            text = text.replace(secret, MASK);
        }
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let text: String = redact(&text).chars().filter(|c| !c.is_control()).collect();
        match text.char_indices().nth(LONGEST) {
            Some((end, _)) => format!("{}…", &text[..end]),
            None => text,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn no_secret_survives(
            before in "[a-z \n]{0,200}",
            secret in "[A-Z0-9 /?]{4,20}",
            after in "[a-z \n]{0,200}",
        ) {
            prop_assume!(secret.trim() == secret);
            let scrub = Scrub::default().secret(Some(&Secret::new(secret.clone())));
            let said = scrub.clean(&format!("{before}{secret}{after}{secret}"));
            prop_assert!(!said.contains(&secret), "{said}");
            prop_assert!(said.chars().count() <= LONGEST + 1 && !said.contains('\n'));
        }
    }
}
