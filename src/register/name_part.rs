//! A contributor's name in its parts: who is named in it, under which forms of address, and what of it
//! is a remark or an address.

use super::column::fold;
use super::name_words::{COMPANIES, COPULAS, FORMS, HEADINGS, KIN, NOBODY, NOBODY_WITH_MARKS};
use std::sync::LazyLock;

type Phrases = LazyLock<Vec<Vec<Word>>>;
static FORM_WORDS: Phrases = LazyLock::new(|| phrases(FORMS));
static KIN_WORDS: Phrases = LazyLock::new(|| phrases(KIN));
static COPULA_WORDS: Phrases = LazyLock::new(|| phrases(COPULAS));
static HEADING_WORDS: Phrases = LazyLock::new(|| phrases(HEADINGS));
static COMPANY_WORDS: Phrases = LazyLock::new(|| phrases(COMPANIES));
static NOBODY_WORDS: Phrases = LazyLock::new(|| phrases(NOBODY));
static WITH_WORDS: Phrases = LazyLock::new(|| phrases(&["cùng", "với"]));
static SPOUSE_WORDS: Phrases = LazyLock::new(|| phrases(&["vợ", "chồng"]));

fn phrases(written: &[&str]) -> Vec<Vec<Word>> {
    written.iter().map(|phrase| words(phrase)).collect()
}

/// What ends a name: what follows is a remark, or somebody else.
const ENDS: &[char] = &[',', ';', ':', '：', '(', ')', '[', ']', '/', '&', '+', '–', '—'];

/// Words from which what is written is taken for somebody's whole name.
pub(super) const WHOLE_NAME: usize = 3;

/// Second words of names: before them stands a family's name (Võ, Châu, Cung) and no kin, where it is
/// written without marks.
const MIDDLES: &[&str] = &["thi", "van"];

/// A word as it is written, in lower case, and folded.
pub(super) type Word = (String, String);

fn words(text: &str) -> Vec<Word> {
    let each = text.split(|c: char| c.is_whitespace() || ".-_'’\"".contains(c));
    let mut words = Vec::new();
    for (word, folded) in each.map(|word| (word.to_lowercase(), fold(word))) {
        // Other signs part words, too; what they part is known by its folded form alone.
        let several = folded.contains(' ');
        let each = folded.split(' ').filter(|f| !f.is_empty());
        words.extend(each.map(|f| {
            let written = if several { f.to_owned() } else { word.clone() };
            (written, f.to_owned())
        }));
    }
    words
}

/// What stands before a part of a contributor's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Before {
    Nothing,
    And,
    Comma,
    Bracket,
}

/// The names of which a contributor's consists: "Ông A và bà B", "Hộ bà B, Khóm 3". What may be two
/// names or one is there as both.
pub(super) fn parts(contributor: &str) -> Vec<(Before, Vec<Word>)> {
    let (mut parts, mut before) = (Vec::new(), Before::Nothing);
    for piece in contributor.replace(" -", ",").replace("- ", ",").split_inclusive(ENDS) {
        let text = piece.trim_end_matches(ENDS);
        let halves = halves(text);
        if halves.len() > 1 {
            parts.push((before, words(text)));
        }
        let mut last = Vec::new();
        for half in &halves {
            for part in words(half).split(|(word, _)| word == "và" || word == "va" || word == "and")
            {
                let several = companions(part);
                if several.len() > 1 {
                    parts.push((before, part.to_vec()));
                }
                for one in several {
                    if one.len() < part.len() && before == Before::Comma {
                        before = Before::And;
                    }
                    last = one.to_vec();
                    if !one.is_empty() && !is_heading(one) {
                        parts.push((before, one.to_vec()));
                    }
                    before = after(&parts, Before::And);
                }
            }
            before = after(&parts, Before::Comma);
        }
        let next = match piece.chars().next_back() {
            Some('&' | '+') => Before::And,
            Some('(' | '[') => Before::Bracket,
            Some(':' | '：') if last.len() == 1 || is_heading(&last) => Before::And,
            // "Địa chỉ: …"
            Some(':' | '：') if is_nobody(&last) && without_forms(&last, false).len() == 1 => {
                Before::Bracket
            }
            _ => Before::Comma,
        };
        before = after(&parts, next);
    }
    parts
}

/// Nothing stands before the first part, whatever heads it.
fn after(parts: &[(Before, Vec<Word>)], sign: Before) -> Before {
    if parts.is_empty() { Before::Nothing } else { sign }
}

/// What hyphens without blanks part: "Nguyễn Văn A-Trần Thị B", and not "Coca-Cola".
fn halves(piece: &str) -> Vec<String> {
    let mut halves: Vec<String> = Vec::new();
    for next in piece.split(['-', '‐', '‑']) {
        match halves.last_mut() {
            Some(half) if !are_two(&words(half), next) => {
                half.push('-');
                half.push_str(next);
            }
            _ => halves.push(next.to_owned()),
        }
    }
    halves
}

