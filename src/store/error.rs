//! What can go wrong with the data folder and its database, and what to do about it.

use crate::config::ConfigError;
use crate::evidence::EvidenceError;
use crate::evidence::chain::ChainError;
use crate::evidence::timestamp::StampError;
use std::io;
use std::path::{Path, PathBuf};

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// Another process holds the folder's lock.
    #[error("another streetward ({holder}) is working in {}; wait for it or give another --data", .data.display())]
    Busy {
        /// The holder, where its lock says so: `process 4711`.
        holder: String,
        /// The data folder, or the database that it shares with others.
        data: PathBuf,
    },
    /// Nothing to read.
    #[error("{} holds no streetward data: run `streetward batch` with this --data first, or give the folder it wrote to", .0.display())]
    Missing(PathBuf),
    /// A file where a folder belongs.
    #[error("{} is a file, not a folder; give another --data", .0.display())]
    NotAFolder(PathBuf),
    /// No right to write.
    #[error("cannot write to {}: give its folder to the user who runs streetward, or give another --data", .0.display())]
    NotWritable(PathBuf),
    /// No right to read.
    #[error("cannot read {}: give the user who runs streetward the right to read it", .0.display())]
    NotReadable(PathBuf),
    /// No space left.
    #[error("no space left to write {}: free space there and run the same command again; events already stored are kept", .0.display())]
    Full(PathBuf),
    /// Not a database, or a damaged one.
    #[error("the database {} is damaged ({detail}): restore it from a backup, or move it away and run the same command again; evidence folders are not touched", .path.display())]
    Corrupt {
        /// The database.
        path: PathBuf,
        /// What the database said.
        detail: String,
    },
    /// Written by a newer program.
    #[error("the database {} was written by a newer streetward (its schema is {found}, this program knows {known}): use that version or a newer one", .path.display())]
    NewerSchema {
        /// The database.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The newest schema this program knows.
        known: i64,
    },
    /// Written by an older program, and opened for reading only.
    #[error("the database {} was written by an older streetward (its schema is {found}, this program needs {known}): run any command that writes to it once", .path.display())]
    OlderSchema {
        /// The database.
        path: PathBuf,
        /// Its schema.
        found: i64,
        /// The schema this program needs.
        known: i64,
    },
    /// A schema that bears a known number and is another.
    #[error("the database {} has a schema {version} that is not streetward's: give another --data", .path.display())]
    ForeignSchema {
        /// The database.
        path: PathBuf,
        /// The number.
        version: i64,
    },
    /// Another program holds the database for long.
    #[error("the database {} is held by another program: close it and run the same command again", .0.display())]
    Held(PathBuf),
    /// A server that is away, or the way to it.
    #[error(
        "the database {database} cannot be reached ({detail}): see that PostgreSQL is running and that this machine may speak to it; what is there is kept, and it is tried again"
    )]
    Away {
        /// The database, without a password.
        database: String,
        /// What was heard last.
        detail: String,
    },
    /// A server that refuses the user.
    #[error(
        "the database {database} does not let its user in ({detail}): correct the password (password_file in database.toml, or STREETWARD_DATABASE_PASSWORD) or the server's pg_hba.conf"
    )]
    NotLetIn {
        /// The database, without a password.
        database: String,
        /// What the server said.
        detail: String,
    },
    /// A server without this database.
    #[error(
        "{database}: {detail}; create it (createdb --owner USER NAME) or correct the url by `streetward store use`"
    )]
    NoDatabase {
        /// The database, without a password.
        database: String,
        /// What the server said.
        detail: String,
    },
    /// A server that takes no changes from this user, or from nobody.
    #[error(
        "the database {database} takes no changes ({detail}): make its user the owner of the database, and give the main server, not a standby"
    )]
    ReadOnly {
        /// The database, without a password.
        database: String,
        /// What the server said.
        detail: String,
    },
    /// A server that others could pretend to be.
    #[error(
        "there is no safe way to the database {database} ({detail}): give the authority of its certificate in the url (?sslrootcert=FILE), or say that the network is trusted (?sslmode=disable)"
    )]
    Unsafe {
        /// The database, without a password.
        database: String,
        /// What is wrong.
        detail: String,
    },
    /// Records that would not be seen any more.
    #[error("{}/streetward.db holds records, which would stay there and not be seen any more: carry them over by `streetward store move`, begin with an empty data folder, or say --leave-records", .data.display())]
    HoldsRecords {
        /// The data folder.
        data: PathBuf,
    },
    /// Records that others would be mixed with.
    #[error(
        "the database {database} holds records already (in its table {table}): make an empty one (createdb --owner USER NAME) and give that; nothing was changed"
    )]
    NotEmpty {
        /// The database, without a password.
        database: String,
        /// The first table that holds any.
        table: String,
    },
    /// Records of which not all arrived.
    #[error(
        "of {rows} rows of the table {table} {arrived} arrived, so nothing was moved: run `streetward store check`, then the same command again"
    )]
    NotCarried {
        /// The table.
        table: String,
        /// Rows that were sent.
        rows: u64,
        /// Rows that were found.
        arrived: u64,
    },
    /// Nothing that could be carried over.
    #[error("{}/streetward.db is not there, so there is nothing to move: say where new records are to lie by `streetward store use`", .data.display())]
    NothingToMove {
        /// The data folder.
        data: PathBuf,
    },
    /// Something that is done with a file.
    #[error(
        "the records lie in {database}, not in a file: restore it from a backup there, or make another database and give it by `streetward store use`"
    )]
    NotAFile {
        /// The database, without a password.
        database: String,
    },
    /// Not said soundly where the records lie.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// What a camera's rules knew cannot be read.
    #[error("cannot take up what the rules knew from {} ({detail}): remove it; the rules begin anew", .path.display())]
    State {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        detail: String,
    },
    /// A stored word this program does not know.
    #[error(
        "event {id} has a {column} that this program does not know ({detail}): use the version that wrote it"
    )]
    UnknownWord {
        /// The event (or run).
        id: String,
        /// Where the word stands.
        column: &'static str,
        /// What it is.
        detail: String,
    },
    /// A run of that id is already there.
    #[error("run {0} is already recorded: give the run another id")]
    RunExists(String),
    /// Evidence, where the store looks after it.
    #[error(transparent)]
    Evidence(#[from] EvidenceError),
    /// The daily chain.
    #[error(transparent)]
    Chain(#[from] ChainError),
    /// A day of the chain could not be time-stamped.
    #[error(transparent)]
    Stamp(#[from] StampError),
    /// Files and folders.
    #[error("cannot use {}: {source}; check the disk and the folder's rights", .path.display())]
    Io {
        /// Which file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// Anything else the database says.
    #[error("the database {} refused: {source}; keep it as it is and report this", .path.display())]
    Database {
        /// The database.
        path: PathBuf,
        /// Why.
        source: sqlx::Error,
    },
}

impl StoreError {
    /// Whether the database may answer again by itself, or once somebody gives it back: it is held,
    /// full, out of reach, or its disk does not answer. What was committed is not lost.
    pub fn is_away(&self) -> bool {
        use sqlx::Error as E;
        match self {
            Self::Away { .. }
            | Self::NotLetIn { .. }
            | Self::NoDatabase { .. }
            | Self::ReadOnly { .. }
            | Self::Unsafe { .. }
            | Self::Held(_)
            | Self::Busy { .. }
            | Self::Full(_)
            | Self::Missing(_)
            | Self::NotReadable(_)
            | Self::NotWritable(_)
            | Self::Io { .. } => true,
            Self::Database { source, .. } => matches!(
                source,
                E::Io(_) | E::Tls(_) | E::PoolTimedOut | E::PoolClosed | E::WorkerCrashed
            ),
            _ => false,
        }
    }

    /// Refuses a data folder that is a file, or lies below one.
    ///
    /// # Errors
    /// [`Self::NotAFolder`], naming the file.
    pub fn refuse_file(data: &Path) -> Result<(), Self> {
        file_on(data).map_or(Ok(()), |file| Err(Self::NotAFolder(file)))
    }

    /// The error for an I/O failure at `path`.
    pub fn from_io(path: &Path, source: io::Error) -> Self {
        let file = match source.kind() {
            io::ErrorKind::AlreadyExists | io::ErrorKind::NotADirectory => file_on(path),
            _ => None,
        };
        if let Some(file) = file {
            return Self::NotAFolder(file);
        }
        let path = path.to_path_buf();
        match source.kind() {
            io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                Self::NotWritable(path)
            }
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Self::Full(path),
            _ => Self::Io { path, source },
        }
    }
}

/// The file that stands where `path` needs a folder.
fn file_on(path: &Path) -> Option<PathBuf> {
    path.ancestors().find(|above| above.is_file()).map(Path::to_path_buf)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_in_the_way_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("data");
        std::fs::write(&file, "").unwrap();
        for data in [file.clone(), file.join("below/it")] {
            let refused = std::fs::create_dir_all(&data).unwrap_err();
            let said = StoreError::from_io(&data, refused).to_string();
            let wanted = format!("{} is a file, not a folder; give another --data", file.display());
            assert_eq!(said, wanted);
            assert_eq!(StoreError::refuse_file(&data).unwrap_err().to_string(), wanted);
        }
        assert!(StoreError::refuse_file(folder.path()).is_ok());
        assert!(StoreError::refuse_file(&folder.path().join("not/yet")).is_ok());
    }
}
