#!/usr/bin/env python3
"""Makes the golden tensors of every detector family, and small models for tests of `models import`.

    make.py EXPORTS [NAME …]      writes ONNX files to EXPORTS and golden files to fixtures/

NAME picks some of: yolox, yolo, detr, rfdetr, boxes. README.md beside this file tells what is needed.
"""

import importlib
import sys
import warnings
from pathlib import Path

import torch

import picture

MAKERS = {
    "yolox": "yolox_models",
    "yolo": "yolo_models",
    "detr": "detr_models",
    "rfdetr": "rfdetr_models",
    "boxes": "boxes_models",
}


def main(arguments):
    if not arguments or any(name not in MAKERS for name in arguments[1:]):
        sys.exit(__doc__)
    exports = Path(arguments[0])
    exports.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    picture.keep_contents()
    for name in arguments[1:] or MAKERS:
        torch.manual_seed(1)
        importlib.import_module(MAKERS[name]).make(exports)


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    main(sys.argv[1:])
