//! Execution providers: what a model may run on, in which order, and what it came to run on.
//!
//! All of them are compiled in, because they cost nothing there: the runtime library that is loaded
//! decides what can be had, and is asked.

use ort::ep::{self, ExecutionProvider};
use ort::session::builder::SessionBuilder;
use std::fmt;

/// Something that can run a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provider {
    /// The runtime's own kernels, on the main processor. Always there.
    Cpu,
    /// Intel's `OpenVINO`, on the device it was built for.
    OpenVino,
    /// NVIDIA's CUDA.
    Cuda,
    /// NVIDIA's `TensorRT`.
    TensorRt,
    /// Apple's Core ML.
    CoreMl,
}

impl Provider {
    /// Every provider known.
    pub const ALL: [Self; 5] =
        [Self::Cpu, Self::OpenVino, Self::Cuda, Self::TensorRt, Self::CoreMl];

    /// The name configuration uses.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cpu => "cpu",
            Self::OpenVino => "openvino",
            Self::Cuda => "cuda",
            Self::TensorRt => "tensorrt",
            Self::CoreMl => "coreml",
        }
    }

    /// The provider of that name.
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|p| p.name() == name)
    }

    /// Whether it works on the main processor, where one worker a processor is right and INT8 pays.
    pub const fn on_main_processor(self) -> bool {
        matches!(self, Self::Cpu | Self::OpenVino)
    }

    /// Whether the loaded runtime library was built with it; says nothing of drivers and devices.
    pub(super) fn built_in(self) -> bool {
        let found = match self {
            Self::Cpu => return true,
            Self::OpenVino => ep::OpenVINO::is_available(),
            Self::Cuda => ep::CUDA::is_available(),
            Self::TensorRt => ep::TensorRT::is_available(),
            Self::CoreMl => ep::CoreML::is_available(),
        };
        found.unwrap_or(false)
    }

    /// Adds it to what a session may use.
    pub(super) fn register(self, builder: SessionBuilder) -> Result<SessionBuilder, ort::Error> {
        let dispatch = match self {
            Self::Cpu => return Ok(builder),
            // A session belongs to one worker, and there is a worker for every processor.
            Self::OpenVino => {
                ep::OpenVINO::default().with_num_threads(1).with_num_streams(1).build()
            }
            Self::Cuda => ep::CUDA::default().build(),
            Self::TensorRt => ep::TensorRT::default().build(),
            Self::CoreMl => ep::CoreML::default().build(),
        };
        Ok(builder.with_execution_providers([dispatch.error_on_failure()])?)
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Providers to try, best first, and the one that must not be done without.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Providers {
    order: Vec<Provider>,
    require: Option<Provider>,
}

impl Default for Providers {
    fn default() -> Self {
        Self { order: vec![Provider::Cpu], require: None }
    }
}

/// An order of providers that cannot be meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProvidersError {
    /// Nothing to run on.
    #[error("the list of providers is empty; name at least \"cpu\"")]
    Empty,
    /// Named twice.
    #[error("the provider \"{0}\" is named twice; name it once, where it should be tried")]
    Twice(Provider),
    /// Behind the one that never fails.
    #[error(
        "\"cpu\" always works, so \"{0}\" behind it would never be used; put \"cpu\" at the end"
    )]
    BehindCpu(Provider),
    /// Required without being wanted.
    #[error("\"{0}\" is required but is not among the providers; add it to them")]
    NotListed(Provider),
}

impl Providers {
    /// Providers in order of preference; without any, `require` and then the main processor.
    ///
    /// # Errors
    /// [`ProvidersError`].
    pub fn new(
        order: Option<Vec<Provider>>,
        require: Option<Provider>,
    ) -> Result<Self, ProvidersError> {
        let order = order.unwrap_or_else(|| match require {
            Some(required) if required != Provider::Cpu => vec![required, Provider::Cpu],
            _ => vec![Provider::Cpu],
        });
        if order.is_empty() {
            return Err(ProvidersError::Empty);
        }
        for (i, &provider) in order.iter().enumerate() {
            if order[..i].contains(&provider) {
                return Err(ProvidersError::Twice(provider));
            }
            if order[..i].contains(&Provider::Cpu) {
                return Err(ProvidersError::BehindCpu(provider));
            }
        }
        match require {
            Some(required) if !order.contains(&required) => {
                Err(ProvidersError::NotListed(required))
            }
            _ => Ok(Self { order, require }),
        }
    }

    /// Best first.
    pub fn order(&self) -> &[Provider] {
        &self.order
    }

    /// The one that must be had.
    pub fn require(&self) -> Option<Provider> {
        self.require
    }
}

/// `cuda, then cpu; cuda is required`.
impl fmt::Display for Providers {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.order.iter().map(|p| p.name()).collect();
        f.write_str(&names.join(", then "))?;
        self.require.map_or(Ok(()), |required| write!(f, "; {required} is required"))
    }
}

/// What a model runs on, and why not on what was wanted before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// In use, best first; what the first cannot do the next does, and the main processor the rest.
    pub on: Vec<Provider>,
    /// Wanted before these, with what stood in the way.
    pub passed_over: Vec<(Provider, String)>,
}

impl Placement {
    /// Whether everything runs on the main processor.
    pub fn on_main_processor(&self) -> bool {
        self.on.iter().all(|p| p.on_main_processor())
    }
}

/// `cpu (cuda: not in this runtime library)`.
impl fmt::Display for Placement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.on.iter().map(|p| p.name()).collect();
        f.write_str(&names.join(" and "))?;
        let passed: Vec<_> =
            self.passed_over.iter().map(|(p, why)| format!("{p}: {why}")).collect();
        if passed.is_empty() { Ok(()) } else { write!(f, " ({})", passed.join("; ")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Provider::{Cpu, Cuda, OpenVino};

    #[test]
    fn an_order_that_cannot_be_meant_is_refused() {
        let new = |order: &[Provider], require| Providers::new(Some(order.to_vec()), require);
        assert_eq!(new(&[], None), Err(ProvidersError::Empty));
        assert_eq!(new(&[Cuda, Cuda], None), Err(ProvidersError::Twice(Cuda)));
        assert_eq!(new(&[Cpu, Cuda], None), Err(ProvidersError::BehindCpu(Cuda)));
        assert_eq!(new(&[OpenVino, Cpu], Some(Cuda)), Err(ProvidersError::NotListed(Cuda)));
        assert_eq!(new(&[Cuda, OpenVino, Cpu], Some(Cuda)).unwrap().order().len(), 3);
    }

    #[test]
    fn what_is_required_is_also_wanted() {
        assert_eq!(
            Providers::new(None, Some(Cuda)).unwrap().to_string(),
            "cuda, then cpu; cuda is required"
        );
        assert_eq!(Providers::new(None, Some(Cpu)).unwrap().order(), [Cpu]);
        assert_eq!(Providers::new(None, None).unwrap(), Providers::default());
    }
}
