"""YOLOX (Ge et al., 2021), through the package of its authors."""

import torch
from yolox.data.data_augment import preproc
from yolox.models import YOLOPAFPN, YOLOX, YOLOXHead
from yolox.models.network_blocks import SiLU
from yolox.utils import postprocess, replace_module

import picture
import store
import weights

SIZE = (160, 96)  # width, height
SOURCE = "PyPI yolox 0.3.0 (Apache-2.0): model, preproc and postprocess; random weights"
SETTINGS = {"score": 0.3, "nms_iou": 0.45}


def build(depth, width, depthwise, seed, classes=80):
    channels = [256, 512, 1024]
    model = YOLOX(
        YOLOPAFPN(depth, width, in_channels=channels, depthwise=depthwise),
        YOLOXHead(classes, width, in_channels=channels, depthwise=depthwise),
    ).eval()
    # As the package's own tools/export_onnx.py does.
    model = replace_module(model, torch.nn.SiLU, SiLU)
    weights.fill(model, seed)
    for module in model.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.eps, module.momentum = 1e-3, 0.03
    return model


def give_sense(model, image, wanted):
    head = model.head
    run = lambda: model(image)
    weights.settle(model, run)
    for i in range(3):
        weights.spread(head.cls_preds[i], run, 1.5, weights.uneven(80, -2.0, 5))
        weights.spread(head.obj_preds[i], run, 2.0, 1.0)
        weights.spread(head.reg_preds[i], run, 0.5, [0.5, 0.5, 1.2, 1.5])
    head.decode_in_inference = False

    def count():
        out = model(image)[0]
        return int((out[:, 4] * out[:, 5:].max(1).values > SETTINGS["score"]).sum())

    weights.shift_until(list(head.obj_preds), count, wanted)


def export(model, image, path, decoded=False, dynamic=False):
    model.head.decode_in_inference = decoded
    axes = {"images": {0: "batch"}, "output": {0: "batch"}} if dynamic else None
    torch.onnx.export(
        model, image, str(path), input_names=["images"], output_names=["output"],
        dynamic_axes=axes, opset_version=11, dynamo=False,
    )


def make(exports):
    # The package reads pictures by OpenCV, so its channels are blue, green, red.
    frame = picture.frame()[:, :, ::-1]
    laid, ratio = preproc(frame, (SIZE[1], SIZE[0]))
    image = torch.from_numpy(laid[None])
    prepare = {"layout": "nchw", "type": "float32", "channels": "bgr", "mean": [0, 0, 0],
               "std": [1, 1, 1], "border": 114, "fit": "top_left"}
    kinds = {
        "yolox-nano": ((0.33, 0.25, True, 21), False, 50),
        "yolox-tiny": ((0.33, 0.375, False, 23), True, 60),
    }
    for name, (shape, decoded, wanted) in kinds.items():
        model = build(*shape)
        give_sense(model, image, wanted)
        path = exports / f"{name}.onnx"
        export(model, image, path, dynamic=name == "yolox-tiny")
        outputs = store.run(path, {"images": laid[None]})
        raw = torch.from_numpy(outputs["output"].copy())
        # The grid offsets and strides that the export leaves to its user.
        boxes = model.head.decode_outputs(raw, dtype="torch.FloatTensor")
        found = postprocess(boxes, 80, SETTINGS["score"], SETTINGS["nms_iou"])[0].numpy()
        expected = (found[:, :4] / ratio, found[:, 4] * found[:, 5], found[:, 6])
        store.golden("yolox", name, SOURCE, SIZE, SETTINGS, prepare, outputs, expected)
        store.fixture(path, name)
        if decoded:
            # The same with `--decode_in_inference`: boxes come out in pixels of the input.
            path = exports / f"{name}-decoded.onnx"
            export(model, image, path, decoded=True)
            outputs = store.run(path, {"images": laid[None]})
            store.golden("yolox", f"{name}-decoded", SOURCE, SIZE, SETTINGS | {"decoded": True},
                         prepare, outputs, expected)
            store.fixture(path, f"{name}-decoded")
