"""The trackers, on the same detections: run, judged by one evaluator, set beside streetward's own."""

import json
import statistics
import sys
from pathlib import Path

import mot
from streetward import STORE, TARGET, Streetward, Trouble, cargo, output_of, say

HERE = Path(__file__).parent
RUST = TARGET / "peers" / "release" / "streetward-peers"
SCORES = ("HOTA", "DetA", "AssA", "MOTA", "IDF1", "IDSW")


def build_rust():
    """The Rust peers, in a target folder of their own."""
    say("building the Rust peers")
    manifest = HERE / "rust" / "Cargo.toml"
    cargo("--locked", "--manifest-path", str(manifest), "--target-dir", str(TARGET / "peers"))


def side_by_side(ours: Streetward, folder: Path, passes: int) -> dict:
    """One folder of sequences: scores and times of all."""
    if not list(folder.glob("*/seqinfo.ini")):
        raise Trouble(f"{folder} holds no sequence: <sequence>/seqinfo.ini is looked for.")
    sequences = mot.sequences(folder)
    frames = sum(len(s.frames) for s in sequences)
    boxes = sum(len(b) for s in sequences for b, _ in s.frames)
    if not RUST.is_file():
        raise Trouble(f"{RUST} is not there; run without --no-build.")
    out = STORE / "tracks" / folder.name
    commands = {
        "Python's trackers": [sys.executable, "-B", HERE / "trackers_peer.py"],
        "the Rust peers": [RUST],
    }
    rows = []
    own = ours.track(folder)
    micros = own["microseconds_per_frame"]
    for what, command in commands.items():
        say(f"{folder.name}: {what}")
        for line in output_of([*command, folder, out, passes], what).splitlines():
            told = json.loads(line)
            if told["frames"] != frames:
                raise Trouble(f"{told['name']} saw {told['frames']} frames of {frames}.")
            wall, cpu = (statistics.median(times) for times in zip(*told["passes"], strict=True))
            judged = ours.track(folder, out / told["name"])["combined"]
            rows.append(
                {
                    "name": told["name"],
                    "package": f"{told['package']} {told['version']}",
                    **{key: judged[key] for key in SCORES},
                    "microseconds_per_frame": round(cpu, 1),
                    "wall_microseconds_per_frame": round(wall, 1),
                    "times_streetward": round(cpu / micros, 1),
                }
            )
    best = max(rows, key=lambda row: row["HOTA"])
    return {
        "folder": folder.name,
        "sequences": len(sequences),
        "frames": frames,
        "detections_per_frame": round(boxes / max(frames, 1), 1),
        "streetward": {key: own["combined"][key] for key in SCORES}
        | {"microseconds_per_frame": micros},
        "peers": rows,
        "above_best_peer": {
            "peer": best["name"],
            "HOTA": round(own["combined"]["HOTA"] - best["HOTA"], 2),
            "IDF1": round(own["combined"]["IDF1"] - best["IDF1"], 2),
        },
    }
