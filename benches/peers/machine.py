"""What the figures were taken on."""

import importlib.metadata
import os
import platform
from pathlib import Path


def facts() -> dict:
    """Processor, cores, memory, system, load."""
    cpu, flags = {}, set()
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition(":")
        cpu.setdefault(key.strip(), value.strip())
    flags.update(cpu.get("flags", cpu.get("Features", "")).split())
    wanted = ("avx2", "avx512f", "avx512_vnni", "avx_vnni", "amx_int8", "asimddp", "i8mm")
    return {
        "cpu": cpu.get("model name") or platform.machine(),
        "features": [name for name in wanted if name in flags],
        "cores": cores(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30),
        "system": platform.freedesktop_os_release().get("PRETTY_NAME", platform.system()),
        "load_before": round(os.getloadavg()[0], 1),
    }


def cores() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0))


def busy(facts: dict) -> str:
    """A warning where others work on this machine; nothing where none do."""
    if facts["load_before"] <= 0.3 * facts["cores"]:
        return ""
    return "This machine was busy with other work: neither times nor chosen settings mean much."


def versions() -> dict:
    """The peers' versions."""
    names = ("onnxruntime", "opencv-python-headless", "numpy", "trackers", "supervision", "scipy")
    return {"python": platform.python_version()} | {n: importlib.metadata.version(n) for n in names}
