//! `streetward user`: who may come in, from the machine itself.

mod password;

use super::choice::one_of;
use super::clock::now;
use super::output::print;
use super::records::known;
use crate::config::Language;
use crate::media::WallTime;
use crate::review::{
    Doer, NewUser, Reach, Role, Scope, User, UserEdit, add_user, disable_user, edit_user,
    reset_totp, set_password,
};
use crate::rules::Domain;
use crate::store::{Store, StoreError};
use anyhow::bail;
use clap::{Args, Subcommand, ValueEnum};
use comfy_table::{ContentArrangement, Table, presets};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Add and change the people who may review
///
/// Whoever may run this on the data folder may do all of it, beside a running service too; each
/// change is entered into the audit trail. The first user is an administrator, made by `add`.
///
/// What the roles may do:
///
///   viewer         see events, evidence, cameras and figures
///   reviewer       also decide; have tokens for programs
///   supervisor     also assign, reopen, merge, edit scenes, export what is confirmed
///   administrator  users, configuration, scenes, cameras, figures, the audit trail; no evidence
///   auditor        see all, the audit trail too; change nothing
#[derive(Debug, Args)]
#[command(
    verbatim_doc_comment,
    after_help = "Examples:
  streetward user add admin --data data --role administrator
  streetward user list --data data
  streetward user disable nguyen.an --data data"
)]
pub struct UserArgs {
    #[command(subcommand)]
    command: UserCommand,
}

#[derive(Debug, Subcommand)]
enum UserCommand {
    /// Add a user
    ///
    /// The password is asked for, unless --password-file gives it: at least 12 characters, and none
    /// that everybody tries.
    #[command(after_help = "Examples:
  streetward user add admin --data data --role administrator
  streetward user add nguyen.an --data data --role reviewer --ward 'Phường 1' --domain traffic
  pwgen 20 1 | streetward user add desk --data data --role viewer --password-file -")]
    Add(AddArgs),
    /// List users
    #[command(after_help = "Examples:
  streetward user list --data data
  streetward user list --data data --format json | jq -r '.[].name'")]
    List(ListArgs),
    /// Change what a user may do, and where
    ///
    /// What is not named stays. Their sessions end where they may do something else after it.
    #[command(after_help = "Examples:
  streetward user edit nguyen.an --data data --role supervisor
  streetward user edit nguyen.an --data data --ward 'Phường 1' --ward 'Phường 2'
  streetward user edit nguyen.an --data data --all-wards --no-agency
  streetward user edit nguyen.an --data data --unlock")]
    Edit(EditArgs),
    /// Let a user in no more; their sessions and tokens end
    ///
    /// `user edit --enable` lets them in again.
    #[command(after_help = "Examples:
  streetward user disable nguyen.an --data data")]
    Disable(NamedArgs),
    /// Give a user another password; their sessions end, and their tokens are revoked
    ///
    /// It lets in once, within a day, and must be changed then; until the user has, the desk tells them
    /// who set it and when. One-time codes stay.
    #[command(after_help = "Examples:
  streetward user password nguyen.an --data data
  streetward user password nguyen.an --data data --password-file new.txt")]
    Password(PasswordArgs),
    /// Need no one-time codes of a user any more, whose device is lost; their sessions end
    #[command(after_help = "Examples:
  streetward user totp-reset nguyen.an --data data")]
    TotpReset(NamedArgs),
}

#[derive(Debug, Args)]
struct DataArgs {
    /// Data folder
    #[arg(short, long, value_name = "DIR", env = "STREETWARD_DATA", hide_env_values = true)]
    data: PathBuf,
}

#[derive(Debug, Args)]
struct NamedArgs {
    /// The name they log in by
    name: String,
    #[command(flatten)]
    data: DataArgs,
}

