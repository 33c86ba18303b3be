//! A contributor's name in its parts: who is named in it, under which forms of address, and what of it
//! is a remark or an address.

use super::column::fold;
use std::sync::LazyLock;

/// What a name may begin with that is not the name: forms of address, households, kinds of companies.
/// As they are written with marks; without any mark they are taken for the same.
pub(super) const FORMS: &[&str] = &[
    "công ty cổ phần",
    "công ty tnhh",
    "công ty",
    "cổ phần",
    "cty",
    "doanh nghiệp tư nhân",
    "doanh nghiệp",
    "dntn",
    "tư nhân",
    "tnhh",
    "mtv",
    "một thành viên",
    "cơ sở",
    "cửa hàng",
    "hợp tác xã",
    "hộ kinh doanh",
    "hộ gia đình",
    "hộ dân",
    "hộ",
    "gia đình",
    "nhà tài trợ",
    "nhà",
    "vợ chồng",
    "ông bà",
    "ông",
    "bà",
    "anh",
    "chị",
    "em",
    "cô",
    "chú",
    "bác",
    "cụ",
    "vợ là",
    "vợ",
    "chồng là",
    "chồng",
    "con trai",
    "con gái",
    "con",
    "mẹ",
    "bố",
    "cha",
    "mạnh thường quân",
    "mr",
    "mrs",
    "ms",
    "miss",
    "company",
    "family",
];

static FORM_WORDS: LazyLock<Vec<Vec<Word>>> =
    LazyLock::new(|| FORMS.iter().map(|form| words(form)).collect());
static NOBODY_WORDS: LazyLock<Vec<Vec<Word>>> =
    LazyLock::new(|| NOBODY.iter().map(|place| words(place)).collect());

/// What begins so after a name is an address, or others together, and no name.
const NOBODY: &[&str] = &[
    "ấp",
    "bà con",
    "bến",
    "bệnh viện",
    "các",
    "cầu",
    "chi nhánh",
    "chợ",
    "chùa",
    "con cháu",
    "công an",
    "công viên",
    "địa chỉ",
    "đối diện",
    "gia đình",
    "hẻm",
    "huyện",
    "khóm",
    "khu",
    "ngã ba",
    "ngã tư",
    "nhân dân",
    "phường",
    "quốc lộ",
    "tập thể",
    "thành phố",
    "thị trấn",
    "thị xã",
    "thôn",
    "tỉnh",
    "tp",
    "trụ sở",
    "trước",
    "ubnd",
    "vợ con",
    "street",
    "ward",
];

/// The same with its marks alone: without them it is a family's name (Dương, Ngô, Quan, Tô,
/// Trương, Xa).
const NOBODY_WITH_MARKS: &[&str] = &["đường", "ngõ", "quận", "tổ", "trường", "xã"];

/// What joins one name on to another.
const JOINTS: &[&str] = &["và", "va", "and", "cùng", "với", "voi"];

/// What ends a name: what follows is a remark, or somebody else.
const ENDS: &[char] = &[',', ';', ':', '(', ')', '[', ']', '/', '&', '+', '–', '—'];

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
    And,
    Comma,
    Bracket,
}

/// The names of which a contributor's consists: "Ông A và bà B", "Hộ bà B, Khóm 3".
pub(super) fn parts(contributor: &str) -> Vec<(Before, Vec<Word>)> {
    let (mut parts, mut before) = (Vec::new(), Before::Comma);
    for piece in contributor.replace(" - ", ",").split_inclusive(ENDS) {
        for part in words(piece).split(|(word, _)| JOINTS.contains(&word.as_str())) {
            // "Hộ:" and "Nhà tài trợ:" name nobody.
            if !part.is_empty() && !FORM_WORDS.iter().any(|form| form == part) {
                parts.push((before, part.to_vec()));
            }
            before = Before::And;
        }
        parts.extend(hyphened(piece));
        before = match piece.chars().next_back() {
            Some('&' | '+' | ':') => Before::And,
            Some('(' | '[') => Before::Bracket,
            _ => Before::Comma,
        };
    }
    parts
}

/// What a hyphen without blanks parts, beside the whole: "Nguyễn Văn A-Trần Thị B" are two.
fn hyphened(piece: &str) -> Vec<(Before, Vec<Word>)> {
    let halves: Vec<&str> = piece.split('-').collect();
    if halves.len() < 2 || halves.iter().any(|half| half.split_whitespace().count() < 2) {
        return Vec::new();
    }
    let capital = |word: &str| word.starts_with(char::is_uppercase);
    let names = halves.iter().all(|half| half.split_whitespace().all(capital));
    let before = if names { Before::And } else { Before::Comma };
    halves.iter().map(|half| (before, words(half))).collect()
}

/// Whether this is where somebody lives, or others together, and not who.
pub(super) fn is_nobody(part: &[Word]) -> bool {
    part.iter().any(|(_, folded)| folded.bytes().any(|b| b.is_ascii_digit()))
        || part.first().is_some_and(|(word, _)| NOBODY_WITH_MARKS.contains(&word.as_str()))
        || NOBODY_WORDS.iter().any(|those| {
            part.len() >= those.len() && those.iter().zip(part).all(|(t, word)| is_form(t, word))
        })
}

/// A name as it is, then with one form after another taken from its beginning, as long as two words are
/// left: one alone is everybody's.
pub(super) fn without_forms(name: &[Word]) -> Vec<&[Word]> {
    let mut shorter = vec![name];
    let mut rest = name;
    while let Some(form) = FORM_WORDS.iter().find(|form| {
        rest.len() >= form.len() + 2 && form.iter().zip(rest).all(|(f, word)| is_form(f, word))
    }) {
        rest = &rest[form.len()..];
        shorter.push(rest);
    }
    shorter
}

/// "Hộ" and "ho" are the form, "Hồ" is a family's name.
fn is_form(form: &Word, word: &Word) -> bool {
    word.1 == form.1 && (word.0 == form.0 || word.0.is_ascii())
}

pub(super) fn joined(words: &[Word]) -> String {
    words.iter().map(|(_, folded)| folded.as_str()).collect::<Vec<_>>().join(" ")
}
