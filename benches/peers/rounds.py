"""The pipelines, taking turns: settings tried, rounds run, ratios taken."""

import json
import statistics
import subprocess
import sys
from pathlib import Path

import cv2

import agreement
import machine
from streetward import ROOT, STORE, Streetward, Trouble, output_of, say, write_camera

# As src/config and src/pipeline have them by default.
MIN_SCORE, FAINT_SHARE, LONG_SIDE, NMS_IOU = 0.45, 4 / 9, 640, 0.6
FLOAT, INT8 = "nanodet-g", "nanodet-g-int8"
PEER = Path(__file__).with_name("pipeline_peer.py")


def candidates(cores: int) -> list[dict]:
    """Ways to spread the peer over the processors that are worth a try."""
    found = [{"mode": "serial", "intra_threads": n} for n in sorted({1, max(1, cores // 2), cores})]
    for mode in ("threads", "processes"):
        found.append({"mode": mode, "workers": 1, "intra_threads": cores})
        found.append({"mode": mode, "workers": cores, "intra_threads": 1})
        if cores >= 4:
            found.append({"mode": mode, "workers": cores // 2, "intra_threads": 2})
    found.append({"mode": "threads", "workers": cores + 1, "intra_threads": 1})
    return found


def variants(best: dict, cores: int) -> list[dict]:
    """Neighbours of the best: OpenCV's threads, spinning, one worker fewer."""
    found = [best | {"cv_threads": cores}]
    if best["intra_threads"] > 1:
        found.append(best | {"spinning": True})
    if best.get("workers", 1) > 1:
        found.append(best | {"workers": best["workers"] - 1})
    return found


def words(settings: dict) -> str:
    """A setting in words."""
    n, intra = settings.get("workers", 1), settings["intra_threads"]
    parts = [settings["mode"] + (f" × {n}" if settings["mode"] != "serial" else "")]
    parts.append(f"ONNX Runtime {intra} thread{'s' * (intra > 1)}{' spinning' * settings.get('spinning', False)}")
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
    """Tries the candidates, each `passes` times in turn, then neighbours of the best; all that was
    tried with its best frames/s."""
    cores, tried = machine.cores(), {}

    def attempt(settings):
        fps = peer(clip, model, settings, frames=frames)["frames_per_second"]
        key = json.dumps(settings, sort_keys=True)
        tried[key] = max(tried.get(key, 0.0), fps)
        say(f"  {words(settings)}: {fps:.1f} frames/s")

    for _ in range(passes):
        for settings in candidates(cores):
            attempt(settings)
    best = json.loads(max(tried, key=tried.get))
    for _ in range(passes):
        for settings in variants(best, cores):
            attempt(settings)
    ranked = sorted(tried.items(), key=lambda pair: -pair[1])
    listed = [{"settings": words(json.loads(k)), "frames_per_second": round(v, 1)} for k, v in ranked]
    return json.loads(ranked[0][0]), listed


def short(clip: Path, seconds: int) -> Path:
    """The beginning of a clip, its packets copied."""
    cut = STORE / f"{clip.stem}-{seconds}s{clip.suffix}"
    if not cut.is_file() or cut.stat().st_mtime < clip.stat().st_mtime:
        command = ["ffmpeg", "-v", "error", "-y", "-i", clip, "-t", seconds, "-c", "copy", "-an", cut]
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
    rounds = [a["frames_per_second"] / b["frames_per_second"] for a, b in zip(ours, theirs, strict=True)]
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


def side_by_side(ours: Streetward, clip: Path, rounds: int, quick: bool) -> dict:
    """One clip: all models there, then the ratios."""
    clip = short(clip, 15) if quick else clip
    models, default = ours.models()
    compared = [name for name in (FLOAT, INT8) if name in models]
    if FLOAT not in compared:
        raise Trouble(f"{FLOAT} is not there; run scripts/setup.")
    size = size_of(clip)
    cameras = {name: write_camera(clip.stem, size, name) for name in compared}
    if default not in cameras:
        cameras[default] = write_camera(clip.stem, size, default)
    settings, tried = {}, {}
    for name in compared:
        say(f"{clip.name}, {name}: the peer's best settings")
        settings[name], tried[name] = best_settings(clip, models[name], 60 if quick else 120, 1 if quick else 2)
    attentive = ours.can("--attention", "bench", "pipeline")
    runs = {"streetward": {n: [] for n in cameras}, "peer": {n: [] for n in compared}, "attention": []}
    for number in range(rounds):
        for name, camera in cameras.items():
            runs["streetward"][name].append(ours.pipeline(camera, clip))
            if name in compared:
                runs["peer"][name].append(peer(clip, models[name], settings[name]))
                told = [runs[who][name][-1]["frames_per_second"] for who in ("streetward", "peer")]
                say(f"round {number + 1}, {name}: {told[0]:.1f} : {told[1]:.1f} = {told[0] / told[1]:.2f}")
        if attentive:
            runs["attention"].append(ours.pipeline(cameras[default], clip, "--attention", "on"))
    frames = {run["frames"] for who in ("streetward", "peer") for all_ in runs[who].values() for run in all_}
    if len(frames) != 1:
        raise Trouble(f"{clip}: the pipelines counted different numbers of frames: {sorted(frames)}.")
    pairs = {f"{name} against {name}": (runs["streetward"][name], runs["peer"][name]) for name in compared}
    pairs[f"default ({default}) against default ({FLOAT})"] = (runs["streetward"][default], runs["peer"][FLOAT])
    if attentive:
        pairs[f"default with attention against default ({FLOAT})"] = (runs["attention"], runs["peer"][FLOAT])
    return {
        "clip": clip.name,
        "size": size,
        "frames": frames.pop(),
        "input": runs["streetward"][FLOAT][0]["input"],
        "peer_settings": {name: words(s) for name, s in settings.items()},
        "ratios": {name: ratio(*pair) for name, pair in pairs.items()},
        "same_detections": {n: agree(ours, clip, cameras[n], models[n]) for n in compared},
        "tried": tried,
        "missing": [] if INT8 in compared else [f"{INT8} is not there; run scripts/setup"],
    }


def agree(ours: Streetward, clip: Path, camera: Path, model: Path) -> list[dict]:
    """Detections of both on the clip's first seconds: all that are made, and those believed."""
    cut, into = short(clip, 15), STORE / "peer-detections.jsonl"
    say(f"{clip.name}, {model.stem}: comparing detections")
    mine = ours.detections(camera, cut)
    peer(cut, model, {"mode": "serial", "intra_threads": machine.cores()}, write=str(into))
    theirs = [json.loads(line)["detections"] for line in into.read_text(encoding="utf-8").splitlines()]
    return [agreement.compare(mine, theirs, least) for least in (0.0, MIN_SCORE)]


def commit() -> str:
    """What was built, with `+` where files differ from it."""
    command = ["git", "-C", str(ROOT), "describe", "--always", "--dirty=+"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() or "unknown"
