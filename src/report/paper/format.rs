//! The forms that a document is written in.

/// The form of a written document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum DocumentFormat {
    /// One page with its charts, for a browser and for printing.
    Html,
    /// Its tables as comma-separated values: one file, or a ZIP archive of one for each.
    Csv,
    /// A workbook: a sheet for each table, and their definitions.
    Xlsx,
    /// An official letter in Word's format, laid out by Nghị định 30/2020.
    Docx,
}

impl DocumentFormat {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Html, Self::Csv, Self::Xlsx, Self::Docx];

    /// As it is typed.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Docx => "docx",
        }
    }

    /// The one that is typed so.
    pub fn of(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|f| f.name() == name)
    }

    /// What a file name ends in; `tables`: how many the document has.
    pub const fn extension(self, tables: usize) -> &'static str {
        match self {
            Self::Csv if tables > 1 => "zip",
            _ => self.name(),
        }
    }

    /// What browsers are told that it is; `tables`: how many the document has.
    pub const fn media_type(self, tables: usize) -> &'static str {
        match self {
            Self::Html => "text/html; charset=utf-8",
            Self::Csv if tables > 1 => "application/zip",
            Self::Csv => "text/csv; charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Docx => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        }
    }
}
