#!/usr/bin/env python3
"""Make NanoDet-g in INT8 from NanoDet-g in float, with numpy and onnx alone.

    quantize_nanodet.py NANODET-G.onnx RANGES.json OUT.onnx

The input and the outputs stay as they are (float), so that either model can take the other's place.
RANGES.json says how far every activation reaches (calibrate.py measured it); everything else is
exact arithmetic, so the same input gives the same bytes on every machine.

Form: QuantizeLinear and DequantizeLinear around float operators ("QDQ"), which every runtime reads
and ONNX Runtime turns into integer kernels. Activations are unsigned bytes with a zero point, weights
signed bytes with one scale a channel (Krishnamoorthi, "Quantizing deep convolutional networks for
efficient inference", 2018), biases 32 bits.

Three departures, each measured:
* The first convolution, its pool and its activation stay float: with three channels in, integer
  kernels cannot fill their lanes and were slower, and the picture keeps its full resolution.
  The pool comes before the activation, which gives the same values (LeakyRelu only ever rises) and
  leaves a quarter of them to compute.
* The outputs of the last three convolutions stay float, because sigmoid and the distribution over
  distances need more than 256 steps. Their weights are bytes all the same.
* Those three convolutions are 1 x 1, and are written as products of matrices with the channels last:
  that is the order the outputs have, so nothing needs to be transposed afterwards.
"""

import hashlib
import json
import os
import sys
from pathlib import Path

import numpy as np
import onnx
from onnx import helper, numpy_helper

F32 = np.float32
QUANTIZED = ("Conv", "LeakyRelu", "Concat", "Add", "Resize")
SCORES, SIDES = 80, 44  # channels of each head: class scores, then the distribution


class Refused(Exception):
    """The model and the table do not belong together, or the graph is not NanoDet-g's."""


