"""The peer: one clip through OpenCV, ONNX Runtime and Roboflow's ByteTrack, as fast as Python lets.

Reads one JSON object of settings (see `Settings`) from its argument and prints one of figures. Time
counts from the first frame asked for to the last track known; loading, one warm-up inference and
starting threads or processes do not count.
"""

import argparse
import heapq
import json
import multiprocessing
import queue
import sys
import threading
import time
from dataclasses import dataclass
from multiprocessing import shared_memory
from pathlib import Path

import cv2
import numpy as np
import onnxruntime
import supervision as sv
from trackers import ByteTrackTracker

from nanodet import NAMES, NanoDet

SLOTS_PER_WORKER = 3


@dataclass
class Settings:
    """What to run and how to spread it over the processors."""

    clip: str
    model: str
    long_side: int
    faint_score: float  # detections below are not made
    min_score: float  # ByteTrack's high score, and a new track's
    nms_iou: float
    mode: str = "serial"  # serial | threads | processes
    workers: int = 1
    intra_threads: int = 1
    spinning: bool = False
    cv_threads: int = 1
    frames: int = 0  # 0: all
    write: str = ""  # where detections go, a line a frame


def session(s: Settings) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = s.intra_threads
    options.inter_op_num_threads = 1
    options.add_session_config_entry("session.intra_op.allow_spinning", str(int(s.spinning)))
    return onnxruntime.InferenceSession(s.model, options, providers=["CPUExecutionProvider"])


def detector(s: Settings, shape) -> NanoDet:
    cv2.setNumThreads(s.cv_threads)
    made = NanoDet(session(s), shape, s.long_side, s.faint_score, s.nms_iou)
    made.warm_up()
    return made


class Follow:
    """Puts frames back in order, tracks them, and keeps what was asked for."""

    def __init__(self, s: Settings, fps: float):
        self.tracker = ByteTrackTracker(
            frame_rate=fps,
            track_activation_threshold=s.min_score,
            high_conf_det_threshold=s.min_score,
        )
        self.early, self.next, self.ids = [], 0, set()
        self.kept = [] if s.write else None

    def take(self, number, found):
        heapq.heappush(self.early, (number, found))
        while self.early and self.early[0][0] == self.next:
            boxes, scores, classes = heapq.heappop(self.early)[1]
            self.next += 1
            seen = sv.Detections(xyxy=boxes, confidence=scores, class_id=classes)
            tracked = self.tracker.update(seen)
            if tracked.tracker_id is not None:
                self.ids.update(int(i) for i in tracked.tracker_id if i >= 0)
            if self.kept is not None:
                self.kept.append((boxes, scores, classes))


class Clip:
    """A clip being decoded into buffers that are used again."""

    def __init__(self, s: Settings):
        self.capture = cv2.VideoCapture(s.clip, cv2.CAP_FFMPEG)
        if not self.capture.isOpened():
            sys.exit(f"peer: OpenCV cannot open {s.clip}.")
        width = int(self.capture.get(cv2.CAP_PROP_FRAME_WIDTH))
        height = int(self.capture.get(cv2.CAP_PROP_FRAME_HEIGHT))
        self.shape = (height, width, 3)
        self.fps = self.capture.get(cv2.CAP_PROP_FPS) or 25.0
        self.left = s.frames or sys.maxsize

    def read_into(self, buffer) -> bool:
        if self.left <= 0:
            return False
        ok, picture = self.capture.read(buffer)
        if not ok:
            return False
        if picture is not buffer and not np.shares_memory(picture, buffer):
            np.copyto(buffer, picture)
        self.left -= 1
        return True


class Watch:
    """Wall and processor time."""

    def __init__(self):
        self.wall, self.cpu = time.perf_counter(), time.process_time()

    def stop(self):
        return time.perf_counter() - self.wall, time.process_time() - self.cpu


def serial(s: Settings):
    """One thread; parallel only inside ONNX Runtime and OpenCV."""
    clip = Clip(s)
    see, follow = detector(s, clip.shape), Follow(s, clip.fps)
    picture, number = np.empty(clip.shape, np.uint8), 0
    watch = Watch()
    while clip.read_into(picture):
        follow.take(number, see(picture))
        number += 1
    return follow, *watch.stop()


