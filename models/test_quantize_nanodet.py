"""Tests of the quantizer: on the real model where set-up has fetched it, and on its refusals."""

import copy
import hashlib
import json
import sys
import tempfile
import tomllib
import unittest
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
import quantize_nanodet as quantizer  # noqa: E402

FOLDER = Path(__file__).parent
MODEL = FOLDER.parent / ".streetward" / "models" / "nanodet-g.onnx"
TABLE = json.loads((FOLDER / "nanodet-g-ranges.json").read_text())


@unittest.skipUnless(MODEL.exists(), "run scripts/setup for the model")
class Quantized(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.model = quantizer.quantize(MODEL, TABLE)

    def test_the_bytes_are_those_the_manifest_pins(self):
        manifest = tomllib.loads((FOLDER / "manifest.toml").read_text())
        pinned = next(m["sha256"] for m in manifest["models"] if m["name"] == "nanodet-g-int8")
        made = hashlib.sha256(self.model.SerializeToString(deterministic=True)).hexdigest()
        self.assertEqual(made, pinned)

    def test_it_answers_as_the_float_model_does(self):
        from onnx.reference import ReferenceEvaluator

        picture = np.random.default_rng(2).normal(size=(1, 3, 8, 8)).repeat(8, 2).repeat(8, 3)
        images = picture.astype(np.float32)
        wanted = ReferenceEvaluator(str(MODEL)).run(["scores", "dist"], {"images": images})
        model = copy.deepcopy(self.model)
        model.opset_import[0].version = 19  # the evaluator knows these operators from there on
        found = ReferenceEvaluator(model).run(["scores", "dist"], {"images": images})
        for name, want, got, least in zip(("scores", "dist"), wanted, found, (0.99, 0.99)):
            self.assertEqual(want.shape, got.shape)
            likeness = np.corrcoef(want.ravel(), got.ravel())[0, 1]
            self.assertGreater(likeness, least, name)

    def test_weights_are_bytes_but_for_the_first_convolution(self):
        kinds = {c.data_type for c in self.model.graph.initializer if len(c.dims) == 4}
        floats = [c for c in self.model.graph.initializer if len(c.dims) == 4 and c.data_type == 1]
        self.assertEqual(kinds, {1, 3})
        self.assertEqual([list(c.dims) for c in floats], [[32, 3, 3, 3]])


class Refusals(unittest.TestCase):
    def test_a_table_of_another_model(self):
        with tempfile.NamedTemporaryFile() as file:
            file.write(b"another")
            file.flush()
            with self.assertRaisesRegex(quantizer.Refused, "another model"):
                quantizer.quantize(Path(file.name), TABLE)

    @unittest.skipUnless(MODEL.exists(), "run scripts/setup for the model")
    def test_ranges_that_are_missing_or_cannot_be(self):
        for change, words in ((None, "no range for conv_20"), ([0.5, 2.0], "must reach over zero")):
            table = copy.deepcopy(TABLE)
            table["ranges"]["conv_20"] = change
            if change is None:
                del table["ranges"]["conv_20"]
            with self.assertRaisesRegex(quantizer.Refused, words):
                quantizer.quantize(MODEL, table)


if __name__ == "__main__":
    unittest.main()
