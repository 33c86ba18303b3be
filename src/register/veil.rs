//! Names that may not be told. Who did not agree to be named is named nowhere: not in a camera's name,
//! a place, a code or a reason either, and not under another form of address than the register has.

use super::column::fold;
use super::name_part::{Before, WHOLE_NAME, is_nobody, joined, parts, without_forms};
use crate::store::{RegisterCamera, RegisterSpot};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// What stands where a name may not.
pub const UNNAMED: &str = "(không nêu tên)";

/// Letters from which a name written as one word is looked for within codes.
const LEAST_JOINED: usize = 6;

/// Names that may not stand in what is told of the register.
#[derive(Debug, Clone, Default)]
pub struct Veil {
    /// Of contributors who agreed nowhere.
    never: Names,
    /// Of those who agreed for another camera and not for this one, by its code.
    here: HashMap<String, Names>,
}

/// Folded names.
#[derive(Debug, Clone, Default)]
struct Names {
    /// Each as its words with one blank between.
    all: HashSet<String>,
    /// How many words they have.
    lengths: BTreeSet<usize>,
    /// Each as one word, where it is long enough to be told from others.
    joined: HashSet<Vec<u8>>,
    /// How long these are, bytes.
    joined_lengths: BTreeSet<usize>,
}

impl Veil {
    /// Over what is told of any of these cameras: the whole register, whatever part of it is told.
    pub fn of(register: &[RegisterCamera]) -> Self {
        let wards: BTreeSet<String> = register.iter().map(|c| fold(&c.ward)).collect();
        let mut given: BTreeMap<String, (&str, bool)> = BTreeMap::new();
        let contributors = || register.iter().filter_map(|c| Some((c, c.contributor.as_deref()?)));
        for (camera, name) in contributors() {
            let known = given.entry(fold(name)).or_insert((name, false));
            known.1 |= camera.consent;
        }
        let mut veil = Self::default();
        for (name, _) in given.values().filter(|(_, agreed)| !agreed) {
            veil.never.hide(name, &wards);
        }
        for (camera, name) in contributors().filter(|(c, _)| !c.consent) {
            if given.get(&fold(name)).is_some_and(|(_, agreed)| *agreed) {
                veil.here.entry(camera.code.clone()).or_default().hide(name, &wards);
            }
        }
        veil
    }

    /// A text, or that a name is not told where it holds one.
    pub fn over(&self, text: &str) -> String {
        if self.never.stand_in(text) { UNNAMED.to_owned() } else { text.to_owned() }
    }

    /// The same of what is said of one camera.
    pub fn at(&self, code: &str, text: &str) -> String {
        let here = self.here.get(code).is_some_and(|names| names.stand_in(text));
        if here { UNNAMED.to_owned() } else { self.over(text) }
    }

    /// A camera's code: names stand there as one word, too.
    pub fn code(&self, code: &str) -> String {
        let here = self.here.get(code).is_some_and(|names| names.joined_in(code));
        if here || self.never.joined_in(code) { UNNAMED.to_owned() } else { self.at(code, code) }
    }

    /// A camera's texts, its owner and note left out; its code stays, by which it is known.
    pub fn camera(&self, camera: &RegisterCamera) -> RegisterCamera {
        let at = |text: &str| self.at(&camera.code, text);
        let maybe = |text: &Option<String>| text.as_deref().map(at);
        RegisterCamera {
            name: at(&camera.name),
            ward: at(&camera.ward),
            stage: maybe(&camera.stage),
            place: maybe(&camera.place),
            vendor: maybe(&camera.vendor),
            contract: maybe(&camera.contract),
            funding: maybe(&camera.funding),
            contributor: camera.contributor.clone().filter(|_| camera.consent),
            owner: None,
            note: None,
            ..camera.clone()
        }
    }

    /// Where a camera stands or stood.
    pub fn spot(&self, code: &str, spot: &RegisterSpot) -> RegisterSpot {
        RegisterSpot {
            ward: self.at(code, &spot.ward),
            place: spot.place.as_deref().map(|place| self.at(code, place)),
            ..spot.clone()
        }
    }
}

impl Names {
    /// Hides a contributor: the whole of what is written, and each name in it by itself.
    fn hide(&mut self, contributor: &str, wards: &BTreeSet<String>) {
        self.put(&fold(contributor));
        for (before, part) in parts(contributor) {
            let first = before == Before::Nothing;
            let shorter = without_forms(&part, first);
            // What follows the first name is another where it is addressed as one or joined on by
            // "và", and after a comma where it may be a whole name.
            let another = match before {
                Before::Nothing | Before::And => true,
                Before::Comma => part.len() >= WHOLE_NAME,
                Before::Bracket => false,
            };
            if !first && shorter.len() == 1 && (!another || is_nobody(&part)) {
                continue;
            }
            for name in shorter.into_iter().filter(|name| name.len() > 1).map(joined) {
                // A street's or ward's namesake: with a form of address before it, it is him.
                if !wards.iter().any(|ward| holds(ward, &name)) {
                    self.put(&name);
                }
            }
        }
    }

