//! Who issues a report, and who signs it.

use crate::config::ReportConfig;

/// What stands where it is for a person to fill in.
const BLANK: &str = "……………";

/// Who issues a report, and who signs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letterhead {
    /// The authority above, in the line over the issuing one's.
    pub superior: Option<String>,
    /// The issuing authority.
    pub authority: String,
    /// What follows the number and its slash, `BC-UBND`.
    pub symbol: String,
    /// Where it is issued.
    pub place: String,
    /// To whom it is addressed, one line each; none: to nobody by name.
    pub addressees: Vec<String>,
    /// Who receives it, one line each.
    pub recipients: Vec<String>,
    /// In whose name it is signed, `TM. ỦY BAN NHÂN DÂN`.
    pub signer_for: Option<String>,
    /// The office of who signs.
    pub signer_title: String,
    /// The name of who signs; none: left blank above which it is signed.
    pub signer_name: Option<String>,
}

impl Letterhead {
    /// As a site's `[report]` says; what it leaves out is dots to be filled in by hand.
    pub fn of(config: &ReportConfig) -> Self {
        let or_blank = |text: &Option<String>| text.clone().unwrap_or_else(|| BLANK.to_owned());
        Self {
            superior: config.superior.clone(),
            authority: or_blank(&config.authority),
            symbol: config.symbol.clone().unwrap_or_else(|| "BC-…".to_owned()),
            place: or_blank(&config.place),
            addressees: config.addressees.clone(),
            recipients: match config.recipients.as_slice() {
                [] => vec![format!("{BLANK};"), "Lưu: VT.".to_owned()],
                some => some.to_vec(),
            },
            signer_for: config.signer_for.clone(),
            signer_title: or_blank(&config.signer_title),
            signer_name: config.signer_name.clone(),
        }
    }
}

impl Default for Letterhead {
    fn default() -> Self {
        Self::of(&ReportConfig::default())
    }
}
