//! Keeps passwords out of everything that is shown.

use std::ops::Range;

/// What stands in a secret's place.
const MASK: &str = "***";

/// Names after which a value is a secret, as cameras spell them in addresses
/// (`?user=admin&password=…`).
const SECRET_NAMES: [&str; 7] =
    ["password=", "passwd=", "pass=", "pwd=", "token=", "secret=", "apikey="];

/// The text with credentials masked: whatever stands before an `@` in an address
/// (`rtsp://***@host`) and the values of `password=`, `token=` and the like. It masks too much
/// rather than too little, so it can be used on lines that do not parse.
pub fn redact(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut at = 0;
    for secret in secrets(text) {
        shown.push_str(&text[at..secret.start]);
        shown.push_str(MASK);
        at = secret.end;
    }
    shown.push_str(&text[at..]);
    shown
}

/// [`redact`] one line, and where a byte offset of it stands afterwards.
pub(super) fn redact_line(line: &str, offset: usize) -> (String, usize) {
    let mut moved = offset;
    for secret in secrets(line) {
        if offset >= secret.end {
            moved = moved + MASK.len() - secret.len();
        } else if offset > secret.start {
            moved -= offset - secret.start;
        }
    }
    (redact(line), moved)
}

/// Byte ranges of secrets, in order, apart from each other.
fn secrets(text: &str) -> Vec<Range<usize>> {
    let mut found: Vec<Range<usize>> = Vec::new();
    for line in lines(text) {
        let mut from = line.start;
        while from < line.end {
            let (word, after) = next_word(text, from..line.end);
            found.extend(credentials(text, &word));
            found.extend(parameters(text, &word));
            from = after;
        }
    }
    found.sort_by_key(|range| range.start);
    let mut apart: Vec<Range<usize>> = Vec::new();
    for range in found {
        match apart.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => apart.push(range),
        }
    }
    apart
}

fn lines(text: &str) -> impl Iterator<Item = Range<usize>> {
    text.split_inclusive('\n').scan(0, |at, line| {
        let start = *at;
        *at += line.len();
        Some(start..*at)
    })
}

/// A quoted string without its quotes (to the end of the line where the closing quote is missing),
/// or else a run of characters without white space or quotes. With it, where the next may begin.
fn next_word(text: &str, within: Range<usize>) -> (Range<usize>, usize) {
    let part = &text[within.clone()];
    let Some(start) = part.find(|c: char| !c.is_whitespace()) else {
        return (within.end..within.end, within.end);
    };
    let (base, rest) = (within.start + start, &part[start..]);
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''));
    let Some(quote) = quote else {
        let end = rest.find(|c: char| c.is_whitespace() || matches!(c, '"' | '\''));
        let end = base + end.unwrap_or(rest.len());
        return (base..end, end);
    };
    let mut escaped = false;
    let end = rest.char_indices().skip(1).find(|&(_, c)| {
        let ends = c == quote && !escaped;
        escaped = quote == '"' && c == '\\' && !escaped;
        ends
    });
    let end = base + end.map_or(rest.len(), |(i, _)| i);
    (base + 1..end, (end + 1).min(within.end))
}

/// What stands before the last `@`, after the scheme. Without a scheme only `user:password@`: a
/// rule may be called `illegal_parking@yellow_lines`.
fn credentials(text: &str, word: &Range<usize>) -> Option<Range<usize>> {
    let part = &text[word.clone()];
    let end = part.rfind('@')?;
    let scheme = part[..end].find("://");
    let start = scheme.map_or(0, |at| at + 3);
    (start < end && (scheme.is_some() || part[..end].contains(':')))
        .then(|| word.start + start..word.start + end)
}

fn parameters(text: &str, word: &Range<usize>) -> Vec<Range<usize>> {
    let part = text[word.clone()].to_ascii_lowercase();
    let mut found = Vec::new();
    for name in SECRET_NAMES {
        for (at, _) in part.match_indices(name) {
            let start = at + name.len();
            let length = part[start..].find(['&', ';', '#']).unwrap_or(part.len() - start);
            if length > 0 {
                found.push(word.start + start..word.start + start + length);
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn credentials_are_masked() {
        for (text, shown) in [
            ("rtsp://admin:s3cret@10.0.0.1/main", "rtsp://***@10.0.0.1/main"),
            ("rtsp://admin:p@ss/w?o#rd@host/1", "rtsp://***@host/1"),
            ("rtsp://host/1", "rtsp://host/1"),
            ("url = \"rtsp://u:it's x@host/1\" # main", "url = \"rtsp://***@host/1\" # main"),
            ("url = 'rtsp://u:a\"b@host'", "url = 'rtsp://***@host'"),
            ("url = \"rtsp://u:p\\\"q@host", "url = \"rtsp://***@host"),
            ("url = \"admin:s3cret@host\"", "url = \"***@host\""),
            ("url = rtsp://u:p@host", "url = rtsp://***@host"),
            ("http://h/?user=a&password=b&x=1", "http://h/?user=a&password=***&x=1"),
            ("rule \"loitering@gate\"", "rule \"loitering@gate\""),
            ("name = \"Ngã tư Lê Lợi\"", "name = \"Ngã tư Lê Lợi\""),
            ("a\nrtsp://u:p@h\nb", "a\nrtsp://***@h\nb"),
        ] {
            assert_eq!(redact(text), shown);
        }
    }

    #[test]
    fn places_move_with_the_mask() {
        let line = "url = \"rtsp://u:p4ss@h\" x";
        let (shown, at) = redact_line(line, line.len() - 1);
        assert_eq!(&shown[at..], "x");
        let (shown, at) = redact_line(line, line.find("p4ss").unwrap());
        assert_eq!(&shown[at..], "***@h\" x");
    }

    proptest! {
        #[test]
        fn no_password_survives(
            before in "[a-z =\"']{0,12}",
            password in "[A-Z0-9@:/?#]{4,12}",
            after in "[a-z\"' ]{0,8}",
        ) {
            let text = format!("{before}rtsp://u:{password}@h/{after}");
            prop_assert!(!redact(&text).contains(&password), "{}", redact(&text));
        }

        #[test]
        fn any_text_is_masked_without_panic(text in "\\PC*", offset in 0_usize..64) {
            let _ = redact_line(&text, offset.min(text.len()));
        }
    }
}