def threads(s: Settings):
    """One thread decodes, `workers` infer (both leave the interpreter's lock), this one tracks."""
    clip = Clip(s)
    follow = Follow(s, clip.fps)
    free, todo, done = queue.SimpleQueue(), queue.SimpleQueue(), queue.SimpleQueue()
    for _ in range(SLOTS_PER_WORKER * s.workers):
        free.put(np.empty(clip.shape, np.uint8))

    def decode():
        number = 0
        while clip.read_into(picture := free.get()):
            todo.put((number, picture))
            number += 1
        for _ in range(s.workers):
            todo.put(None)

    def infer(see):
        while (task := todo.get()) is not None:
            number, picture = task
            found = see(picture)
            free.put(picture)
            done.put((number, found))
        done.put(None)

    eyes = [detector(s, clip.shape) for _ in range(s.workers)]
    crew = [threading.Thread(target=decode, daemon=True)]
    crew += [threading.Thread(target=infer, args=(see,), daemon=True) for see in eyes]
    watch = Watch()
    for one in crew:
        one.start()
    working = s.workers
    while working:
        result = done.get()
        if result is None:
            working -= 1
        else:
            follow.take(*result)
    return follow, *watch.stop()


def process_worker(s: Settings, shape, memory_name, slots, todo, done):
    memory = shared_memory.SharedMemory(memory_name)
    pictures = np.ndarray((slots, *shape), np.uint8, memory.buf)
    see = detector(s, shape)
    done.put("ready")
    cpu = time.process_time()
    while (task := todo.get()) is not None:
        number, slot = task
        done.put((number, slot, see(pictures[slot])))
    done.put(time.process_time() - cpu)
    del pictures
    memory.close()


def processes(s: Settings):
    """This process decodes into shared memory and tracks; `workers` processes infer."""
    clip = Clip(s)
    cv2.setNumThreads(s.cv_threads)
    follow = Follow(s, clip.fps)
    slots = SLOTS_PER_WORKER * s.workers
    spawn = multiprocessing.get_context("spawn")
    todo, done = spawn.SimpleQueue(), spawn.SimpleQueue()
    memory = shared_memory.SharedMemory(create=True, size=slots * int(np.prod(clip.shape)))
    pictures = np.ndarray((slots, *clip.shape), np.uint8, memory.buf)
    about = (s, clip.shape, memory.name, slots, todo, done)
    crew = [spawn.Process(target=process_worker, args=about) for _ in range(s.workers)]
    free = queue.SimpleQueue()
    for slot in range(slots):
        free.put(slot)

    def decode():
        number = 0
        while clip.read_into(pictures[slot := free.get()]):
            todo.put((number, slot))
            number += 1
        for _ in crew:
            todo.put(None)

    try:
        for one in crew:
            one.start()
        for _ in crew:
            done.get()
        watch, cpu, working = Watch(), 0.0, s.workers
        threading.Thread(target=decode, daemon=True).start()
        while working:
            result = done.get()
            if isinstance(result, float):
                cpu, working = cpu + result, working - 1
            else:
                number, slot, found = result
                free.put(slot)
                follow.take(number, found)
        wall, own = watch.stop()
        for one in crew:
            one.join()
    finally:
        for one in crew:
            if one.is_alive():
                one.terminate()
        pictures = None  # the memory cannot be closed while an array looks at it
        memory.close()
        memory.unlink()
    return follow, wall, own + cpu


def write_detections(path: str, kept):
    with Path(path).open("w", encoding="utf-8") as file:
        for boxes, scores, classes in kept:
            rows = [
                {"bbox": [round(float(v), 1) for v in box], "class": NAMES[c], "score": float(p)}
                for box, p, c in zip(boxes, scores, classes, strict=True)
            ]
            file.write(json.dumps({"detections": rows}) + "\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("settings", help="JSON, the fields of Settings")
    s = Settings(**json.loads(parser.parse_args().settings))
    follow, wall, cpu = {"serial": serial, "threads": threads, "processes": processes}[s.mode](s)
    frames = follow.next
    if frames == 0:
        sys.exit(f"peer: OpenCV decoded no frame of {s.clip}.")
    if s.write:
        write_detections(s.write, follow.kept)
    figures = {
        "frames": frames,
        "seconds": wall,
        "frames_per_second": frames / wall,
        "cpu_ms_per_frame": cpu / frames * 1e3,
        "tracks": len(follow.ids),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
