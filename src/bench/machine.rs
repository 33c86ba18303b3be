//! The machine that figures were measured on.

use serde::Serialize;

/// The machine that figures were measured on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Machine {
    /// The processor, as it names itself; its architecture where it does not.
    pub processor: String,
    /// Processors this process may use.
    pub cores: usize,
    /// Instruction sets that decide how fast networks run, of those present.
    pub features: Vec<String>,
}

/// What matters to networks and codecs, by the kernel's names.
const FEATURES: [&str; 10] = [
    "avx2",
    "fma",
    "f16c",
    "avx512f",
    "avx512_vnni",
    "avx_vnni",
    "amx_int8",
    "asimd",
    "asimddp",
    "i8mm",
];

impl Machine {
    /// This one.
    pub fn here() -> Self {
        Self::parse(&std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default())
    }

    fn parse(cpuinfo: &str) -> Self {
        let value = |names: &[&str]| {
            let found = cpuinfo.lines().find_map(|line| {
                let (key, value) = line.split_once(':')?;
                names.contains(&key.trim()).then(|| value.trim())
            });
            found.filter(|v| !v.is_empty())
        };
        let flags: Vec<&str> =
            value(&["flags", "Features"]).unwrap_or_default().split_whitespace().collect();
        let present = FEATURES.iter().filter(|f| flags.contains(f));
        Self {
            processor: value(&["model name", "Model"]).unwrap_or(std::env::consts::ARCH).to_owned(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            features: present.map(|&f| f.to_owned()).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_tells_processor_and_features() {
        let text = "processor\t: 0\nmodel name\t: Acme 9\nflags\t\t: fpu avx2 avx512f\n";
        let machine = Machine::parse(text);
        assert_eq!(machine.processor, "Acme 9");
        assert_eq!(machine.features, ["avx2", "avx512f"]);
        assert_eq!(Machine::parse("").processor, std::env::consts::ARCH);
    }
}
