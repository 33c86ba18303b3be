"""Writes a golden's folder and the compressed ONNX file that belongs to it."""

import json
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import zstandard

from picture import CROP, FILE, ROOT

TYPES = {"float32": "f32", "int64": "i64", "int32": "i32"}


def pack(data):
    return zstandard.ZstdCompressor(level=19).compress(data)


def run(path, feeds):
    """The outputs of an ONNX file by name, in the graph's order."""
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    names = [o.name for o in session.get_outputs()]
    return dict(zip(names, session.run(names, feeds)))


def size(path):
    return Path(path).stat().st_size


def fixture(path, name):
    """Keeps an export, compressed, among the models that tests import."""
    target = ROOT / "fixtures/models" / f"{name}.onnx.zst"
    window = zstandard.ZstdCompressionParameters.from_level(19, window_log=26, enable_ldm=True)
    packed = zstandard.ZstdCompressor(compression_params=window).compress(Path(path).read_bytes())
    target.write_bytes(packed)
    print(f"  {target.name}: {len(packed) / 1000:.0f} kB of {size(path) / 1e6:.1f} MB")


def golden(family, architecture, source, shape, settings, prepare, outputs, expected):
    """`shape` is (width, height) of the input; `expected` (boxes, scores, classes) in frame pixels."""
    folder = ROOT / "fixtures/golden" / family / architecture
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    told = []
    for i, (name, value) in enumerate(outputs.items()):
        value = np.ascontiguousarray(value)
        file = f"{i}.bin.zst"
        (folder / file).write_bytes(pack(value.astype(value.dtype.newbyteorder("<")).tobytes()))
        kind = TYPES[str(value.dtype)]
        told.append({"name": name, "shape": list(value.shape), "type": kind, "file": file})
    frame = {"width": CROP[2], "height": CROP[3]}
    boxes, scores, classes = (np.asarray(v) for v in expected)
    boxes = boxes.reshape(-1, 4).astype(np.float64)
    boxes[:, 0::2] = boxes[:, 0::2].clip(0, frame["width"])
    boxes[:, 1::2] = boxes[:, 1::2].clip(0, frame["height"])
    order = np.argsort(-scores.astype(np.float64), kind="stable")
    listed = [
        {
            "box": [round(float(v), 4) for v in boxes[i]],
            "score": round(float(scores[i]), 6),
            "class_index": int(classes[i]),
        }
        for i in order
    ]
    assert 5 <= len(listed) <= 60, f"{architecture}: {len(listed)} boxes"
    sides = (boxes[:, 2:] - boxes[:, :2]).min()
    assert sides > 1, f"{architecture}: a box lies outside the picture; take another seed"
    assert len({e["class_index"] for e in listed}) > 2, f"{architecture}: too few classes"
    document = {
        "family": family,
        "architecture": architecture,
        "source": source,
        "input": {"width": shape[0], "height": shape[1]},
        "frame": frame,
        "picture": {"file": FILE, "crop": list(CROP)},
        "prepare": prepare,
        "settings": settings,
        "outputs": told,
        "expected": listed,
    }
    text = json.dumps(document, indent=1)
    (folder / "golden.json").write_text(compact(text) + "\n")
    shapes = ", ".join(f"{o['name']} {o['shape']}" for o in told)
    print(f"{family}/{architecture}: {len(listed)} boxes of {len({e['class_index'] for e in listed})} classes; {shapes}")


def compact(text):
    """A list of numbers on one line, for people who read the file."""
    import re

    return re.sub(r"\[[^\[\]{}]*\]", lambda m: re.sub(r"\s+", " ", m.group()), text)


def metadata(path, values):
    model = onnx.load(str(path))
    onnx.helper.set_model_props(model, values)
    onnx.save(model, str(path))