#[derive(Debug, Args)]
struct AddArgs {
    #[command(flatten)]
    named: NamedArgs,
    /// What they are here for
    #[arg(long, value_parser = one_of::<Role, _>(Role::ALL.map(Role::name)))]
    role: Role,
    /// What people call them; without it, the name
    #[arg(long, value_name = "TEXT")]
    full_name: Option<String>,
    /// Only this ward; may be given again. Without it: all, and what stands in none
    #[arg(long = "ward", value_name = "WARD")]
    wards: Vec<String>,
    /// Only this domain; may be given again. Without it: all
    #[arg(long = "domain", value_parser = one_of::<Domain, _>(Domain::ALL.map(Domain::name)))]
    domains: Vec<Domain>,
    /// Their agency's id in the site file
    #[arg(long, value_name = "ID")]
    agency: Option<String>,
    /// The language of texts
    #[arg(long, default_value = "vi", value_parser = one_of::<Language, _>(["vi", "en"]))]
    language: Language,
    /// Take the password from a file's first line; - is standard input
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
struct ListArgs {
    #[command(flatten)]
    data: DataArgs,
    /// How to print them
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    /// For people
    Table,
    /// For programs: one array
    Json,
}

#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools)] // flags of a command line
struct EditArgs {
    #[command(flatten)]
    named: NamedArgs,
    /// What they are here for
    #[arg(long, value_parser = one_of::<Role, _>(Role::ALL.map(Role::name)))]
    role: Option<Role>,
    /// What people call them
    #[arg(long, value_name = "TEXT")]
    full_name: Option<String>,
    /// Only this ward; may be given again
    #[arg(long = "ward", value_name = "WARD", conflicts_with = "all_wards")]
    wards: Vec<String>,
    /// All wards, and what stands in none
    #[arg(long)]
    all_wards: bool,
    /// Only this domain; may be given again
    #[arg(long = "domain", conflicts_with = "all_domains",
        value_parser = one_of::<Domain, _>(Domain::ALL.map(Domain::name)))]
    domains: Vec<Domain>,
    /// All domains
    #[arg(long)]
    all_domains: bool,
    /// Their agency's id in the site file
    #[arg(long, value_name = "ID", conflicts_with = "no_agency")]
    agency: Option<String>,
    /// Of no agency
    #[arg(long)]
    no_agency: bool,
    /// The language of texts
    #[arg(long, value_parser = one_of::<Language, _>(["vi", "en"]))]
    language: Option<Language>,
    /// Let them in again
    #[arg(long)]
    enable: bool,
    /// Let them try to log in at once, after too many tries
    #[arg(long)]
    unlock: bool,
    /// End their sessions and revoke their tokens
    #[arg(long)]
    end_access: bool,
}

#[derive(Debug, Args)]
struct PasswordArgs {
    #[command(flatten)]
    named: NamedArgs,
    /// Take it from a file's first line; - is standard input
    #[arg(long, value_name = "FILE")]
    password_file: Option<PathBuf>,
}

pub(super) fn run(args: &UserArgs) -> anyhow::Result<ExitCode> {
    let doer = Doer::Command { uid: rustix::process::getuid().as_raw() };
    let said = match &args.command {
        UserCommand::Add(a) => add(a, &doer)?,
        UserCommand::List(a) => list(a)?,
        UserCommand::Edit(a) => edit(a, &doer)?,
        UserCommand::Disable(a) => {
            let user = disable_user(&known(&a.data.data)?, &doer, &a.name, now())?;
            format!("{} is let in no more.\n", user.name)
        }
        UserCommand::Password(a) => {
            let store = known(&a.named.data.data)?;
            let password = password::read(a.password_file.as_deref(), &a.named.name)?;
            set_password(&store, &doer, &a.named.name, &password, now())?;
            format!(
                "{} has a new password, which lets in once within a day and must be changed then; \
                 their sessions have ended, and their tokens are revoked.\n",
                a.named.name
            )
        }
        UserCommand::TotpReset(a) => {
            if reset_totp(&known(&a.data.data)?, &doer, &a.name, now())? {
                format!("{} needs no one-time code any more; their sessions have ended.\n", a.name)
            } else {
                format!("{} needed no one-time code; their sessions have ended.\n", a.name)
            }
        }
    };
    print(&said)?;
    Ok(ExitCode::SUCCESS)
}

/// The same, made where nothing was: users come before cameras.
fn made(data: &Path) -> anyhow::Result<Store> {
    StoreError::refuse_file(data)?;
    Ok(match Store::open_beside(data) {
        Err(StoreError::Missing(_) | StoreError::OlderSchema { .. }) => Store::open(data)?,
        opened => opened?,
    })
}

