//! The fixed words of a report's forms.

use crate::report::Language;
use jiff::civil::Date;

/// The fixed words of a report's forms, in one language.
pub(super) struct Labels {
    pub(super) tag: &'static str,
    pub(super) nation: &'static str,
    pub(super) motto: &'static str,
    pub(super) number: &'static str,
    pub(super) kind: &'static str,
    pub(super) period: &'static str,
    pub(super) table: &'static str,
    pub(super) chart: &'static str,
    pub(super) charts: &'static str,
    pub(super) overview: &'static str,
    pub(super) definitions: &'static str,
    pub(super) addressed: &'static str,
    pub(super) recipients: &'static str,
    pub(super) closing: &'static str,
    pub(super) contents: &'static str,
    pub(super) nothing: &'static str,
}

const VI: Labels = Labels {
    tag: "vi",
    nation: "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
    motto: "Độc lập - Tự do - Hạnh phúc",
    number: "Số:",
    kind: "BÁO CÁO",
    period: "Kỳ báo cáo",
    table: "Bảng",
    chart: "Biểu đồ",
    charts: "Biểu đồ",
    overview: "Tổng quan",
    definitions: "Cách tính",
    addressed: "Kính gửi:",
    recipients: "Nơi nhận:",
    closing: "Trên đây là nội dung báo cáo./.",
    contents: "Mục lục",
    nothing: "Không có dữ liệu.",
};

const EN: Labels = Labels {
    tag: "en",
    nation: "SOCIALIST REPUBLIC OF VIET NAM",
    motto: "Independence - Freedom - Happiness",
    number: "No.:",
    kind: "REPORT",
    period: "Period",
    table: "Table",
    chart: "Chart",
    charts: "Charts",
    overview: "Overview",
    definitions: "How it is counted",
    addressed: "To:",
    recipients: "Recipients:",
    closing: "This is the end of the report./.",
    contents: "Contents",
    nothing: "There is no data.",
};

pub(super) const fn labels(language: Language) -> &'static Labels {
    match language {
        Language::Vi => &VI,
        Language::En => &EN,
    }
}

/// To whom a letter is addressed, in lines: one authority beside the word, several below it.
pub(super) fn addressed(addressees: &[String], language: Language) -> Vec<String> {
    let word = labels(language).addressed;
    match addressees {
        [] => Vec::new(),
        [one] => vec![format!("{word} {one}")],
        several => {
            let each = several.iter().map(|a| format!("- {a}"));
            std::iter::once(word.to_owned()).chain(each).collect()
        }
    }
}

/// `ngày 05 tháng 02 năm 2026`: days under 10 and the first two months with a 0, as Nghị định
/// 30/2020 wants; `5 February 2026`.
pub(super) fn date_in_words(day: Date, language: Language) -> String {
    match language {
        Language::Vi => {
            let month = if day.month() < 3 {
                format!("{:02}", day.month())
            } else {
                day.month().to_string()
            };
            format!("ngày {:02} tháng {month} năm {}", day.day(), day.year())
        }
        Language::En => day.strftime("%-d %B %Y").to_string(),
    }
}

/// From when to when it tells: `Từ ngày 01/10/2026 đến ngày 31/10/2026`.
pub(super) fn days_told(days: Option<(Date, Date)>, language: Language) -> Option<String> {
    let (from, to) = days?;
    let (a, b) = (super::cell::day(from, language), super::cell::day(to, language));
    Some(match language {
        Language::Vi if from == to => format!("ngày {a}"),
        Language::Vi => format!("từ ngày {a} đến hết ngày {b}"),
        Language::En if from == to => a,
        Language::En => format!("{a} to {b}, both included"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn one_is_addressed_on_the_line_and_several_below() {
        let lines = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
            addressed(&names, Language::Vi)
        };
        assert!(lines(&[]).is_empty());
        assert_eq!(lines(&["Sở A"]), ["Kính gửi: Sở A"]);
        assert_eq!(lines(&["Sở A;", "Sở B."]), ["Kính gửi:", "- Sở A;", "- Sở B."]);
    }

    #[test]
    fn dates_are_written_as_the_decree_wants() {
        assert_eq!(date_in_words(date(2026, 2, 5), Language::Vi), "ngày 05 tháng 02 năm 2026");
        assert_eq!(date_in_words(date(2026, 3, 15), Language::Vi), "ngày 15 tháng 3 năm 2026");
        assert_eq!(date_in_words(date(2026, 11, 22), Language::En), "22 November 2026");
    }
}
