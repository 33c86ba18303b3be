//! A password, from the terminal without echo or from a file: never from the command line, where
//! every user of the machine could read it.

use crate::cli::output::complain;
use anyhow::{Context, bail};
use std::io::{self, BufRead, BufReader, IsTerminal, Read};
use std::path::Path;

/// No password's line is longer, bytes.
const LONGEST: u64 = 16 << 10;

/// The password for a user of this name.
pub(super) fn read(file: Option<&Path>, name: &str) -> anyhow::Result<String> {
    let Some(file) = file else { return asked(name) };
    let mut line = String::new();
    let told = |what: &str| format!("cannot read the password from {what}");
    if file == Path::new("-") {
        if io::stdin().is_terminal() {
            bail!(
                "standard input is a terminal, where a password would be seen; leave out --password-file to be asked for it"
            );
        }
        let mut input = BufReader::new(io::stdin().lock().take(LONGEST));
        input.read_line(&mut line).with_context(|| told("standard input"))?;
    } else {
        let opened =
            std::fs::File::open(file).with_context(|| told(&file.display().to_string()))?;
        warn_of_rights(file, &opened)?;
        let mut input = BufReader::new(opened.take(LONGEST));
        input.read_line(&mut line).with_context(|| told(&file.display().to_string()))?;
    }
    let password = line.trim_end_matches(['\r', '\n']);
    if password.is_empty() {
        bail!("the first line of {} is empty; write the password there", file.display());
    }
    Ok(password.to_owned())
}

fn warn_of_rights(path: &Path, file: &std::fs::File) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let others = file.metadata().is_ok_and(|m| m.permissions().mode() & 0o077 != 0);
    if others {
        complain(&format!("others can read {}; remove it", path.display()))?;
    }
    Ok(())
}

/// The database holds hashes of passwords, and the secrets of one-time codes.
pub(super) fn warn_of_database(data: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let path = data.join("streetward.db");
    if std::fs::metadata(&path).is_ok_and(|m| m.permissions().mode() & 0o004 != 0) {
        complain(&format!(
            "every user of this machine can read {}, which holds what people log in with; take that right away (chmod o= {})",
            path.display(),
            path.display()
        ))?;
    }
    Ok(())
}

fn asked(name: &str) -> anyhow::Result<String> {
    let ask = |what: &str| {
        rpassword::prompt_password(what).context(
            "there is no terminal to ask for the password; give --password-file, - for standard input",
        )
    };
    let password = ask(&format!("Password for {name}: "))?;
    if ask("The same again: ")? != password {
        bail!("the two passwords differ; run the command again");
    }
    Ok(password)
}
