#!/usr/bin/env python3
"""Measure the ranges that quantize_nanodet.py needs, on pictures that have nothing to do with streets.

    calibrate.py NANODET-G.onnx PICTURES OUT.json      PICTURES is opencv-doc's examples/data folder

Needs, besides requirements.txt, onnxruntime 1.31.1 and opencv-python-headless 5.0.0.93. It is run
when the model changes, not by set-up: its table is committed, so that every machine makes the same
INT8 model, bit for bit, although floating-point sums differ a little between processors.

Plain minimum and maximum over all pictures: moving averages and percentiles cut off the rare
strong answers that detections are made of. The pictures are as unlike each other as the package
offers (people, fruit, houses, cards, a painting, an animation), each whole, cropped, mirrored,
brighter and darker, and in mosaics: ranges from one scene alone make the model fail in every other.
vtest.avi is left out, because tests measure agreement on it.
"""

import hashlib
import json
import sys
from pathlib import Path

import cv2
import numpy as np
import onnx
import onnxruntime

PICTURES = (
    "HappyFish.jpg aero1.jpg aloeL.jpg apple.jpg baboon.jpg basketball1.png basketball2.png board.jpg "
    "building.jpg butterfly.jpg cards.png fruits.jpg graf1.png home.jpg leuvenA.jpg "
    "licenseplate_motion.jpg messi5.jpg orange.jpg rubberwhale1.png squirrel_cls.jpg starry_night.jpg stuff.jpg"
).split()
FILMS = ["Megamind.avi", "tree.avi"]  # every 60th frame
MEAN = np.array([103.53, 116.28, 123.675], np.float32)
STD = np.array([57.375, 57.12, 58.395], np.float32)
LONG_SIDES = (416, 640)


def pictures(folder):
    """Every picture, BGR, with the SHA-256 of the file it came from."""
    found, sums = [], {}
    for name in PICTURES + FILMS:
        sums[name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
        if name in FILMS:
            film, number = cv2.VideoCapture(str(folder / name)), 0
            while (frame := film.read())[0]:
                if number % 60 == 30:
                    found.append(frame[1])
                number += 1
        else:
            found.append(cv2.imread(str(folder / name)))
    return found, sums


def varied(picture, random):
    """A part of the picture, perhaps mirrored, brighter or darker."""
    height, width = picture.shape[:2]
    share = random.uniform(0.35, 1)
    h, w = int(height * share), int(width * share)
    top, left = random.integers(0, height - h + 1), random.integers(0, width - w + 1)
    part = picture[top : top + h, left : left + w]
    if random.random() < 0.5:
        part = part[:, ::-1]
    bright = part.astype(np.float32) * random.uniform(0.5, 1.4) + random.uniform(-25, 25)
    return np.clip(bright, 0, 255).astype(np.uint8)


def tensor(picture, long_side):
    """The model's input: scaled, centred on black, normalised."""
    height, width = picture.shape[:2]
    scale = long_side / max(height, width)
    h, w = max(1, round(height * scale)), max(1, round(width * scale))
    canvas = np.zeros((-(-h // 32) * 32, -(-w // 32) * 32, 3), np.uint8)
    top, left = (canvas.shape[0] - h) // 2, (canvas.shape[1] - w) // 2
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    canvas[top : top + h, left : left + w] = cv2.resize(picture, (w, h), interpolation=how)
    return np.ascontiguousarray(((canvas - MEAN) / STD).transpose(2, 0, 1)[None])


def inputs(originals):
    random = np.random.default_rng(0)
    for picture in originals:
        for long_side in LONG_SIDES:
            yield tensor(picture, long_side)
            yield tensor(varied(picture, random), long_side)
    for _ in range(20):
        four = [varied(originals[random.integers(len(originals))], random) for _ in range(4)]
        four = [cv2.resize(part, (320, 320)) for part in four]
        yield tensor(np.vstack([np.hstack(four[:2]), np.hstack(four[2:])]), 640)


def ranges(path, tensors):
    """Smallest and largest value of every activation."""
    model = onnx.load(path)
    wanted = [n.output[0] for n in model.graph.node if n.op_type in ("Conv", "LeakyRelu", "MaxPool", "Concat", "Add")]
    named = {output.name for output in model.graph.output}
    for name in wanted:
        if name not in named:
            model.graph.output.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None))
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    found = {name: [0.0, 0.0] for name in wanted}
    for images in tensors:
        for name, values in zip(wanted, session.run(wanted, {"images": images})):
            low, high = found[name]
            found[name] = [min(low, float(values.min())), max(high, float(values.max()))]
    return {name: [round(low, 4), round(high, 4)] for name, (low, high) in found.items()}


def main():
    if len(sys.argv) != 4:
        sys.exit("usage: calibrate.py NANODET-G.onnx PICTURES OUT.json")
    model, folder, target = (Path(argument) for argument in sys.argv[1:])
    originals, sums = pictures(folder)
    table = {
        "model_sha256": hashlib.sha256(model.read_bytes()).hexdigest(),
        "pictures": "Debian package opencv-doc 4.6.0+dfsg-12, examples/data",
        "picture_sha256": sums,
        "ranges": ranges(str(model), inputs(originals)),
    }
    text = json.dumps(table, indent=1)
    # A range a line reads better than a number a line.
    lines = text.replace("[\n   ", "[").replace(",\n   ", ", ").replace("\n  ]", "]")
    target.write_text(lines + "\n")


if __name__ == "__main__":
    main()
