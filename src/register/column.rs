//! The columns of a register's file, as people head them in Vietnamese and English.

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Column {
    /// The camera's code: the id of its camera file.
    Code,
    /// What people call it.
    Name,
    /// The ward.
    Ward,
    /// The project's stage.
    Stage,
    /// The place.
    Place,
    /// Latitude, degrees.
    Lat,
    /// Longitude, degrees.
    Lon,
    /// Whose it is.
    Owner,
    /// Who keeps it running.
    Vendor,
    /// Under which contract.
    Contract,
    /// Where the money came from.
    Funding,
    /// Who contributed it.
    Contributor,
    /// Whether the contributor may be named.
    Consent,
    /// What it cost, đồng.
    Cost,
    /// Planned, installed or removed.
    State,
    /// Since which day it stands.
    InstalledOn,
    /// What else is to be known.
    Note,
}

impl Column {
    /// All there are, in the order of the template.
    pub const ALL: [Self; 17] = [
        Self::Code,
        Self::Name,
        Self::Ward,
        Self::Stage,
        Self::Place,
        Self::Lat,
        Self::Lon,
        Self::Owner,
        Self::Vendor,
        Self::Contract,
        Self::Funding,
        Self::Contributor,
        Self::Consent,
        Self::Cost,
        Self::State,
        Self::InstalledOn,
        Self::Note,
    ];

    /// Those that a file must have.
    pub const NEEDED: [Self; 4] = [Self::Code, Self::Name, Self::Ward, Self::State];

    /// As programs name it.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Name => "name",
            Self::Ward => "ward",
            Self::Stage => "stage",
            Self::Place => "place",
            Self::Lat => "lat",
            Self::Lon => "lon",
            Self::Owner => "owner",
            Self::Vendor => "vendor",
            Self::Contract => "contract",
            Self::Funding => "funding_source",
            Self::Contributor => "contributor",
            Self::Consent => "consent_to_be_named",
            Self::Cost => "cost_dong",
            Self::State => "state",
            Self::InstalledOn => "installed_on",
            Self::Note => "note",
        }
    }

    /// Its heading in Vietnamese.
    pub const fn vi(self) -> &'static str {
        match self {
            Self::Code => "Mã camera",
            Self::Name => "Tên camera",
            Self::Ward => "Phường/xã",
            Self::Stage => "Giai đoạn",
            Self::Place => "Vị trí lắp đặt",
            Self::Lat => "Vĩ độ",
            Self::Lon => "Kinh độ",
            Self::Owner => "Đơn vị sở hữu",
            Self::Vendor => "Nhà cung cấp",
            Self::Contract => "Hợp đồng",
            Self::Funding => "Nguồn kinh phí",
            Self::Contributor => "Người đóng góp",
            Self::Consent => "Đồng ý nêu tên",
            Self::Cost => "Chi phí (đồng)",
            Self::State => "Tình trạng",
            Self::InstalledOn => "Ngày lắp đặt",
            Self::Note => "Ghi chú",
        }
    }

    /// Its heading in English.
    pub const fn en(self) -> &'static str {
        match self {
            Self::Code => "Code",
            Self::Name => "Name",
            Self::Ward => "Ward",
            Self::Stage => "Stage",
            Self::Place => "Place",
            Self::Lat => "Latitude",
            Self::Lon => "Longitude",
            Self::Owner => "Owner",
            Self::Vendor => "Vendor",
            Self::Contract => "Contract",
            Self::Funding => "Funding source",
            Self::Contributor => "Contributor",
            Self::Consent => "Consent to be named",
            Self::Cost => "Cost (đồng)",
            Self::State => "State",
            Self::InstalledOn => "Installed on",
            Self::Note => "Note",
        }
    }

    /// Other ways in which it is headed, folded.
    const fn others(self) -> &'static [&'static str] {
        match self {
            Self::Code => &["ma", "ma so", "camera", "camera id", "id", "ma camera"],
            Self::Name => &["ten", "ten goi", "camera name"],
            Self::Ward => &["phuong", "xa", "phuong xa", "dia ban", "commune"],
            Self::Stage => &["dot", "giai doan dau tu", "phase"],
            Self::Place => {
                &["vi tri", "dia diem", "dia diem lap dat", "diem lap dat", "location", "point"]
            }
            Self::Lat => &["lat", "vi do n"],
            Self::Lon => &["lon", "long", "lng", "kinh do e"],
            Self::Owner => &["chu so huu", "don vi quan ly", "so huu"],
            Self::Vendor => &["don vi cung cap", "nha thau", "don vi thi cong", "supplier"],
            Self::Contract => &["so hop dong", "hop dong so", "contract number"],
            Self::Funding => &["nguon von", "kinh phi tu", "funding", "nguon"],
            Self::Contributor => {
                &["nha tai tro", "nguoi tai tro", "don vi dong gop", "donor", "sponsor"]
            }
            Self::Consent => {
                &["dong y cong khai", "dong y cong bo", "cong khai ten", "consent", "dong y"]
            }
            Self::Cost => &["chi phi", "kinh phi", "gia tri", "so tien", "cost", "cost vnd"],
            Self::State => &["trang thai", "hien trang", "status"],
            Self::InstalledOn => &["ngay lap", "ngay hoan thanh", "installation date", "installed"],
            Self::Note => &["ghi chu khac", "notes", "remark", "remarks"],
        }
    }

    /// The column of that heading.
    pub fn of(heading: &str) -> Option<Self> {
        let folded = fold(heading);
        Self::ALL.into_iter().find(|c| c.headings().any(|h| h == folded))
    }

    /// The column that a heading which is none comes nearest to, where one is near enough.
    pub fn near(heading: &str) -> Option<Self> {
        let folded = fold(heading);
        let allowed = (folded.chars().count() / 3).max(1);
        let distance = |c: &Self| {
            c.headings().map(|h| strsim::osa_distance(&h, &folded)).min().unwrap_or(usize::MAX)
        };
        let near = Self::ALL.into_iter().map(|c| (distance(&c), c)).min()?;
        (near.0 <= allowed && !folded.is_empty()).then_some(near.1)
    }

    fn headings(self) -> impl Iterator<Item = String> {
        let own = [fold(self.vi()), fold(self.en()), fold(self.key())];
        own.into_iter().chain(self.others().iter().map(|o| (*o).to_owned()))
    }
}

