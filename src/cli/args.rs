//! The command tree.

use super::{
    alerts, audit, batch, bench, camera, check, events, evidence, handover, hold, keys, law, live,
    logging, models, privacy, register, replay, report, serve, status, store, user,
};
use clap::{Parser, Subcommand};
use std::io::Write;
use std::process::ExitCode;

/// Turns fixed street cameras into evidence of violations that a person reviews.
///
/// Streetward reads recorded footage, sees and tracks road users, judges them against each camera's
/// scene, and writes evidence (stills, a clip, a sealed record) for an officer to confirm or
/// dismiss. Nothing counts as a violation before a person has confirmed it.
///
/// First steps: `scripts/demo` in the source folder; then draw your own camera file (see README.md).
#[derive(Debug, Parser)]
#[command(name = "streetward", version, max_term_width = 100, arg_required_else_help = true)]
#[command(after_help = "Examples:
  streetward check --camera my-camera.toml
  streetward batch --camera my-camera.toml --data data clip.mp4
  streetward events list --data data
  streetward help events export

Exit codes: 0 done, 1 done with failures (each is named), 2 could not start.")]
pub struct Cli {
    #[command(flatten)]
    log: logging::LogArgs,
    #[command(subcommand)]
    command: Command,
}

// Each command's words stand at its arguments; a doc comment here would take their place.
#[derive(Debug, Subcommand)]
enum Command {
    Batch(batch::BatchArgs),
    Live(live::LiveArgs),
    Serve(serve::ServeArgs),
    Status(status::StatusArgs),
    Replay(replay::ReplayArgs),
    Events(events::EventsArgs),
    Evidence(evidence::EvidenceArgs),
    Report(report::ReportArgs),
    Keys(keys::KeysArgs),
    Hold(hold::HoldArgs),
    Privacy(privacy::PrivacyArgs),
    Handover(handover::HandoverArgs),
    Alerts(alerts::AlertsArgs),
    Bench(bench::BenchArgs),
    Models(models::ModelsArgs),
    Law(law::LawArgs),
    Check(check::CheckArgs),
    Camera(camera::CameraArgs),
    Register(register::RegisterArgs),
    Store(store::StoreArgs),
    User(user::UserArgs),
    Audit(audit::AuditArgs),
}

/// Parses the command line, runs the command, and gives the process's exit code.
pub fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(e) => {
            let _ = e.print();
            return ExitCode::from(if e.use_stderr() { 2 } else { 0 });
        }
    };
    logging::start(&cli.log);
    let done = match &cli.command {
        Command::Batch(args) => batch::run(args),
        Command::Live(args) => live::run(args),
        Command::Serve(args) => serve::run(args),
        Command::Status(args) => status::run(args),
        Command::Replay(args) => replay::run(args),
        Command::Events(args) => events::run(args),
        Command::Evidence(args) => evidence::run(args),
        Command::Report(args) => report::run(args),
        Command::Keys(args) => keys::run(args),
        Command::Hold(args) => hold::run(args),
        Command::Privacy(args) => privacy::run(args),
        Command::Handover(args) => handover::run(args),
        Command::Alerts(args) => alerts::run(args),
        Command::Bench(args) => bench::run(args),
        Command::Models(args) => models::run(args),
        Command::Law(args) => law::run(args),
        Command::Check(args) => check::run(args),
        Command::Camera(args) => camera::run(args),
        Command::Register(args) => register::run(args),
        Command::Store(args) => store::run(args),
        Command::User(args) => user::run(args),
        Command::Audit(args) => audit::run(args),
    };
    done.unwrap_or_else(|e| {
        let _ = writeln!(std::io::stderr().lock(), "streetward: {}", sentence(&e));
        ExitCode::from(2)
    })
}

/// The error with its causes, without saying anything twice.
fn sentence(error: &anyhow::Error) -> String {
    let mut text = String::new();
    for cause in error.chain().map(ToString::to_string) {
        if !text.contains(&cause) {
            if !text.is_empty() {
                text.push_str(": ");
            }
            text.push_str(&cause);
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;
    use clap::error::ErrorKind;

    /// The commands in a text that a reader would type, continued lines put together.
    fn commands(text: &str, indent: &str) -> Vec<String> {
        let whole = text.replace("\\\n", " ");
        // A line of prose may begin with the name, and what the shell fills in is not known here.
        let typed = whole.lines().filter(|l| l.starts_with(indent)).map(str::trim);
        let typed = typed.filter(|l| l.starts_with("streetward ") && !l.contains("$("));
        typed.map(str::to_owned).collect()
    }

    fn refused(typed: &str) -> Option<String> {
        let mut words = shlex::split(typed)?;
        // What follows is the shell's.
        let end = words.iter().position(|w| ["|", ">", "&&", "&", "2>&1"].contains(&w.as_str()));
        words.truncate(end.unwrap_or(words.len()));
        let shown = [ErrorKind::DisplayHelp, ErrorKind::DisplayVersion];
        let error = Cli::try_parse_from(words).err().filter(|e| !shown.contains(&e.kind()))?;
        Some(format!("{typed}\n{error}"))
    }

    fn examples(command: &clap::Command, found: &mut Vec<String>) {
        let help = command.get_after_help().or_else(|| command.get_after_long_help());
        found.extend(help.into_iter().flat_map(|h| commands(&h.to_string(), "  ")));
        command.get_subcommands().for_each(|c| examples(c, found));
    }

    #[test]
    fn every_example_in_the_help_is_understood() {
        let mut found = Vec::new();
        examples(&Cli::command(), &mut found);
        assert!(found.len() > 50, "{}", found.len());
        let refused: Vec<String> = found.iter().filter_map(|typed| refused(typed)).collect();
        assert!(refused.is_empty(), "{}", refused.join("\n"));
    }

    #[test]
    fn every_command_in_the_readme_is_understood() {
        let readme = include_str!("../../README.md");
        let blocks = readme.split("```sh").skip(1).filter_map(|b| b.split("```").next());
        let found: Vec<String> = blocks.flat_map(|b| commands(b, "")).collect();
        assert!(found.len() > 10, "{}", found.len());
        let refused: Vec<String> = found.iter().filter_map(|typed| refused(typed)).collect();
        assert!(refused.is_empty(), "{}", refused.join("\n"));
    }
}