fn add(args: &AddArgs, doer: &Doer<'_>) -> anyhow::Result<String> {
    let name = crate::review::user_name(&args.named.name)?;
    let password = password::read(args.password_file.as_deref(), &name)?;
    let new = NewUser {
        full_name: args.full_name.clone().unwrap_or_else(|| name.clone()),
        role: args.role,
        scope: Scope { wards: reach(&args.wards), domains: reach(&args.domains) },
        agency: args.agency.clone(),
        language: args.language,
        name,
    };
    let store = made(&args.named.data.data)?;
    let user = add_user(&store, doer, &new, &password, now())?;
    password::warn_of_database(&args.named.data.data)?;
    Ok(format!("{} ({}) may come in: {}.\n", user.name, user.role.name(), scope(&user.scope)))
}

/// Nothing named: all.
fn reach<T: Ord + Clone>(named: &[T]) -> Reach<T> {
    if named.is_empty() { Reach::All } else { named.iter().cloned().collect() }
}

fn edit(args: &EditArgs, doer: &Doer<'_>) -> anyhow::Result<String> {
    let store = known(&args.named.data.data)?;
    let name = &args.named.name;
    let scoped =
        args.all_wards || args.all_domains || !args.wards.is_empty() || !args.domains.is_empty();
    let scope_of = |user: User| {
        let mut scope = user.scope;
        if args.all_wards || !args.wards.is_empty() {
            scope.wards = reach(&args.wards);
        }
        if args.all_domains || !args.domains.is_empty() {
            scope.domains = reach(&args.domains);
        }
        scope
    };
    let before = store.user_named(&crate::review::user_name(name)?)?;
    let before = before.as_ref().map(User::of).transpose()?;
    let edit = UserEdit {
        full_name: args.full_name.clone(),
        role: args.role,
        expected_version: before.as_ref().map(|u| u.version),
        scope: before.filter(|_| scoped).map(scope_of),
        agency: if args.no_agency { Some(None) } else { args.agency.clone().map(Some) },
        language: args.language,
        disabled: args.enable.then_some(false),
        unlock: args.unlock,
        end_access: args.end_access,
        ..UserEdit::default()
    };
    let nothing = UserEdit { expected_version: edit.expected_version, ..UserEdit::default() };
    if edit == nothing {
        bail!("say what to change; `streetward user edit --help` names what can be");
    }
    let user = edit_user(&store, doer, name, &edit, now())?;
    let mut said = String::new();
    if args.unlock {
        said.push_str("The tries to log in are forgotten.\n");
    }
    if args.end_access {
        said.push_str("Their sessions have ended, and their tokens are revoked.\n");
    }
    let rest = UserEdit { unlock: false, end_access: false, ..edit };
    if rest != nothing {
        said.extend([&user.name, " is ", user.role.name(), ": ", &scope(&user.scope), ".\n"]);
    }
    Ok(said)
}

fn list(args: &ListArgs) -> anyhow::Result<String> {
    StoreError::refuse_file(&args.data.data)?;
    let store = Store::open_read(&args.data.data)?;
    let users: Vec<User> = store.users()?.iter().map(User::of).collect::<Result<_, _>>()?;
    if let Format::Json = args.format {
        return Ok(serde_json::to_string_pretty(&users)? + "\n");
    }
    if users.is_empty() {
        return Ok("No user may come in; add one with `streetward user add`.\n".to_owned());
    }
    let mut table = Table::new();
    table
        .load_preset(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Disabled)
        .set_header(["name", "full name", "role", "sees", "agency", "codes", "last came in", ""]);
    for u in &users {
        let local = |t: WallTime| t.local().strftime("%Y-%m-%d %H:%M").to_string();
        table.add_row([
            u.name.as_str(),
            &u.full_name,
            u.role.name(),
            &scope(&u.scope),
            u.agency.as_deref().unwrap_or_default(),
            if u.totp { "yes" } else { "no" },
            &u.last_login.map(local).unwrap_or_default(),
            if u.disabled { "disabled" } else { "" },
        ]);
    }
    Ok(format!("{table}\n"))
}

fn scope(scope: &Scope) -> String {
    let wards = match &scope.wards {
        Reach::All => "all wards".to_owned(),
        Reach::These(these) => these.iter().map(String::as_str).collect::<Vec<_>>().join(", "),
    };
    let domains = match &scope.domains {
        Reach::All => "all domains".to_owned(),
        Reach::These(these) => these.iter().map(|d| d.name()).collect::<Vec<_>>().join(", "),
    };
    format!("{wards}; {domains}")
}
