//! Log output: to stderr, as text for people or JSON for machines.

use clap::{Args, ValueEnum};
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// How to log.
#[derive(Debug, Args)]
pub struct LogArgs {
    /// Say more: -v what happens, -vv every detail
    #[arg(short, long, action = clap::ArgAction::Count, global = true, display_order = 900)]
    verbose: u8,
    /// Form of log lines on stderr
    #[arg(long, value_name = "FORM", value_enum, default_value_t = LogFormat::Text, global = true, display_order = 901)]
    log_format: LogFormat,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LogFormat {
    /// For people
    Text,
    /// One JSON object a line, for log collectors
    Json,
}

/// Libraries that speak to sinks of alerts; no filter makes them say more than that they failed.
const SECRETIVE: [&str; 6] =
    ["ureq=off", "ureq_proto=off", "rumqttc=off", "lettre=off", "rustls=off", "tokio_rustls=off"];

/// Starts logging; `STREETWARD_LOG` (as in `info,streetward::media=debug`) overrides `-v`.
pub(super) fn start(args: &LogArgs) {
    let level = ["streetward=warn", "streetward=info", "streetward=debug,onnxruntime=info"];
    let fallback = level[usize::from(args.verbose).min(2)];
    let filter = EnvFilter::try_from_env("STREETWARD_LOG").unwrap_or_else(|_| fallback.into());
    // What these say of requests holds tokens and passwords.
    let filter = SECRETIVE.iter().fold(filter, |filter, quiet| match quiet.parse() {
        Ok(directive) => filter.add_directive(directive),
        Err(_) => filter,
    });
    let builder =
        tracing_subscriber::fmt().with_env_filter(filter).with_writer(super::output::above_bars);
    let builder = builder.with_ansi(std::io::stderr().is_terminal());
    // A second start in one process (tests) keeps the first.
    let _ = match args.log_format {
        LogFormat::Text => builder.with_target(false).try_init(),
        LogFormat::Json => builder.json().try_init(),
    };
}