/// A text without case, marks and signs, words apart by one space: as headings and words are compared.
pub(crate) fn fold(text: &str) -> String {
    let bare: String = text
        .to_lowercase()
        .nfd()
        .filter(|c| !is_combining_mark(*c))
        .map(|c| if c == 'đ' { 'd' } else { c })
        .map(|c| if c.is_alphanumeric() { c } else { ' ' })
        .collect();
    bare.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_are_told_whatever_their_form() {
        for column in Column::ALL {
            for heading in [column.vi(), column.en(), column.key()] {
                assert_eq!(Column::of(heading), Some(column), "{heading}");
                assert_eq!(Column::of(&heading.to_uppercase()), Some(column), "{heading}");
            }
        }
        assert_eq!(Column::of(" Mã   số "), Some(Column::Code));
        assert_eq!(Column::of("KINH ĐỘ (E)"), Some(Column::Lon));
        assert_eq!(Column::of("màu sơn"), None);
        assert_eq!(Column::near("Kinh đô"), Some(Column::Lon));
        assert_eq!(Column::near("Contribtor"), Some(Column::Contributor));
        assert_eq!(Column::near("màu sơn cột đèn"), None);
        assert_eq!(Column::near(""), None);
    }

    #[test]
    fn no_heading_is_two_columns() {
        let mut of: Vec<(String, Column)> = Vec::new();
        for column in Column::ALL {
            for heading in column.headings() {
                let known = of.iter().find(|(h, c)| *h == heading && *c != column);
                assert_eq!(known, None, "{heading}");
                of.push((heading, column));
            }
        }
    }
}