    fn put(&mut self, name: &str) {
        if name.is_empty() {
            return;
        }
        self.lengths.insert(name.split(' ').count());
        let one: String = name.split(' ').collect();
        if one.len() >= LEAST_JOINED && name.contains(' ') {
            self.joined_lengths.insert(one.len());
            self.joined.insert(one.into_bytes());
        }
        self.all.insert(name.to_owned());
    }

    fn stand_in(&self, text: &str) -> bool {
        let folded = fold(text);
        let words: Vec<&str> = folded.split(' ').collect();
        let mut runs = self.lengths.iter().flat_map(|length| words.windows(*length));
        runs.any(|run| self.all.contains(&run.join(" ")))
    }

    fn joined_in(&self, code: &str) -> bool {
        let one: String = fold(code).split(' ').collect();
        let mut runs =
            self.joined_lengths.iter().flat_map(|length| one.as_bytes().windows(*length));
        runs.any(|run| self.joined.contains(run))
    }
}

/// Whether these words stand within a folded text.
fn holds(text: &str, words: &str) -> bool {
    format!(" {text} ").contains(&format!(" {words} "))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::register::name_words::{FORMS, KIN};
    use proptest::prelude::*;

    fn names(contributor: &str) -> Names {
        let mut names = Names::default();
        names.hide(contributor, &["phuong nguyen van cu".to_owned()].into());
        names
    }

    #[test]
    fn a_name_is_known_under_other_forms_of_address() {
        for (contributor, text) in [
            ("Hộ ông Nguyễn Văn A", "Trước nhà ông Nguyễn Văn A"),
            ("Hộ ông Nguyễn Văn A", "NGUYEN VAN A"),
            ("Gia đình anh Lê Minh Đức", "Đối diện nhà Lê Minh Đức"),
            ("Công ty TNHH MTV Điện Cơ Hòa Bình", "Cổng DN điện cơ Hòa Bình"),
            ("Mr. John Smith", "In front of John Smith's"),
            ("Ông Trần Văn B và bà Lê Thị C", "Hẻm nhà Lê Thị C"),
            ("Hộ bà Trần Thị D (Khóm 3)", "quán cô Trần Thị D"),
            ("ho ong Nguyen Van A", "Nhà Nguyễn Văn A"),
            ("Hộ ông Nguyễn Văn Cừ", "Trước nhà ông Nguyễn Văn Cừ"),
            ("Bà B", "nhà bà B"),
            ("Hộ bà B", "nhà bà B"),
            ("Ông bà Nguyễn Văn A và Trần Thị B", "Nhà bà Trần Thị B"),
            ("Ông bà Nguyễn Văn A và Trần B", "Nhà bà Trần B"),
            ("Ông Nguyễn Văn A, Trần Thị B", "Trước nhà Trần Thị B"),
            ("Vợ chồng Nguyễn Văn A - Trần Thị Bé", "TRAN THI BE"),
            ("Ông Nguyễn Văn A & Trần Thị Bé", "quán Trần Thị Bé"),
            ("Ông Nguyễn Văn A, Dương Thị Bé", "nhà Dương Thị Bé"),
            ("ONG NGUYEN VAN A - NGO THI BE", "nhà Ngô Thị Bé"),
            ("Ông Nguyễn Văn A và vợ Trần Thị B", "Nhà bà Trần Thị B"),
            ("Ông Nguyễn Văn A và vợ Trần B", "Nhà bà Trần B"),
            ("Ông Nguyễn Văn A, vợ Trần Thị B", "Nhà bà Trần Thị B"),
            ("Ông Nguyễn Văn A (vợ là Trần Thị B)", "Nhà bà Trần Thị B"),
            ("Ông Nguyễn Văn A vợ là Trần Thị B", "Nhà ông Nguyễn Văn A"),
            ("Ông Nguyễn Văn A vợ là Trần Thị B", "Nhà bà Trần Thị B"),
            ("ONG NGUYEN VAN A VO TRAN THI B", "Nhà bà Trần Thị B"),
            ("ONG NGUYEN VAN A VA VO LA TRAN THI B", "NHA BA TRAN THI B"),
            ("Bà Trần Thị B và con trai Nguyễn Văn C", "quán anh Nguyễn Văn C"),
            ("Bà Trần Thị B và anh trai Lê Văn C", "quán Lê Văn C"),
            ("Bà Trần Thị B và cháu Châu Văn C", "quán Châu Văn C"),
            ("Ông Nguyễn Văn A cùng bà Trần Thị B", "nhà ông Nguyễn Văn A"),
            ("Ông Nguyễn Văn A cùng bà Trần Thị B", "nhà Trần Thị B"),
            ("Ông Nguyễn Văn A cùng vợ Trần Thị B", "nhà Trần Thị B"),
            ("Ông Nguyễn Văn A, cùng vợ là Trần Thị B", "nhà Trần Thị B"),
            ("Ông Nguyễn Văn A cùng với Trần Thị B", "nhà Trần Thị B"),
            ("ONG NGUYEN VAN A CUNG BA TRAN THI B", "nhà Trần Thị B"),
            ("Ông Nguyễn Văn A cùng gia đình", "nhà ông Nguyễn Văn A"),
            ("Ông Nguyễn Văn A với các con", "nhà ông Nguyễn Văn A"),
            ("Hộ ông Nguyễn Văn Cung", "nhà Nguyễn Văn Cung"),
            ("Hộ: Nguyễn Văn A", "nhà Nguyễn Văn A"),
            ("Nhà tài trợ: Trần Thị B", "nhà Trần Thị B"),
            ("Nhà tài trợ: Trần B", "nhà Trần B"),
            ("NHA TAI TRO: TRAN THI B", "nhà Trần Thị B"),
            ("Khóm 3: Nguyễn Văn A", "nhà Nguyễn Văn A"),
            ("Nguyễn Văn A: 2 camera", "nhà Nguyễn Văn A"),
            ("Nguyễn Văn A-Trần Thị B", "nhà Nguyễn Văn A"),
            ("Nguyễn Văn A-Trần Thị B", "nhà Trần Thị B"),
            ("NGUYEN VAN A-TRAN THI B", "nhà Trần Thị B"),
            ("Nguyễn Văn A–Trần Thị B", "nhà Trần Thị B"),
            ("Nguyễn Văn A- Trần Thị B", "nhà Trần Thị B"),
            ("Nguyễn Văn A-bà Trần B", "nhà bà Trần B"),
            ("Nguyễn Văn A-Phường 1", "nhà Nguyễn Văn A"),
            ("Công ty Coca-Cola Việt Nam", "Cổng Coca-Cola Việt Nam"),
            ("Ông Hoàng Phủ-Ngọc Tường", "nhà Hoàng Phủ Ngọc Tường"),
        ] {
            assert!(names(contributor).stand_in(text), "{contributor}: {text}");
        }
        for (contributor, text) in [
            ("Hộ ông Nguyễn Văn A", "Nguyễn Văn An"),
            ("Hồ Văn Nam", "Trần Văn Nam"),
            ("Hộ bà Trần Thị D (Khóm 3)", "Khóm 3"),
            ("Hộ ông Nguyễn Văn Cừ", "Phường Nguyễn Văn Cừ"),
            ("UBND Phường 1", "Phường 1"),
            ("Bà B", "Nhà B"),
            ("Hộ bà B, Khóm 3", "Khóm 3"),
            ("Công ty X, Phường 1", "Phường 1"),
            ("Công ty X, đường Phạm Hồng Thái", "Đường Phạm Hồng Thái"),
            ("Công ty X - Ấp Long Thuận", "Ấp Long Thuận"),
            ("Ông Nguyễn Văn A và gia đình", "Phòng khám gia đình"),
            ("Ông Nguyễn Văn A và bà con Khóm 3", "Khóm 3"),
            ("Ông Nguyễn Văn A (camera an ninh Khóm 3)", "Camera an ninh Khóm 3"),
            ("Ông Nguyễn Văn A, 12 Lê Lợi nối dài", "12 Lê Lợi nối dài"),
            ("Ông Nguyễn Văn A, Nguyễn Văn Cừ", "Đường Nguyễn Văn Cừ"),
            ("Ông Nguyễn Văn A cùng gia đình", "Phòng khám gia đình"),
            ("Ông Nguyễn Văn A, cùng gia đình", "Phòng khám gia đình"),
            ("Gia đình cùng ông Nguyễn Văn A", "Phòng khám gia đình"),
            ("Ông Nguyễn Văn A cùng con trai", "Quán Con Trai"),
            ("Ông Nguyễn Văn A cùng bà con Khóm 3", "Khóm 3"),
            ("Ông Nguyễn Văn A, con đường Phạm Hồng Thái", "Đường Phạm Hồng Thái"),
            ("Ông Nguyễn Văn A (tên camera cũ)", "Camera cũ"),
            ("Nhà tài trợ: Trần Thị B", "Bảng nhà tài trợ"),
            ("Phường 1: Nguyễn Văn A", "Phường 1"),
            ("Phường 1 cùng ông Nguyễn Văn A", "Phường 1"),
            ("Nguyễn Văn A-Phường 1", "Phường 1"),
            ("Ông Nguyễn Văn A, địa chỉ: Lê Lợi nối dài", "Lê Lợi nối dài"),
            ("Công ty Hà Nội-Vĩnh Long Xanh", "Xe đi Hà Nội"),
            ("Công ty Coca-Cola Việt Nam", "Cola Việt Nam"),
            ("VO THI BE", "nhà Lê Thị Bé"),
            ("Vo Minh Nam", "nhà Lê Minh Nam"),
            ("Ông Nguyễn Văn A và La Thị Bé", "nhà Lê Thị Bé"),
            ("Hộ ông Cung Văn Nam", "nhà Lê Văn Nam"),
        ] {
            assert!(!names(contributor).stand_in(text), "{contributor}: {text}");
        }
        let own = names("Hộ ông Nguyễn Văn A");
        assert!(own.joined_in("p1-nguyenvana-01") && own.joined_in("P1_NguyenVanA"));
        assert!(own.stand_in("p1-nguyen-van-a") && !own.joined_in("p1-le-loi-01"));
    }

    /// As it is written where marks cannot be.
    fn bare(text: &str) -> String {
        let each = |c: char| if c.is_alphabetic() { fold(&c.to_string()) } else { c.into() };
        text.chars().map(each).collect::<String>().to_uppercase()
    }

    const JOINTS: &[&str] = &[
        " và ",
        ", ",
        " - ",
        "- ",
        "-",
        "–",
        " & ",
        "; ",
        " cùng ",
        ", cùng ",
        " với ",
        " cùng với ",
        ": ",
    ];

    proptest! {
        #[test]
        fn whoever_is_named_second_is_hidden_too(
            form in 0..FORMS.len(),
            joint in 0..JOINTS.len(),
            kin in prop::option::of((0..KIN.len(), any::<bool>())),
            name in "(Nguyễn|Trần|Lê|Đỗ) (Văn|Thị|Minh) [B-UX][aạếộ]{0,2}",
            second in "(Phạm|Bùi|Đặng|Lý) (Văn|Thị|Minh) [B-UX][aạếộ]{0,2}",
            place in "(, Phường 1|-Phường 1|)",
            without_marks in any::<bool>(),
        ) {
            let kin = kin.map_or(String::new(), |(kin, copula)| {
                format!("{} {}", KIN[kin], if copula { "là " } else { "" })
            });
            // A company's hyphen is its own.
            let form = if JOINTS[joint] == "-" { "ông" } else { FORMS[form] };
            let contributor = format!("{form} {name}{}{kin}{second}{place}", JOINTS[joint]);
            let contributor = if without_marks { bare(&contributor) } else { contributor };
            let hidden = names(&contributor);
            for told in [&name, &second] {
                prop_assert!(hidden.stand_in(&format!("Trước nhà {told}")), "{}", contributor);
            }
            prop_assert!(!hidden.stand_in("Phường 1"), "{}", contributor);
        }

        #[test]
        fn a_hidden_name_shows_under_no_form(
            form in 0..FORMS.len(),
            other in 0..FORMS.len(),
            name in "(Nguyễn|Trần|Lê|Đỗ) (Văn|Thị|Minh) [A-ZĐƯ][a-zạếộ]{0,5}",
            before in "(Trước|Hẻm|Số 7, gần) ",
            after in "( \\(cổng\\)|, Khóm 2|)",
            upper in any::<bool>(),
        ) {
            let hidden = names(&format!("{} {name}", FORMS[form]));
            let told = format!("{before}{} {name}{after}", FORMS[other]);
            let told = if upper { told.to_uppercase() } else { told };
            prop_assert!(hidden.stand_in(&told), "{}", told);
        }

        #[test]
        fn any_texts_are_answered(contributor in "\\PC{0,60}", text in "\\PC{0,60}") {
            let hidden = names(&contributor);
            hidden.joined_in(&text);
            prop_assert_eq!(hidden.stand_in(&contributor), !fold(&contributor).is_empty());
            let _ = hidden.stand_in(&text);
        }
    }
}
