"""Tests of the converter that need no download: they build the file pair they convert."""

import json
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
import convert_nanodet as converter  # noqa: E402

MODEL = Path(__file__).parent.parent / ".streetward" / "models" / "nanodet-g.onnx"


def write(folder, nodes, weights):
    """A TensorFlow.js graph with these nodes, and its float16 weights."""
    entries, blob = [], b""
    for name, values in weights.items():
        values = np.asarray(values)
        entry = {"name": name, "shape": list(values.shape), "dtype": "int32"}
        if values.dtype.kind == "f":
            entry |= {"dtype": "float32", "quantization": {"dtype": "float16"}}
        blob += values.astype("<f2" if values.dtype.kind == "f" else "<i4").tobytes()
        entries.append(entry)
    groups = [{"paths": ["nanodet.bin"], "weights": entries}]
    document = {"modelTopology": {"node": nodes}, "weightsManifest": groups}
    (folder / "nanodet.json").write_text(json.dumps(document))
    (folder / "nanodet.bin").write_bytes(blob)


def placeholder(side):
    dims = [{"size": str(d)} for d in (1, 3, side, side)]
    return {"name": "input_1", "op": "Placeholder", "attr": {"shape": {"shape": {"dim": dims}}}}


class Refusals(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def refused(self, words):
        with self.assertRaisesRegex(converter.Refused, words):
            converter.convert(self.folder)

    def test_an_operator_of_another_model(self):
        nodes = [placeholder(416), {"name": "Identity", "op": "Softmax", "input": ["input_1"]}]
        write(self.folder, nodes, {})
        self.refused("Identity: the operator Softmax")

    def test_another_input_size(self):
        write(self.folder, [placeholder(320), {"name": "Identity", "op": "Identity", "input": ["input_1"]}], {})
        self.refused("the input is")

    def test_a_transpose_that_is_no_change_of_layout(self):
        nodes = [placeholder(416), {"name": "Identity", "op": "Transpose", "input": ["input_1", "order"]}]
        write(self.folder, nodes, {"order": [0, 1, 3, 2]})
        self.refused("NCHW transposed by")

    def test_weights_cut_off(self):
        write(self.folder, [placeholder(416)], {"bias": np.ones(8, np.float32)})
        path = self.folder / "nanodet.bin"
        path.write_bytes(path.read_bytes()[:-2])
        self.refused("bias: the .bin file is cut off")

    def test_weights_of_another_graph(self):
        write(self.folder, [placeholder(416)], {"bias": np.ones(8, np.float32)})
        path = self.folder / "nanodet.bin"
        path.write_bytes(path.read_bytes() + b"\0\0")
        self.refused("do not belong together")


@unittest.skipUnless(MODEL.exists(), "run scripts/setup for the model")
class Converted(unittest.TestCase):
    def test_any_batch_and_any_multiple_of_32(self):
        from onnx.reference import ReferenceEvaluator

        evaluator = ReferenceEvaluator(str(MODEL))
        images = np.random.default_rng(1).normal(size=(2, 3, 64, 32)).astype(np.float32)
        scores, dist = evaluator.run(["scores", "dist"], {"images": images})
        anchors = 8 * 4 + 4 * 2 + 2 * 1
        self.assertEqual((scores.shape, dist.shape), ((2, anchors, 80), (2, anchors, 44)))
        self.assertTrue(((scores > 0) & (scores < 1)).all())
        alone, _ = evaluator.run(["scores", "dist"], {"images": images[1:]})
        np.testing.assert_allclose(alone[0], scores[1], atol=1e-5)


if __name__ == "__main__":
    unittest.main()
