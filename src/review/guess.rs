//! Passwords that are guessed first: too short, or among those that everybody tries.

use unicode_normalization::UnicodeNormalization;

/// Longer ones are not hashed, bytes.
pub(super) const LONGEST: usize = 1024;

/// Fewest characters: what is guessed by trying all is far below.
const SHORTEST: usize = 12;

/// Words that common passwords are made of, Vietnamese ones without marks. A password that is only
/// such words, digits and signs is common, however long: `Password2026!`, `matkhau123456`.
const COMMON: [&str; 62] = [
    "streetward",
    "administrator",
    "admin",
    "password",
    "passw",
    "matkhau",
    "mat",
    "khau",
    "mk",
    "qwertyuiop",
    "qwerty",
    "asdfghjkl",
    "asdf",
    "zxcvbnm",
    "zxcv",
    "abcdefghijkl",
    "abcdef",
    "abc",
    "iloveyou",
    "letmein",
    "welcome",
    "login",
    "changeme",
    "secret",
    "master",
    "superman",
    "dragon",
    "football",
    "monkey",
    "sunshine",
    "princess",
    "default",
    "root",
    "user",
    "guest",
    "test",
    "temp",
    "camera",
    "giaothong",
    "congan",
    "canhsat",
    "csgt",
    "phuong",
    "quan",
    "ubnd",
    "thanhpho",
    "vietnam",
    "vietnamvodich",
    "vodich",
    "anhyeuem",
    "emyeuanh",
    "yeuem",
    "yeuanh",
    "travinh",
    "hanoi",
    "saigon",
    "hochiminh",
    "danang",
    "cantho",
    "the",
    "is",
    "my",
];

/// Why a password is too easy to guess.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weakness {
    /// Fewer than twelve characters.
    Short,
    /// Longer than any that is taken.
    Long,
    /// Made of few different characters, or of a row of neighbours.
    Simple,
    /// Among the first that are tried.
    Common,
    /// Made of the user's own name.
    Name,
}

impl std::fmt::Display for Weakness {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Short => "has fewer than 12 characters",
            Self::Long => "is longer than 1024 bytes",
            Self::Simple => "is made of too few different characters",
            Self::Common => "is among the first that are tried",
            Self::Name => "is made of the user's name",
        })
    }
}

/// What makes a user's password easy to guess; `None`: nothing that is seen here.
pub(super) fn weakness(password: &str, user: &str) -> Option<Weakness> {
    if password.nfc().count() < SHORTEST {
        return Some(Weakness::Short);
    }
    if password.len() > LONGEST {
        return Some(Weakness::Long);
    }
    // Marks off, case off.
    let plain: String = password
        .nfd()
        .filter(|c| !unicode_normalization::char::is_combining_mark(*c))
        .flat_map(char::to_lowercase)
        .map(|c| if c == 'đ' { 'd' } else { c })
        .collect();
    let mut different: Vec<char> = plain.chars().collect();
    different.sort_unstable();
    different.dedup();
    let pairs = plain.chars().zip(plain.chars().skip(1));
    let row =
        pairs.filter(|(a, b)| (i64::from(u32::from(*b)) - i64::from(u32::from(*a))).abs() <= 1);
    if different.len() < 5 || row.count() * 4 >= plain.chars().count() * 3 {
        return Some(Weakness::Simple);
    }
    // What people put for letters.
    let letters = |plain: &str| -> String {
        let letter = |c| match c {
            '@' => 'a',
            '0' => 'o',
            '$' => 's',
            other => other,
        };
        plain.chars().map(letter).filter(|c| c.is_alphabetic()).collect()
    };
    let digits_off: String = plain.chars().filter(|c| c.is_alphabetic()).collect();
    let made_of =
        |words: &[&str]| [&digits_off, &letters(&plain)].iter().any(|text| consists(text, words));
    if made_of(&COMMON) {
        return Some(Weakness::Common);
    }
    let user = letters(&user.to_lowercase());
    if user.chars().count() >= 3 && made_of(&[COMMON.as_slice(), &[&user]].concat()) {
        return Some(Weakness::Name);
    }
    None
}

/// Whether a text is nothing but these words, one after another.
fn consists(text: &str, words: &[&str]) -> bool {
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    for at in 0..text.len() {
        if reached[at] {
            for word in words {
                if text.as_bytes()[at..].starts_with(word.as_bytes()) {
                    reached[at + word.len()] = true;
                }
            }
        }
    }
    reached[text.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_tried_first_is_refused() {
        for (password, wanted) in [
            ("", Weakness::Short),
            ("x7#kQ9!mZ2p", Weakness::Short),
            ("mậtkhẩumới", Weakness::Short),
            ("aaaaaaaaaaaaaaa", Weakness::Simple),
            ("121212121212", Weakness::Simple),
            ("123456789012345", Weakness::Simple),
            ("abcdefghijklmn", Weakness::Simple),
            ("Password2026!", Weakness::Common),
            ("P@ssw0rd12345", Weakness::Common),
            ("matkhau123456", Weakness::Common),
            ("MậtKhẩu#202611", Weakness::Common),
            ("vietnamvodich1", Weakness::Common),
            ("0905713482650", Weakness::Common),
            ("adminadmin2026", Weakness::Common),
            ("nguyen.an2026", Weakness::Name),
            ("NguyenAn!NguyenAn", Weakness::Name),
        ] {
            let user = if wanted == Weakness::Name { "nguyen.an" } else { "lan" };
            assert_eq!(weakness(password, user), Some(wanted), "{password}");
        }
        for good in ["con vịt lội ao sen", "x7#kQ9!mZ2pW", "bốn chữ không ai đoán"] {
            assert_eq!(weakness(good, "nguyen.an"), None, "{good}");
        }
        assert_eq!(weakness(&"ab1xyz".repeat(200), "lan"), Some(Weakness::Long));
    }
}