fn are_two(one: &[Word], next: &str) -> bool {
    let other = words(next);
    let addressed = FORM_WORDS.iter().chain(&*KIN_WORDS).any(|form| opens(form, &other));
    let capital = next.chars().next().is_some_and(char::is_uppercase);
    let company = COMPANY_WORDS.iter().any(|kind| opens(kind, one));
    let another = addressed || is_nobody(&other) || capital && !company;
    one.len() > 1 && other.len() > 1 && another
}

/// Who is named together without "và": "Ông A cùng bà B", "Ông A vợ là B".
fn companions(part: &[Word]) -> Vec<&[Word]> {
    let (mut several, mut from) = (Vec::new(), 0);
    for at in 0..part.len() {
        let (here, rest) = (&part[at..], &part[at + 1..]);
        let with = WITH_WORDS.iter().any(|with| opens(with, here) && is_surely(with, here));
        // At the end it is somebody's own name: "Nguyễn Văn Cung".
        if with && !rest.is_empty() {
            if at > from {
                several.push(&part[from..at]);
            }
            from = at + 1;
        } else if at > from
            && SPOUSE_WORDS.iter().any(|kin| {
                // Võ is a second family's name, too.
                let whole = kin[0].0 == here[0].0 || at > from + 1 && rest.len() >= WHOLE_NAME;
                opens(kin, here) && whole && is_surely(kin, here)
            })
        {
            several.push(&part[from..at]);
            from = at;
        }
    }
    several.push(&part[from..]);
    several
}

/// Whether a phrase that opens these words is no family's name.
fn is_surely(phrase: &[Word], words: &[Word]) -> bool {
    phrase.iter().zip(words).all(|(p, word)| p.0 == word.0)
        || words.get(phrase.len()).is_none_or(|(_, next)| !MIDDLES.contains(&next.as_str()))
}

/// Whether these words only say that somebody is named next, or are a ward's or hamlet's number.
fn is_heading(part: &[Word]) -> bool {
    let numbered = part.last().is_some_and(|(_, f)| f.bytes().all(|b| b.is_ascii_digit()));
    if numbered && begins_as_nobody(part) {
        return true;
    }
    let mut rest = part;
    while let Some(said) = [&HEADING_WORDS, &KIN_WORDS, &COPULA_WORDS]
        .into_iter()
        .flat_map(|phrases| phrases.iter())
        .filter(|said| opens(said, rest))
        .max_by_key(|said| said.len())
    {
        rest = &rest[said.len()..];
    }
    rest.is_empty()
}

/// Whether this is where somebody lives, or others together, and not who.
pub(super) fn is_nobody(part: &[Word]) -> bool {
    part.iter().any(|(_, folded)| folded.bytes().any(|b| b.is_ascii_digit()))
        || begins_as_nobody(part)
}

fn begins_as_nobody(part: &[Word]) -> bool {
    part.first().is_some_and(|(word, _)| NOBODY_WITH_MARKS.contains(&word.as_str()))
        || NOBODY_WORDS.iter().any(|those| opens(those, part))
}

/// A name as it is, then with one form after another taken from its beginning, as long as two words are
/// left: one alone is everybody's.
pub(super) fn without_forms(name: &[Word], first: bool) -> Vec<&[Word]> {
    let mut shorter = vec![name];
    let mut rest = name;
    loop {
        let forms = FORM_WORDS.iter().filter(|form| opens(form, rest));
        let kin = KIN_WORDS.iter().filter(|kin| is_kin(kin, rest, first));
        // "Tên camera cũ" is nobody's.
        let copulas = COPULA_WORDS.iter().filter(|la| shorter.len() > 1 && is_kin(la, rest, first));
        let longest = forms
            .chain(kin)
            .chain(copulas)
            .filter(|form| rest.len() >= form.len() + 2)
            .max_by_key(|form| form.len());
        let Some(form) = longest else { return shorter };
        rest = &rest[form.len()..];
        shorter.push(rest);
    }
}

/// "Vo" is "vợ" or the family's name Võ: with this a contributor begins, unless a whole name follows.
fn is_kin(kin: &[Word], name: &[Word], first: bool) -> bool {
    if !opens(kin, name) || !is_surely(kin, name) || is_nobody(name) {
        return false;
    }
    let rest = &name[kin.len()..];
    let marked = kin.iter().zip(name).all(|(k, word)| k.0 == word.0);
    !is_nobody(rest) && (marked || !first || rest.len() >= WHOLE_NAME)
}

/// Whether words begin with a phrase.
fn opens(phrase: &[Word], words: &[Word]) -> bool {
    words.len() >= phrase.len() && phrase.iter().zip(words).all(|(p, word)| is_form(p, word))
}

/// "Hộ" and "ho" are the form, "Hồ" is a family's name.
fn is_form(form: &Word, word: &Word) -> bool {
    word.1 == form.1 && (word.0 == form.0 || word.0.is_ascii())
}

pub(super) fn joined(words: &[Word]) -> String {
    words.iter().map(|(_, folded)| folded.as_str()).collect::<Vec<_>>().join(" ")
}
