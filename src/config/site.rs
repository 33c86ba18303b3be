//! The site file and the camera files it names.

use super::agency::{self, Agency};
use super::alerts;
use super::camera::{Camera, Reading, read_camera};
use super::contract::{self, Contract};
use super::document::Document;
use super::error::ConfigError;
use super::inference;
use super::live::{self, LiveConfig};
use super::register::{self, RegisterConfig};
use super::report::{self, ReportConfig};
use super::review::{self, ReviewConfig};
use super::serve::{self, ServeConfig};
use super::sink::SinkConfig;
use super::storage::{self, StorageConfig};
use super::table::{At, Table};
use super::timestamp::{self, TimestampConfig};
use crate::vision::Providers;
use std::path::{Path, PathBuf};

pub(super) const KEYS: &[&str] = &[
    "version",
    "name",
    "cameras",
    "data",
    "runtime",
    "inference",
    "live",
    "alerts",
    "storage",
    "retention",
    "timestamp",
    "contracts",
    "agencies",
    "register",
    "review",
    "serve",
    "report",
];
pub(super) const RUNTIME_KEYS: &[&str] = &["onnxruntime", "models", "workers"];

/// The name of the site file unless a command names another.
pub const SITE_FILE: &str = "streetward.toml";

/// A site: its cameras and where things are. Paths are seen from the site file's folder.
#[derive(Debug, Clone, PartialEq)]
pub struct Site {
    /// What people call it.
    pub name: String,
    /// Its cameras, in the order of their files' names.
    pub cameras: Vec<Camera>,
    /// The folder of camera files.
    pub cameras_folder: PathBuf,
    /// The data folder: events, evidence, observations.
    pub data: PathBuf,
    /// What it runs with.
    pub runtime: RuntimeConfig,
    /// What its models run on.
    pub inference: Providers,
    /// How its cameras are attached for long.
    pub live: LiveConfig,
    /// Who is told what.
    pub alerts: Vec<SinkConfig>,
    /// How long and how much is kept.
    pub storage: StorageConfig,
    /// Who else says when a day of the chain was there.
    pub timestamp: Option<TimestampConfig>,
    /// What was agreed with vendors.
    pub contracts: Vec<Contract>,
    /// Who looks after which events; the first that covers one.
    pub agencies: Vec<Agency>,
    /// What positions of the register must be.
    pub register: RegisterConfig,
    /// How what people decide is looked after.
    pub review: ReviewConfig,
    /// Where people review.
    pub serve: ServeConfig,
    /// Who issues, signs and receives reports.
    pub report: ReportConfig,
    /// The site file.
    pub file: PathBuf,
    /// SHA-256 of the site file, hexadecimal.
    pub fingerprint: String,
}

/// What a site runs with; `None`: as the program finds it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RuntimeConfig {
    /// The ONNX Runtime library.
    pub onnxruntime: Option<PathBuf>,
    /// The folder of models.
    pub models: Option<PathBuf>,
    /// Inference workers, 1 to 256.
    pub workers: Option<usize>,
}

impl Site {
    /// The contract that a camera of this id is under, `named` being what its file says.
    pub fn contract(&self, id: &str, named: Option<&str>) -> Option<&Contract> {
        match named {
            Some(name) => self.contracts.iter().find(|c| c.name == name),
            None => self.contracts.iter().find(|c| c.cameras.iter().any(|c| c == id)),
        }
    }

    /// What is allowed in the site file but perhaps not meant, one sentence each; `cameras` are those
    /// that could be read.
    pub fn warnings<'a>(&self, cameras: impl Iterator<Item = &'a Camera> + Clone) -> Vec<String> {
        let named = cameras.clone().map(|c| (c.id.as_str(), c.contract.as_deref()));
        let mut doubts = contract::doubts(&self.contracts, named);
        doubts.extend(agency::doubts(&self.agencies, cameras));
        doubts
    }
}

/// What reading a site gave, file by file.
#[derive(Debug)]
pub struct SiteReading {
    /// The site file, without cameras.
    pub site: Result<Site, ConfigError>,
    /// Each camera file, by name.
    pub cameras: Vec<(PathBuf, Result<Camera, ConfigError>)>,
}

/// Reads a site file and the camera files of its folder.
///
/// # Errors
/// [`ConfigError`]: a file cannot be read or holds mistakes, or two cameras have the same id. All
/// that is wrong in all files is named.
pub fn load_site(path: &Path) -> Result<Site, ConfigError> {
    let SiteReading { site, cameras } = read_site(path);
    let mut errors = Vec::new();
    let mut sound = Vec::with_capacity(cameras.len());
    for (_, camera) in cameras {
        match camera {
            Ok(camera) => sound.push(camera),
            Err(error) => errors.push(error),
        }
    }
    match site {
        Ok(site) if errors.is_empty() => Ok(Site { cameras: sound, ..site }),
        Ok(_) if errors.len() == 1 => Err(errors.remove(0)),
        Ok(_) => Err(ConfigError::Several(errors)),
        Err(error) if errors.is_empty() => Err(error),
        Err(error) => {
            errors.insert(0, error);
            Err(ConfigError::Several(errors))
        }
    }
}

