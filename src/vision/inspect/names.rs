//! Class names as exporters and people write them: a Python dictionary or list in the file's
//! metadata, JSON, or one name a line.

use std::collections::BTreeMap;

/// More classes than this are a mistake: the largest common list (LVIS) has 1203.
const MOST: usize = 10_000;

/// Names out of `{0: 'person', 1: "stop sign"}`, `['person', 'car']`, either in JSON, or one name a
/// line or comma. Numbers left out become empty names. `None` where the text is none of these.
pub fn parse(text: &str) -> Option<Vec<String>> {
    let text = text.trim();
    let inner = |open: char, close: char| text.strip_prefix(open)?.strip_suffix(close);
    let names = if let Some(inside) = inner('{', '}') {
        numbered(inside)?
    } else if let Some(inside) = inner('[', ']') {
        listed(inside)?
    } else if text.starts_with(['{', '[']) {
        return None;
    } else {
        plain(text)
    };
    names.iter().any(|n| !n.is_empty()).then_some(names)
}

/// One name a line, or all in one line with commas between them; `#` begins a remark.
pub fn plain(text: &str) -> Vec<String> {
    let lines = || text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
    let split = if lines().count() == 1 { ',' } else { '\n' };
    lines()
        .flat_map(|line| line.split(split))
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .take(MOST)
        .collect()
}

fn numbered(inside: &str) -> Option<Vec<String>> {
    let mut words = Words(inside);
    let mut found = BTreeMap::new();
    while let Word::Is(key) = words.next()? {
        let key = key.trim().parse::<usize>().ok().filter(|&k| k < MOST)?;
        words.mark(':')?;
        let Word::Is(name) = words.next()? else { return None };
        found.insert(key, name);
        if words.mark(',').is_none() {
            break;
        }
    }
    words.end()?;
    let last = *found.last_key_value()?.0;
    Some((0..=last).map(|i| found.remove(&i).unwrap_or_default()).collect())
}

fn listed(inside: &str) -> Option<Vec<String>> {
    let mut words = Words(inside);
    let mut found = Vec::new();
    while let Word::Is(name) = words.next()? {
        found.push(name);
        if words.mark(',').is_none() || found.len() > MOST {
            break;
        }
    }
    words.end()?;
    Some(found)
}

/// A string or number, or the end of them.
enum Word {
    Is(String),
    End,
}

/// Quoted strings and bare numbers, with marks between them.
struct Words<'a>(&'a str);

impl Words<'_> {
    /// The next string or number; `None` where there is something else.
    fn next(&mut self) -> Option<Word> {
        self.0 = self.0.trim_start();
        let Some(first) = self.0.chars().next() else { return Some(Word::End) };
        if first.is_ascii_digit() {
            let end = self.0.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.0.len());
            let (number, rest) = self.0.split_at(end);
            self.0 = rest;
            return Some(Word::Is(number.to_owned()));
        }
        if first != '\'' && first != '"' {
            return None;
        }
        let mut out = String::new();
        let mut chars = self.0[1..].char_indices();
        while let Some((i, c)) = chars.next() {
            if c == first {
                self.0 = &self.0[1 + i + 1..];
                return Some(Word::Is(out));
            }
            let c = if c == '\\' { escaped(&mut chars)? } else { c };
            out.push(c);
        }
        None
    }

    fn mark(&mut self, c: char) -> Option<()> {
        self.0 = self.0.trim_start().strip_prefix(c)?;
        Some(())
    }

    fn end(&self) -> Option<()> {
        self.0.trim().is_empty().then_some(())
    }
}

/// What a backslash and the characters after it stand for.
fn escaped(chars: &mut std::str::CharIndices<'_>) -> Option<char> {
    match chars.next()?.1 {
        'n' => Some('\n'),
        't' => Some('\t'),
        'u' => {
            let code: String = chars.by_ref().take(4).map(|(_, c)| c).collect();
            char::from_u32(u32::from_str_radix(&code, 16).ok()?)
        }
        c => Some(c),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn names(text: &str) -> Vec<String> {
        parse(text).unwrap_or_else(|| panic!("{text}"))
    }

    #[test]
    fn every_common_way_to_write_names_is_read() {
        assert_eq!(names("{0: 'person', 1: \"rider's bike\", 2: 'xe máy'}")[1], "rider's bike");
        assert_eq!(names("{0: 'a', 2: 'c',}"), ["a", "", "c"]);
        assert_eq!(names(r#"{"0": "a", "1": "b\u00e9"}"#), ["a", "bé"]);
        assert_eq!(names(r"['it\'s', 'b']"), ["it's", "b"]);
        assert_eq!(names("car, van ,bus"), ["car", "van", "bus"]);
        assert_eq!(names("# mine\ncar\n\nlicence plate\n"), ["car", "licence plate"]);
        for wrong in
            ["", "{}", "[]", "{0: person}", "{'a': 'b'}", "{0: 'a' 1: 'b'}", "['a", "{99999: 'a'}"]
        {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_python_writes_is_read_again(list in prop::collection::vec("[a-zA-Zàáạ '\"\\\\]{1,12}", 1..40)) {
            let quoted = |n: &String| format!("'{}'", n.replace('\\', "\\\\").replace('\'', "\\'"));
            let dictionary: Vec<String> =
                list.iter().enumerate().map(|(i, n)| format!("{i}: {}", quoted(n))).collect();
            let text = format!("{{{}}}", dictionary.join(", "));
            prop_assert_eq!(parse(&text), Some(list));
        }

        #[test]
        fn any_text_is_read_to_an_end(text in "(\\PC|\n){0,80}") {
            let _ = parse(&text);
        }
    }
}
