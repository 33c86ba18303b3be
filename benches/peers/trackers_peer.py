"""Roboflow's trackers over MOT-format folders: `trackers_peer.py DIR OUT PASSES`.

For each tracker, writes `OUT/<tracker>/<sequence>.txt` and prints a line of JSON with its times, wall
and processor time of the process, in µs a frame. Detections are made ready beforehand and results
written afterwards; only updates are timed.
"""

import json
import os
import sys
import time
from importlib.metadata import version
from pathlib import Path

# One thread: matrices this small are slower on several.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np  # noqa: E402
import supervision as sv  # noqa: E402
from trackers import ByteTrackTracker, CBIoUTracker, OCSORTTracker, SORTTracker  # noqa: E402

import mot  # noqa: E402

PEERS = {
    "trackers SORT": SORTTracker,
    # Its default, 0.25, takes in every faint detection; ByteTrack's and OC-SORT's own split suits it.
    "trackers SORT (activation 0.6)": lambda: SORTTracker(track_activation_threshold=0.6),
    "trackers ByteTrack": ByteTrackTracker,
    "trackers OC-SORT": OCSORTTracker,
    "trackers C-BIoU": CBIoUTracker,
}


def detections(boxes, scores):
    if not len(boxes):
        return sv.Detections.empty()
    return sv.Detections(xyxy=boxes, confidence=scores, class_id=np.zeros(len(boxes), int))


def follow(make, frames):
    """What a fresh tracker says of each frame, and the times."""
    tracker, said = make(), []
    wall, cpu = time.perf_counter(), time.process_time()
    for frame in frames:
        said.append(tracker.update(frame))
    return said, time.perf_counter() - wall, time.process_time() - cpu


def tracks(result):
    if result.tracker_id is None:
        return []
    pairs = zip(result.tracker_id, result.xyxy, strict=True)
    return [(int(number) + 1, box) for number, box in pairs if number >= 0]


def main():
    folder, out, passes = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
    ready = [(s.name, [detections(*f) for f in s.frames]) for s in mot.sequences(folder)]
    count = sum(len(frames) for _, frames in ready)
    for name, make in PEERS.items():
        times = []
        for number in range(passes):
            walls, cpus = 0.0, 0.0
            for sequence, frames in ready:
                said, wall, cpu = follow(make, frames)
                walls, cpus = walls + wall, cpus + cpu
                if number == 0:
                    mot.write(out / name, sequence, [tracks(result) for result in said])
            times.append([walls / count * 1e6, cpus / count * 1e6])
        about = {"name": name, "package": "trackers", "version": version("trackers")}
        print(json.dumps(about | {"frames": count, "passes": times}), flush=True)


if __name__ == "__main__":
    main()