/// Reads a site file and its cameras, keeping what each file gave.
pub fn read_site(path: &Path) -> SiteReading {
    let document = match Document::open(path) {
        Ok(document) => document,
        Err(error) => return SiteReading { site: Err(error), cameras: Vec::new() },
    };
    let parts = document.parse().and_then(|parsed| {
        let root = Table::root(&document, &parsed, KEYS)?;
        Some(read(&root))
    });
    let (folder, site) = parts.map_or((None, None), |(folder, site)| (Some(folder), site));
    let site = document.verdict().and_then(|()| {
        // `site` is absent only where a mistake was noted.
        site.ok_or_else(|| {
            ConfigError::Mistakes(vec![
                document
                    .mistake(0..0, "this file could not be understood; compare it with an example"),
            ])
        })
    });
    let Some(folder) = folder else { return SiteReading { site, cameras: Vec::new() } };
    match camera_files(&folder) {
        Ok(files) => SiteReading { site, cameras: read_cameras(files) },
        Err(error) => {
            let site = match site {
                Ok(_) => Err(error),
                Err(mistakes) => Err(ConfigError::Several(vec![mistakes, error])),
            };
            SiteReading { site, cameras: Vec::new() }
        }
    }
}

fn read(root: &Table<'_>) -> (PathBuf, Option<Site>) {
    if !root.has("name") {
        root.missing("name", "name = \"Thành phố Trà Vinh\"");
    }
    let name = root.label("name");
    let cameras_folder = path(root, "cameras").unwrap_or_else(|| root.doc().resolve("cameras"));
    let data = path(root, "data").unwrap_or_else(|| root.doc().resolve("data"));
    let runtime = root.table("runtime", " in [runtime]", RUNTIME_KEYS).map(|table| RuntimeConfig {
        onnxruntime: path(&table, "onnxruntime"),
        models: path(&table, "models"),
        workers: table.integer("workers", 1..=256, "").map(|workers| workers.value as usize),
    });
    let inference = match root.table("inference", " in [inference]", inference::KEYS) {
        Some(table) => inference::read(&table).unwrap_or_default(),
        None => Providers::default(),
    };
    let live = live::read(root);
    let alerts = alerts::read(&root.tables("alerts", " in [[alerts]]", alerts::KEYS), &|name| {
        std::env::var(name).ok()
    });
    let storage = storage::read(root);
    let timestamp = timestamp::read(root);
    let contracts = contract::read(root);
    let agencies = agency::read(root, &alerts);
    let register = register::read(root);
    let review = review::read(root);
    let serve = serve::read(root);
    let report = report::read(root, &alerts);
    let site = name.map(|name| Site {
        name: name.value,
        cameras: Vec::new(),
        cameras_folder: cameras_folder.clone(),
        data,
        runtime: runtime.unwrap_or_default(),
        inference,
        live,
        alerts,
        storage,
        timestamp,
        contracts,
        agencies,
        register,
        review,
        serve,
        report,
        file: root.doc().path().to_owned(),
        fingerprint: root.doc().fingerprint(),
    });
    (cameras_folder, site)
}

fn path(table: &Table<'_>, key: &str) -> Option<PathBuf> {
    let At { value, span } = table.string(key, "a path in quotes")?;
    if value.is_empty() || value.contains('\0') {
        table
            .doc()
            .refuse(span, &format!("\"{key}\" must be a path; leave it out for the default"));
        return None;
    }
    Some(table.doc().resolve(value))
}

/// The folder's `*.toml` files by name; hidden files are left alone, editors keep copies in them.
fn camera_files(folder: &Path) -> Result<Vec<PathBuf>, ConfigError> {
    if !folder.is_dir() {
        return Err(ConfigError::NoFolder { path: folder.to_owned() });
    }
    let unreadable = |source| ConfigError::Unreadable { path: folder.to_owned(), source };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let hidden = path.file_name().is_some_and(|name| name.as_encoded_bytes()[0] == b'.');
        if !hidden && path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        Err(ConfigError::NoCameras { path: folder.to_owned() })
    } else {
        Ok(files)
    }
}

fn read_cameras(files: Vec<PathBuf>) -> Vec<(PathBuf, Result<Camera, ConfigError>)> {
    let mut ids: Vec<(String, PathBuf)> = Vec::with_capacity(files.len());
    let mut cameras = Vec::with_capacity(files.len());
    for file in files {
        let camera = match Document::open(&file) {
            Ok(document) => {
                let reading = read_camera(document, &|name| std::env::var(name).ok());
                refuse_repeated_id(reading, &mut ids)
            }
            Err(error) => Err(error),
        };
        cameras.push((file, camera));
    }
    cameras
}

/// Two cameras of one id would write to the same events.
fn refuse_repeated_id(
    reading: Reading,
    ids: &mut Vec<(String, PathBuf)>,
) -> Result<Camera, ConfigError> {
    let Reading { document, id, camera } = reading;
    let Some(At { value, span }) = id else { return camera };
    let Some((_, other)) = ids.iter().find(|(earlier, _)| *earlier == value) else {
        ids.push((value, document.path().to_owned()));
        return camera;
    };
    let message = format!(
        "the id \"{value}\" is already used by {}; give each camera its own",
        other.display()
    );
    let mut mistakes = match camera {
        Ok(_) => Vec::new(),
        Err(ConfigError::Mistakes(mistakes)) => mistakes,
        Err(other) => return Err(other),
    };
    mistakes.push(document.mistake(span, &message));
    mistakes.sort_by_key(|mistake| (mistake.line, mistake.column));
    Err(ConfigError::Mistakes(mistakes))
}
