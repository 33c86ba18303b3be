#!/usr/bin/env python3
"""Makes the smallest graphs that show what `models import` must notice. Needs numpy and onnx alone.

    small.py                      writes fixtures/models/import/*.onnx, some hundred bytes each

Each answers every picture with the same numbers, a little moved by the picture's mean, so that the
runtime cannot fold them away.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

FOLDER = Path(__file__).resolve().parents[2] / "fixtures/models/import"
WIDTH, HEIGHT = 160, 96
CELLS = sum((WIDTH // s) * (HEIGHT // s) for s in (8, 16, 32))


def save(name, nodes, inputs, outputs, constants=(), metadata=None, external=None):
    initializers = [numpy_helper.from_array(np.asarray(v), k) for k, v in dict(constants).items()]
    graph = helper.make_graph(nodes, name, inputs, outputs, initializers)
    model = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", 17)], producer_name="small.py"
    )
    model.ir_version = 8
    helper.set_model_props(model, metadata or {})
    if external:
        onnx.external_data_helper.convert_model_to_external_data(
            model, all_tensors_to_one_file=True, location=external, size_threshold=64
        )
        (FOLDER / external).unlink(missing_ok=True)
    onnx.save(model, str(FOLDER / f"{name}.onnx"))


def picture(dims=(1, 3, HEIGHT, WIDTH), kind=TensorProto.FLOAT, name="images"):
    return helper.make_tensor_value_info(name, kind, list(dims))


def value(name, dims, kind=TensorProto.FLOAT):
    return helper.make_tensor_value_info(name, kind, list(dims))


def answer(of="images", constant="numbers", to="output0", small="tiny"):
    """to = constant + mean of the picture times nearly nothing."""
    return [
        helper.make_node("ReduceMean", [of], ["mean"], keepdims=0),
        helper.make_node("Mul", ["mean", small], ["little"]),
        helper.make_node("Add", [constant, "little"], [to]),
    ]


TINY = np.float32(1e-9)


def heads(columns, rows, seed):
    """A table of boxes of four numbers and scores, [1, columns, rows]."""
    generator = np.random.default_rng(seed)
    table = np.zeros((1, columns, rows), np.float32)
    table[0, 0] = generator.uniform(0, WIDTH, rows)
    table[0, 1] = generator.uniform(0, HEIGHT, rows)
    table[0, 2:4] = generator.uniform(12, 40, (2, rows))
    table[0, 4:] = generator.uniform(0, 1, (columns - 4, rows)) ** 12
    return table


def main():
    # A classifier: no boxes at all.
    save("classifier", answer(to="probabilities"), [picture()], [value("probabilities", (1, 10))],
         {"numbers": np.zeros((1, 10), np.float32), "tiny": TINY})
    # Raw maps of three scales, before decoding.
    shapes = {f"map{i}": (1, 24, 3 * k, 5 * k) for i, k in enumerate((4, 2, 1))}
    save("raw-maps",
         answer(constant="zeros0", to="map0")
         + [helper.make_node("Add", [f"zeros{i}", "little"], [f"map{i}"]) for i in (1, 2)],
         [picture()], [value(name, shape) for name, shape in shapes.items()],
         {"tiny": TINY} | {f"zeros{name[3:]}": np.zeros(s, np.float32) for name, s in shapes.items()})
    # The weights of the head are no numbers.
    wrong = np.full((1, 6, 1), np.nan, np.float32)
    save("nan", answer() + [helper.make_node("Expand", ["output0", "shape"], ["output1"])],
         [picture()], [value("output1", (1, 6, CELLS))],
         {"numbers": wrong, "tiny": TINY, "shape": np.array([1, 6, CELLS], np.int64)})
    # Weights in a file of their own, which is not here; tests write it (6 × 315 floats).
    save("external", answer(), [picture()], [value("output0", (1, 6, CELLS))],
         {"numbers": heads(6, CELLS, 1), "tiny": TINY}, {"names": "['car', 'person']"},
         external="external.bin")
    (FOLDER / "external.bin").unlink(missing_ok=True)
    # Inputs that cannot be fed.
    save("huge", answer(), [picture((1, 3, 16384, 16384))], [value("output0", (1, 6, 1))],
         {"numbers": np.zeros((1, 6, 1), np.float32), "tiny": TINY})
    save("no-batch", answer(), [picture((3, HEIGHT, WIDTH))], [value("output0", (1, 6, 1))],
         {"numbers": np.zeros((1, 6, 1), np.float32), "tiny": TINY})
    save("grey", answer(), [picture((1, 1, HEIGHT, WIDTH))], [value("output0", (1, 6, 1))],
         {"numbers": np.zeros((1, 6, 1), np.float32), "tiny": TINY})
    save("half", answer(), [picture(kind=TensorProto.FLOAT16)],
         [value("output0", (1, 6, 1), TensorProto.FLOAT16)],
         {"numbers": np.zeros((1, 6, 1), np.float16), "tiny": np.float16(1e-6)})
    save("two-pictures",
         answer() + [helper.make_node("ReduceMean", ["other"], ["mean2"], keepdims=0),
                     helper.make_node("Add", ["output0", "mean2"], ["output1"])],
         [picture(), picture(name="other")], [value("output1", (1, 6, 1))],
         {"numbers": np.zeros((1, 6, 1), np.float32), "tiny": TINY})
    # A model for another task, which says so.
    save("segmenter", answer(), [picture()], [value("output0", (1, 6, CELLS))],
         {"numbers": np.zeros((1, 6, 1), np.float32), "tiny": TINY}, {"task": "segment"})
    # Says that it takes any size, and does not.
    table = heads(6, CELLS, 2)
    save("one-size",
         [helper.make_node("Reshape", ["images", "fixed"], ["same"])] + answer(of="same"),
         [picture(("n", 3, "height", "width"))], [value("output0", (1, 6, CELLS))],
         {"numbers": table, "tiny": TINY, "fixed": np.array([1, 3, HEIGHT, WIDTH], np.int64)},
         {"imgsz": f"[{HEIGHT}, {WIDTH}]", "names": "{0: 'xe máy', 1: \"rider's helmet\"}"})
    # YOLOv5's layout: three anchors to a cell, boxes in pixels, an objectness before the classes.
    rows = 3 * CELLS
    table = heads(8, rows, 3).transpose(0, 2, 1).copy()
    save("yolov5-style", answer(), [picture()], [value("output0", (1, rows, 8))],
         {"numbers": table, "tiny": TINY}, {"names": "['car', 'bus', 'truck']", "stride": "32"})


if __name__ == "__main__":
    main()
