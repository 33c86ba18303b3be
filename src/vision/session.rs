//! The runtime and its sessions: one environment a process, one session a worker.

use super::VisionError;
use super::processor::Instructions;
use super::provider::{Placement, Provider, Providers};
use super::shelf::{self, Shelf};
use ort::LoadDynamicError;
use ort::environment::Environment;
use ort::session::Session;
use ort::session::builder::PrepackedWeights;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// ONNX Runtime allows one environment a process.
static ENVIRONMENT: OnceLock<Environment> = OnceLock::new();

/// Held while it is made: the runtime keeps the first one's log function, so that a second one, made
/// at the same time and thrown away, would take that function with it.
static MAKING: Mutex<()> = Mutex::new(());

/// A model's file in memory, with what its sessions share.
pub(super) struct Graph {
    environment: Environment,
    bytes: Vec<u8>,
    /// Weights outside the model's own file, as it names their files.
    data: Vec<(String, Arc<[u8]>)>,
    weights: PrepackedWeights,
}

/// Why a graph runs nowhere.
pub(super) enum Unplaced {
    /// The runtime refuses the file itself.
    Refused(String),
    /// What was asked for cannot be had here.
    Providers(VisionError),
}

impl Graph {
    /// `bytes` are those of a model's file, `data` those of the files it keeps weights in.
    pub(super) fn new(
        environment: Environment,
        bytes: Vec<u8>,
        data: Vec<(String, Arc<[u8]>)>,
    ) -> Self {
        Self { environment, bytes, data, weights: PrepackedWeights::new() }
    }

    /// A session of one thread on these providers: workers share the processor by being several, not
    /// by spinning.
    pub(super) fn session(&self, on: &[Provider]) -> Result<Session, String> {
        let build = || -> Result<Session, ort::Error> {
            let mut builder = Session::builder(&self.environment)?
                .with_intra_threads(1)?
                .with_inter_threads(1)?
                .with_intra_op_spinning(false)?
                .with_prepacked_weights(&self.weights)?;
            if !Instructions::Vnni.here() {
                // Sums of products of unsigned and signed bytes can overflow without VNNI; this asks
                // for slower kernels whose sums cannot.
                builder = builder.with_precise_qmm()?;
            }
            for provider in on {
                builder = provider.register(builder)?;
            }
            for (file, bytes) in &self.data {
                builder =
                    builder.with_external_initializer_file_in_memory(file, Arc::clone(bytes))?;
            }
            builder.commit_from_memory(&self.bytes)
        };
        build().map_err(|e| plainly(&e.to_string()))
    }

    /// A session on the best that can be had of `wanted`, and what that is.
    pub(super) fn place(&self, wanted: &Providers) -> Result<(Session, Placement), Unplaced> {
        let (built_in, missing): (Vec<_>, Vec<_>) =
            wanted.order().iter().copied().partition(|p| p.built_in());
        let mut passed_over: Vec<_> =
            missing.into_iter().map(|p| (p, "not in this runtime library".to_owned())).collect();
        let mut placed = None;
        if !built_in.is_empty() {
            placed = match self.session(&built_in) {
                Ok(session) => Some((session, built_in)),
                // One of them does not work here: find out which.
                Err(_) if built_in != [Provider::Cpu] => {
                    let mut on: Vec<Provider> = Vec::new();
                    let mut best = None;
                    for provider in built_in {
                        on.push(provider);
                        match self.session(&on) {
                            Ok(session) => best = Some(session),
                            Err(reason) if provider == Provider::Cpu => {
                                return Err(Unplaced::Refused(reason));
                            }
                            Err(reason) => {
                                passed_over.push((provider, reason));
                                on.pop();
                            }
                        }
                    }
                    best.map(|session| (session, on))
                }
                Err(reason) => return Err(Unplaced::Refused(reason)),
            };
        }
        let place = |p: &Provider| wanted.order().iter().position(|w| w == p);
        passed_over.sort_by_key(|(p, _)| place(p));
        let on = placed.as_ref().map_or(&[][..], |(_, on)| on);
        let why = |p: Provider| passed_over.iter().find(|(q, _)| *q == p).map(|(_, why)| &**why);
        if let Some(provider) = wanted.require().filter(|p| !on.contains(p)) {
            let reason = why(provider).unwrap_or("it could not be used").to_owned();
            return Err(Unplaced::Providers(VisionError::ProviderRequired { provider, reason }));
        }
        match placed {
            Some((session, on)) => Ok((session, Placement { on, passed_over })),
            None => Err(Unplaced::Providers(VisionError::NoProvider(
                passed_over
                    .iter()
                    .map(|(p, why)| format!("{p}: {why}"))
                    .collect::<Vec<_>>()
                    .join("; "),
            ))),
        }
    }
}

