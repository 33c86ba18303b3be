"""MOT-format folders: `<DIR>/<sequence>/{det/det.txt,seqinfo.ini}` in, `<sequence>.txt` out."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np


@dataclass
class Sequence:
    """Detections of one sequence: per frame boxes (left, top, right, bottom) and scores."""

    name: str
    frame_rate: float
    frames: list[tuple[np.ndarray, np.ndarray]]


def sequences(folder: Path) -> list[Sequence]:
    """Every folder in `folder` that holds a seqinfo.ini, by name."""
    return [read(info.parent) for info in sorted(folder.glob("*/seqinfo.ini"))]


def read(folder: Path) -> Sequence:
    lines = (folder / "seqinfo.ini").read_text(encoding="utf-8").splitlines()
    info = {k.strip(): v.strip() for k, _, v in (line.partition("=") for line in lines)}
    detections = folder / "det" / "det.txt"
    try:
        rows = np.loadtxt(detections, delimiter=",", ndmin=2)
    except ValueError as wrong:
        raise ValueError(f"{detections}: {wrong}") from None
    frames = []
    for number in range(1, int(info["seqLength"]) + 1):
        mine = rows[rows[:, 0] == number] if len(rows) else np.empty((0, 7))
        boxes = mine[:, 2:6].copy()
        boxes[:, 2:] += boxes[:, :2]
        frames.append((boxes, mine[:, 6].copy()))
    return Sequence(folder.name, float(info["frameRate"]), frames)


def write(folder: Path, name: str, tracks):
    """`tracks`: per frame a list of (id from 1, box)."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.txt").open("w", encoding="utf-8") as file:
        for number, frame in enumerate(tracks, 1):
            for track, (x1, y1, x2, y2) in frame:
                file.write(
                    f"{number},{track},{x1:.3f},{y1:.3f},{x2 - x1:.3f},{y2 - y1:.3f},1,-1,-1,-1\n"
                )
