"""The pipelines, taking turns: settings tried, rounds run, ratios taken."""

import json
import statistics
import subprocess
import sys
from pathlib import Path

import cv2

import agreement
import machine
from streetward import (
    ROOT,
    STORE,
    Streetward,
    Trouble,
    output_of,
    read_detections,
    say,
    write_camera,
)

# As src/config and src/pipeline have them by default.
MIN_SCORE, FAINT_SHARE, LONG_SIDE, NMS_IOU = 0.45, 4 / 9, 640, 0.6
FLOAT, INT8 = "nanodet-g", "nanodet-g-int8"
PEER = Path(__file__).with_name("pipeline_peer.py")


def plain(cores: int) -> dict:
    """The loop of a tutorial: everything at its defaults."""
    return {"mode": "serial", "intra_threads": cores, "spinning": True, "cv_threads": cores}


def candidates(cores: int) -> list[dict]:
    """Ways to spread the peer over the processors that are worth a try."""
    found = [plain(cores)]
    found += [
        {"mode": "serial", "intra_threads": n} for n in sorted({1, max(1, cores // 2), cores})
    ]
    for mode in ("threads", "processes"):
        found.append({"mode": mode, "workers": 1, "intra_threads": cores})
        found.append({"mode": mode, "workers": cores, "intra_threads": 1})
        if cores >= 4:
            found.append({"mode": mode, "workers": cores // 2, "intra_threads": 2})
    found.append({"mode": "threads", "workers": cores + 1, "intra_threads": 1})
    return found


def variants(best: dict, cores: int) -> list[dict]:
    """Neighbours of the best: OpenCV's threads, spinning."""
    found = [best | {"cv_threads": cores if best.get("cv_threads", 1) == 1 else 1}]
    if best["intra_threads"] > 1:
        found.append(best | {"spinning": not best.get("spinning", False)})
    return found


def words(settings: dict) -> str:
    """A setting in words."""
    n, intra = settings.get("workers", 1), settings["intra_threads"]
    parts = [settings["mode"] + (f" × {n}" if settings["mode"] != "serial" else "")]
    spinning = " spinning" if settings.get("spinning") else ""
    parts.append(f"ONNX Runtime {intra} thread{'s' * (intra > 1)}{spinning}")
    parts.append(f"OpenCV {settings.get('cv_threads', 1)}")
    return ", ".join(parts)


def peer(clip: Path, model: Path, settings: dict, **more) -> dict:
    """One run of the peer in a process of its own."""
    asked = {
        "clip": str(clip),
        "model": str(model),
        "long_side": LONG_SIDE,
        "faint_score": MIN_SCORE * FAINT_SHARE,
        "min_score": MIN_SCORE,
        "nms_iou": NMS_IOU,
        **settings,
        **more,
    }
    return json.loads(output_of([sys.executable, "-B", PEER, json.dumps(asked)], "the Python peer"))


def best_settings(clip: Path, model: Path, frames: int, passes: int) -> tuple[dict, list]:
    """The best way in one process and the best of all, each candidate tried `passes` times in turn,
    then neighbours of those two; and everything tried with its best frames/s."""
    cores, tried = machine.cores(), {}

    def attempt(those):
        for settings in those:
            fps = peer(clip, model, settings, frames=frames)["frames_per_second"]
            key = json.dumps(settings, sort_keys=True)
            tried[key] = max(tried.get(key, 0.0), fps)
            say(f"  {words(settings)}: {fps:.1f} frames/s")

    def best(processes=True):
        allowed = [k for k in tried if processes or json.loads(k)["mode"] != "processes"]
        return json.loads(max(allowed, key=tried.get))

    for _ in range(passes):
        attempt(candidates(cores))
    for found in {json.dumps(best(p), sort_keys=True) for p in (False, True)}:
        attempt(variants(json.loads(found), cores))
    ranked = sorted(tried.items(), key=lambda pair: -pair[1])
    listed = [
        {"settings": words(json.loads(k)), "frames_per_second": round(v, 1)} for k, v in ranked
    ]
    ways = {"one process": best(processes=False), "plain loop": plain(cores)}
    if best() != ways["one process"]:
        ways["several processes"] = best()
    return ways, listed


def short(clip: Path, seconds: int) -> Path:
    """The beginning of a clip, its packets copied."""
    cut = STORE / f"{clip.stem}-{seconds}s{clip.suffix}"
    if not cut.is_file() or cut.stat().st_mtime < clip.stat().st_mtime:
        command = [
            "ffmpeg",
            "-v",
            "error",
            "-y",
            "-i",
            clip,
            "-t",
            seconds,
            "-c",
            "copy",
            "-an",
            cut,
        ]
        try:
            output_of(command, "ffmpeg")
        except FileNotFoundError:
            raise Trouble("ffmpeg is missing; run scripts/setup.") from None
    return cut


def size_of(clip: Path) -> tuple[int, int]:
    """Width and height."""
    capture = cv2.VideoCapture(str(clip), cv2.CAP_FFMPEG)
    if not capture.isOpened():
        raise Trouble(f"OpenCV cannot open {clip}.")
    return tuple(int(capture.get(p)) for p in (cv2.CAP_PROP_FRAME_WIDTH, cv2.CAP_PROP_FRAME_HEIGHT))


def ratio(ours: list[dict], theirs: list[dict]) -> dict:
    """Round by round: frames/s of ours over theirs; and processor time a frame of theirs over ours,
    which other work on the machine disturbs less."""
    rounds = [
        a["frames_per_second"] / b["frames_per_second"] for a, b in zip(ours, theirs, strict=True)
    ]
    cpu = [b["cpu_ms_per_frame"] / a["cpu_ms_per_frame"] for a, b in zip(ours, theirs, strict=True)]
    median = statistics.median
    return {
        "rounds": [round(r, 3) for r in rounds],
        "median": round(median(rounds), 3),
        "least": round(min(rounds), 3),
        "most": round(max(rounds), 3),
        "processor_time": round(median(cpu), 3),
        "streetward_frames_per_second": round(median(r["frames_per_second"] for r in ours), 1),
        "peer_frames_per_second": round(median(r["frames_per_second"] for r in theirs), 1),
        "streetward_cpu_ms_per_frame": round(median(r["cpu_ms_per_frame"] for r in ours), 2),
        "peer_cpu_ms_per_frame": round(median(r["cpu_ms_per_frame"] for r in theirs), 2),
    }


def side_by_side(ours: Streetward, clip: Path, rounds: int, quick: bool, seconds: int) -> dict:
    """One clip: all models there, then the ratios."""
    clip = short(clip, seconds) if seconds else clip
    models, default = ours.models()
    compared = [name for name in (FLOAT, INT8) if name in models]
    if FLOAT not in compared:
        raise Trouble(f"{FLOAT} is not there; run scripts/setup.")
    size = size_of(clip)
    cameras = {name: write_camera(clip.stem, size, name) for name in {*compared, default}}
    ways, tried = {}, {}
    for name in compared:
        say(f"{clip.name}, {name}: the peer's best settings")
        frames, passes = (60, 1) if quick else (120, 2)
        ways[name], tried[name] = best_settings(clip, models[name], frames, passes)
    attentive = ours.can("--attention", "bench", "pipeline")
    runs: dict[str, list] = {}

    def keep(key, run, number):
        runs.setdefault(key, []).append(run)
        say(f"round {number}, {key}: {run['frames_per_second']:.1f} frames/s")

    for number in range(1, rounds + 1):
        for name, camera in cameras.items():
            keep(f"streetward {name}", ours.pipeline(camera, clip), number)
            for way, settings in ways.get(name, {}).items():
                keep(f"peer {name} {way}", peer(clip, models[name], settings), number)
        if attentive:
            keep(
                "streetward attentive",
                ours.pipeline(cameras[default], clip, "--attention", "on"),
                number,
            )
    counts = {run["frames"] for all_ in runs.values() for run in all_}
    if len(counts) != 1:
        raise Trouble(
            f"{clip}: the pipelines counted different numbers of frames: {sorted(counts)}."
        )
    pairs = [(f"{n} : {n}", f"streetward {n}", n) for n in compared]
    pairs.append((f"default ({default}) : default ({FLOAT})", f"streetward {default}", FLOAT))
    if attentive:
        pairs.append((f"default with attention : default ({FLOAT})", "streetward attentive", FLOAT))
    ratios = {
        f"{title}, {way}": ratio(runs[mine], runs[f"peer {name} {way}"])
        for title, mine, name in pairs
        for way in ways[name]
    }
    return {
        "clip": clip.name,
        "size": size,
        "frames": counts.pop(),
        "input": runs[f"streetward {FLOAT}"][0]["input"],
        "peer_settings": {
            n: {way: words(s) for way, s in all_.items()} for n, all_ in ways.items()
        },
        "ratios": ratios,
        "same_detections": {n: agree(ours, clip, models[n], n) for n in compared},
        "tried": tried,
        "missing": [] if INT8 in compared else [f"{INT8} is not there; run scripts/setup"],
    }


def agree(ours: Streetward, clip: Path, model: Path, name: str) -> list[dict]:
    """Detections of both on the clip's first seconds: all that are made, and those believed."""
    cut, into = short(clip, 15), STORE / "peer-detections.jsonl"
    say(f"{clip.name}, {name}: comparing detections")
    mine = ours.detections(name, cut, MIN_SCORE * FAINT_SHARE)
    alone = {"mode": "serial", "intra_threads": machine.cores()}
    peer(cut, model, alone, write=str(into))
    theirs = read_detections(into)
    return [agreement.compare(mine, theirs, least) for least in (0.0, MIN_SCORE)]


def commit() -> str:
    """What was built, with `+` where files differ from it."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty=+"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"