/// Loads the runtime, and where it is the one set-up fetched compares it with its pinned checksum;
/// gives its path.
///
/// # Errors
/// The runtime is missing, cannot be used, or is not the file that was pinned.
pub fn verify_runtime(shelf: &Shelf) -> Result<PathBuf, VisionError> {
    let library = shelf.runtime_file()?;
    if let Some(expected) = shelf::runtime_sha256(&library) {
        shelf::read_sha256(&library, &expected)?;
    }
    environment(&library)?;
    Ok(library)
}

/// The process's environment, made from `library` where there is none yet.
pub(super) fn environment(library: &Path) -> Result<Environment, VisionError> {
    let _making = MAKING.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(environment) = ENVIRONMENT.get() {
        return Ok(environment.clone());
    }
    // A bare name would be looked for among the system's libraries, not where it was found.
    let library = &std::path::absolute(library).unwrap_or_else(|_| library.to_owned());
    let unusable = |reason: String| VisionError::RuntimeUnusable {
        path: library.clone(),
        reason: first_line(&reason),
    };
    let log = Arc::new(|_, category: &str, _: &str, _: &str, message: &str| {
        tracing::debug!(target: "onnxruntime", category, "{message}");
    });
    let builder = ort::init_from(library).map_err(|e| match e {
        LoadDynamicError::BadVersion { version_str: version, .. } => {
            VisionError::RuntimeTooOld { path: library.clone(), version }
        }
        LoadDynamicError::MissingApi { .. } => {
            unusable("it is another library, without OrtGetApiBase".into())
        }
        LoadDynamicError::Dlopen { error, .. } => {
            // The loader's own words are the error's source.
            let text = error.source().map_or_else(|| error.to_string(), ToString::to_string);
            let why = text.replacen(&format!("{}: ", library.display()), "", 1);
            unusable(format!("it is not a shared library that can be loaded here ({why})"))
        }
        other @ LoadDynamicError::InvalidVersionString => unusable(other.to_string()),
    })?;
    let built = builder.with_name("streetward").with_telemetry(false).with_logger(log).build();
    let environment = built.map_err(|e| unusable(e.to_string()))?;
    Ok(ENVIRONMENT.get_or_init(|| environment).clone())
}

/// What the runtime said, without the place in its own source where it said so.
fn plainly(text: &str) -> String {
    let line = first_line(text);
    // `…cc:12 f() [ONNXRuntimeError] : 1 : FAIL : what went wrong`
    let said =
        line.split_once("[ONNXRuntimeError] : ").and_then(|(_, s)| s.splitn(3, " : ").nth(2));
    said.map_or(line.clone(), ToOwned::to_owned)
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::plainly;

    #[test]
    fn the_runtimes_own_source_is_left_out() {
        let said = "/src/bridge.cc:2043 Provider& Get() [ONNXRuntimeError] : 1 : FAIL : Failed to load \
                    library a.so with error: b.so: cannot open\nmore";
        let plain = "Failed to load library a.so with error: b.so: cannot open";
        assert_eq!(plainly(said), plain);
        assert_eq!(plainly(plain), plain);
    }
}