class Quantizer:
    """Copies the graph node by node; `names` says what each value of the source is called now."""

    def __init__(self, graph, ranges):
        self.source = list(graph.node)
        self.weights = {i.name: numpy_helper.to_array(i) for i in graph.initializer}
        self.ranges = ranges
        self.maker = {output: node for node in self.source for output in node.output}
        self.nodes, self.constants = [], {}
        self.scales = {}  # of every value that is bytes now: scale and zero point

    def constant(self, name, values):
        self.constants[name] = numpy_helper.from_array(np.array(values, order="C"), name)
        return name

    def emit(self, op, inputs, output, **attributes):
        self.nodes.append(helper.make_node(op, inputs, [output], **attributes))
        return output

    def quantize(self, name, like=None):
        """Bytes from the float value `name`, over its own range or with the scale of `like`."""
        if like is None:
            if name not in self.ranges:
                raise Refused(f"the table has no range for {name}: calibrate this model")
            low, high = (F32(v) for v in self.ranges[name])
            if not low <= 0 <= high or low == high:
                raise Refused(f"the range of {name} is {low} to {high}: it must reach over zero")
            scale = F32((high - low) / F32(255))
            self.scales[name] = scale, np.uint8(np.clip(np.rint(-low / scale), 0, 255))
        else:
            self.scales[name] = self.scales[like]
        scale, zero = self.scales[name]
        parts = [name, self.constant(f"{name}_scale", scale), self.constant(f"{name}_zero", zero)]
        self.emit("QuantizeLinear", parts, f"{name}_bytes")

    def floats(self, name):
        """The float value again, as this reader sees it; runtimes fuse it with the reader."""
        if name not in self.scales:
            raise Refused(f"{name} was expected to be quantised")
        output = f"{name}_for_{len(self.nodes)}"
        return self.emit("DequantizeLinear", [f"{name}_bytes", f"{name}_scale", f"{name}_zero"], output)

    def weight(self, name, values, axis):
        """Signed bytes, one symmetric scale for every channel on `axis`."""
        rest = tuple(i for i in range(values.ndim) if i != axis)
        scale = (np.abs(values).max(axis=rest) / F32(127)).astype(F32)
        scale[scale == 0] = 1  # a channel of zeros
        shape = [-1 if i == axis else 1 for i in range(values.ndim)]
        rounded = np.clip(np.rint(values / scale.reshape(shape)), -127, 127).astype(np.int8)
        parts = [self.constant(f"{name}_bytes", rounded), self.constant(f"{name}_scale", scale)]
        return self.emit("DequantizeLinear", parts, f"{name}_weight", axis=axis), scale

    def bias(self, name, scale):
        """32-bit integers in steps of input scale x weight scale, as the sums are kept in."""
        steps = np.rint(self.weights[name].astype(np.float64) / scale).astype(np.int32)
        parts = [self.constant(f"{name}_steps", steps), self.constant(f"{name}_scale", scale)]
        return self.emit("DequantizeLinear", parts, f"{name}_bias", axis=0)

    def copy(self, node, inputs, output=None):
        for name in inputs:
            if name in self.weights:
                self.constant(name, self.weights[name])
        made = helper.make_node(node.op_type, inputs, [output or node.output[0]])
        made.attribute.extend(node.attribute)
        self.nodes.append(made)

    def stem(self):
        """Convolution, pool and activation on the picture, in float."""
        conv, relu, pool, *_ = self.source
        if [n.op_type for n in (conv, relu, pool)] != ["Conv", "LeakyRelu", "MaxPool"]:
            raise Refused("the graph does not begin with Conv, LeakyRelu and MaxPool")
        self.copy(conv, list(conv.input))
        self.copy(pool, [conv.output[0]], "pooled")
        self.copy(relu, ["pooled"], pool.output[0])
        self.quantize(pool.output[0])

    def layer(self, node):
        """One operator on bytes."""
        if node.op_type == "Conv":
            value, weight, bias = node.input
            parts = [self.floats(value)]
            converted, scale = self.weight(weight, self.weights[weight], 0)
            parts += [converted, self.bias(bias, (self.scales[value][0] * scale).astype(F32))]
        else:
            parts = [self.floats(n) if n in self.maker else n for n in node.input]
        self.copy(node, parts)
        # Interpolation stays within the range of what it interpolates.
        self.quantize(node.output[0], like=node.input[0] if node.op_type == "Resize" else None)

    def head(self, conv):
        """A 1 x 1 convolution as a product of matrices: [n, anchors, channels]."""
        value, weight, bias = conv.input
        name, values = conv.output[0], self.weights[weight]
        if values.shape[0] != SCORES + SIDES or values.shape[2:] != (1, 1):
            raise Refused(f"{name} is no head of NanoDet-g: its weights are {values.shape}")
        last = self.emit("Transpose", [self.floats(value)], f"{name}_last", perm=[0, 2, 3, 1])
        shape = self.constant("anchors_by_channels", np.array([0, -1, values.shape[1]], np.int64))
        rows = self.emit("Reshape", [last, shape], f"{name}_rows")
        matrix, _ = self.weight(weight, values[:, :, 0, 0].T, 1)
        product = self.emit("MatMul", [rows, matrix], f"{name}_product")
        return self.emit("Add", [product, self.constant(bias, self.weights[bias])], f"{name}_logits")

    def run(self):
        heads = [self.maker[n.input[0]] for n in self.source if n.op_type == "Split"]
        if len(heads) != 3 or any(n.op_type != "Conv" for n in heads):
            raise Refused("three convolutions were expected before the outputs")
        self.stem()
        logits = []
        for node in self.source[3:]:
            if any(node.output[0] == head.output[0] for head in heads):
                logits.append(self.head(node))
            elif node.op_type in QUANTIZED and all(n in self.scales for n in node.input if n in self.maker):
                self.layer(node)
            # The rest splits, joins and transposes the heads' outputs.
        joined = self.emit("Concat", logits, "logits", axis=1)
        parts = self.constant("parts", np.array([SCORES, SIDES], np.int64))
        self.nodes.append(helper.make_node("Split", [joined, parts], ["classes", "dist"], axis=2))
        self.emit("Sigmoid", ["classes"], "scores")


def quantize(path, table):
    """The INT8 model of the float model at `path`; Refused when the table is of another model."""
    if hashlib.sha256(path.read_bytes()).hexdigest() != table["model_sha256"]:
        raise Refused("the table was measured with another model: run calibrate.py on this one")
    model = onnx.load(path)
    quantizer = Quantizer(model.graph, table["ranges"])
    quantizer.run()
    graph = helper.make_graph(
        quantizer.nodes,
        "nanodet-g-int8",
        list(model.graph.input),
        list(model.graph.output),
        list(quantizer.constants.values()),
    )
    made = helper.make_model(graph, opset_imports=model.opset_import, ir_version=model.ir_version)
    made.metadata_props.extend(model.metadata_props)
    onnx.checker.check_model(made, full_check=True)
    return made


def main():
    if len(sys.argv) != 4:
        sys.exit("usage: quantize_nanodet.py NANODET-G.onnx RANGES.json OUT.onnx")
    source, table, target = (Path(argument) for argument in sys.argv[1:])
    try:
        model = quantize(source, json.loads(table.read_text()))
    except (Refused, OSError, KeyError, ValueError, onnx.checker.ValidationError) as problem:
        sys.exit(f"{source} cannot be quantised: {problem}")
    part = target.with_name(target.name + ".part")
    with part.open("wb") as file:
        file.write(model.SerializeToString(deterministic=True))
        file.flush()
        os.fsync(file.fileno())
    part.replace(target)


if __name__ == "__main__":
    main()
