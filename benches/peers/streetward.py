"""Streetward as its peers meet it: built, found, run."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STORE = ROOT / ".streetward" / "peers"
TARGET = ROOT / "target"


class Trouble(Exception):
    """Something is missing or failed; says what to do."""


def say(*words):
    print(*words, file=sys.stderr, flush=True)


def output_of(command, what: str, **more) -> str:
    """Standard output of a command that must succeed."""
    command = [str(part) for part in command]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=ROOT, **more)
    if done.returncode != 0:
        last = (done.stderr.strip() or done.stdout.strip() or "no word why").splitlines()[-3:]
        raise Trouble(f"{what} failed: {' '.join(last)}")
    return done.stdout


def cargo(*arguments):
    """A release build."""
    command = ["cargo", "build", "--release", "--quiet", *arguments]
    try:
        done = subprocess.run(command, cwd=ROOT, check=False)
    except FileNotFoundError:
        raise Trouble("cargo is missing; run scripts/setup first.") from None
    if done.returncode != 0:
        raise Trouble(f"'{' '.join(command)}' failed; its own words are above.")


class Streetward:
    """The program, built in release unless STREETWARD names one, and its clips and models."""

    def __init__(self, build: bool):
        named = os.environ.get("STREETWARD")
        self.binary = Path(named) if named else TARGET / "release" / "streetward"
        if build and not named:
            say("building streetward in release")
            cargo("--bin", "streetward")
        if not self.binary.is_file():
            raise Trouble(f"{self.binary} is not there; run without --no-build.")

    def run(self, *arguments) -> str:
        return output_of(
            [self.binary, *arguments], f"streetward {' '.join(map(str, arguments[:2]))}"
        )

    def version(self) -> str:
        return self.run("--version").strip()

    def models(self) -> tuple[dict[str, Path], str]:
        """Files of NanoDet models that are there, by name, and the name of the default."""
        folder = Path(os.environ.get("STREETWARD_MODELS") or ROOT / ".streetward" / "models")
        entries = json.loads(self.run("models", "list", "--format", "json"))
        known = {e["name"]: folder / e["file"] for e in entries if e["family"] == "nanodet"}
        default = [e["name"] for e in entries if e.get("default_here", e.get("default"))]
        there = {name: path for name, path in known.items() if path.is_file()}
        if not there or not default:
            raise Trouble(f"no NanoDet model in {folder}; run scripts/setup.")
        return there, default[0]

    def can(self, option: str, *command) -> bool:
        """Whether a command's help tells of an option."""
        return option in self.run(*command, "--help")

    def pipeline(self, camera: Path, clip: Path, *more) -> dict:
        """Frames a second, frames, and processor time a frame over all stages."""
        figures = json.loads(self.run("bench", "pipeline", camera, clip, "--format", "json", *more))
        stages = figures["stages"].values()
        return {
            "model": figures["model"],
            "frames": figures["frames"],
            "frames_per_second": figures["frames_per_second"],
            "cpu_ms_per_frame": sum(stage["cpu_ms_per_frame"] for stage in stages),
            "input": figures["input"],
        }

    def detections(self, model: str, clip: Path, least_score: float) -> list[list[dict]]:
        """What it sees in every frame."""
        with tempfile.TemporaryDirectory(dir=STORE) as folder:
            scores = ["--min-score", round(least_score, 4), "--write", folder, "--format", "json"]
            self.run("bench", "detect", "--model", model, *scores, clip)
            (written,) = Path(folder).rglob("*.jsonl")
            return read_detections(written)

    def track(self, folder: Path, results: Path | None = None) -> dict:
        """Scores of its own tracker, or of a peer's result files, on MOT-format folders."""
        more = ["--results", results] if results else []
        return json.loads(self.run("bench", "track", folder, "--format", "json", *more))


def read_detections(path: Path) -> list[list[dict]]:
    """Detections of every frame, from a file of a JSON object a line."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [json.loads(line)["detections"] for line in lines]


def write_camera(name: str, size, model: str | None) -> Path:
    """A camera that judges nothing, for any clip."""
    path = STORE / f"{name}-{model or 'default'}.toml"
    detector = f'\n[detector]\nmodel = "{model}"\n' if model else ""
    path.write_text(
        f'version = 1\nid = "peers"\nname = "{name}"\nframe_size = [{size[0]}, {size[1]}]\n{detector}',
        encoding="utf-8",
    )
    return path
