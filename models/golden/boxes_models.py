"""Plain boxes, scores and labels: SSD (Liu et al., 2016) and RetinaNet (Lin et al., 2017) of
torchvision, which suppress and threshold inside the graph, and the same SSD in two other dresses:
the outputs of TensorFlow's detection models, and those of the ONNX model zoo's SSD.
"""

import numpy as np
import torch
from torch import nn
from torchvision.models.detection import RetinaNet
from torchvision.models.detection.anchor_utils import AnchorGenerator, DefaultBoxGenerator
from torchvision.models.detection.backbone_utils import mobilenet_backbone
from torchvision.models.detection.ssd import SSD

import picture
import store
import weights

SIZE = (160, 96)  # width, height
SETTINGS = {"score": 0.3}
SOURCE = "PyPI torchvision 0.23.0 (BSD-3-Clause): whole model with its postprocessing; random weights"
CLASSES = 91
MOST = 100  # rows of TensorFlow's outputs


class Backbone(nn.Module):
    """Three maps for SSD, of 16, 32 and 64 pixels a cell."""

    def __init__(self):
        super().__init__()
        widths = [3, 16, 32, 48, 64, 64, 64]
        self.steps = nn.ModuleList(
            nn.Sequential(nn.Conv2d(a, b, 3, 2, 1, bias=False), nn.BatchNorm2d(b), nn.ReLU6())
            for a, b in zip(widths, widths[1:])
        )
        self.out_channels = [64, 64, 64]

    def forward(self, x):
        found = {}
        for i, step in enumerate(self.steps):
            x = step(x)
            if i >= 3:
                found[str(i)] = x
        return found


def ssd(image):
    boxes = DefaultBoxGenerator([[2], [2, 3], [2]], min_ratio=25, max_ratio=85)
    model = SSD(Backbone(), boxes, (SIZE[1], SIZE[0]), CLASSES, score_thresh=0.05, nms_thresh=0.45,
                detections_per_img=MOST).eval()
    # As a list of one the graph would have no batch; a tensor of one is what most users export.
    weights.fill(model, 61)
    run = lambda: model(image)
    weights.settle(model, run)
    heads = list(model.head.classification_head.module_list)
    for head in heads:
        weights.spread(head, run, 2.0, 0.0)
    for head in model.head.regression_head.module_list:
        weights.spread(head, run, 1.0, 0.0)
    nothing = [-(torch.arange(h.bias.shape[0]) % CLASSES == 0).float() for h in heads]
    count = lambda: int((model(image)[0]["scores"] > SETTINGS["score"]).sum())
    weights.shift_until(heads, count, 25, channels=nothing)
    return model


def retinanet(image):
    backbone = mobilenet_backbone(backbone_name="mobilenet_v3_small", weights=None, fpn=True,
                                  trainable_layers=6, returned_layers=[2, 3, 4])
    levels = 4
    anchors = AnchorGenerator(tuple((s, int(s * 1.5)) for s in (16, 32, 64, 96)[:levels]),
                              ((0.5, 1.0, 2.0),) * levels)
    model = RetinaNet(backbone, CLASSES, min_size=SIZE[1], max_size=SIZE[0], anchor_generator=anchors,
                      score_thresh=0.05, nms_thresh=0.5, detections_per_img=MOST).eval()
    weights.fill(model, 65)
    run = lambda: model(image)
    weights.settle(model, run)
    head = model.head.classification_head.cls_logits
    weights.spread(head, run, 2.0, -3.0)
    weights.spread(model.head.regression_head.bbox_reg, run, 0.5, 0.0)
    count = lambda: int((model(image)[0]["scores"] > SETTINGS["score"]).sum())
    weights.shift_until([head], count, 30)
    return model


class TensorFlowDress(nn.Module):
    """uint8 NHWC in; normalised (ymin, xmin, ymax, xmax), scores, classes and their number out."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, picture):
        found = self.model(picture.permute(0, 3, 1, 2).float() / 255)[0]
        room = torch.zeros(MOST, 4)
        scale = torch.tensor([SIZE[1], SIZE[0], SIZE[1], SIZE[0]], dtype=torch.float32)
        boxes = found["boxes"][:, [1, 0, 3, 2]] / scale
        boxes = torch.cat([boxes, room])[:MOST]
        scores = torch.cat([found["scores"], room[:, 0]])[:MOST]
        classes = torch.cat([found["labels"].float(), room[:, 0] + 1])[:MOST]
        number = (found["scores"] > 0).float().sum().reshape(1)
        return boxes[None], classes[None], number, scores[None]


class ZooDress(nn.Module):
    """Float NCHW in; normalised corners, labels and scores, each with a batch, out."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, image):
        found = self.model(image)[0]
        scale = torch.tensor([SIZE[0], SIZE[1], SIZE[0], SIZE[1]], dtype=torch.float32)
        return (found["boxes"] / scale)[None], found["labels"][None], found["scores"][None]


def save(model, feed, path, inputs, outputs, axes=None, opset=16):
    torch.onnx.export(model, feed, str(path), input_names=inputs, output_names=outputs,
                      dynamic_axes=axes, opset_version=opset, dynamo=False)


def make(exports):
    laid, scale, (left, top) = picture.letterbox(picture.frame(), *SIZE, 0, centred=True)
    tensor = picture.planes(laid, 0, 255)
    image = torch.from_numpy(tensor)
    prepare = {"layout": "nchw", "type": "float32", "channels": "rgb", "mean": [0, 0, 0],
               "std": [255, 255, 255], "border": 0, "fit": "centre"}

    def expected(found):
        kept = found["scores"] > SETTINGS["score"]
        boxes, scores, labels = (found[k][kept].detach().numpy() for k in ("boxes", "scores", "labels"))
        return (boxes - np.float32([left, top, left, top])) / scale, scores, labels

    one_dimension = {"boxes": {0: "n"}, "scores": {0: "n"}, "labels": {0: "n"}}
    for name, maker in (("ssd", ssd), ("retinanet", retinanet)):
        torch.manual_seed(1)
        model = maker(image)
        with torch.no_grad():
            reference = expected(model(image)[0])
        path = exports / f"torchvision-{name}.onnx"
        save(model, image, path, ["images"], ["boxes", "scores", "labels"], one_dimension)
        outputs = store.run(path, {"images": tensor})
        settings = SETTINGS | {"classes": "coco91", "boxes": "corners in input pixels"}
        store.golden("boxes", f"torchvision-{name}", SOURCE, SIZE, settings, prepare, outputs, reference)
        store.fixture(path, f"torchvision-{name}")
        if name == "retinanet":
            continue

        path = exports / "tf-style.onnx"
        whole = torch.from_numpy(np.ascontiguousarray(laid[None]))
        names = ["detection_boxes", "detection_classes", "num_detections", "detection_scores"]
        save(TensorFlowDress(model).eval(), whole, path, ["input_tensor"], names)
        outputs = store.run(path, {"input_tensor": laid[None]})
        settings = SETTINGS | {"classes": "coco91", "boxes": "ymin, xmin, ymax, xmax of 1"}
        store.golden("boxes", "tf-style", SOURCE, SIZE, settings,
                     prepare | {"layout": "nhwc", "type": "uint8", "std": [1, 1, 1]}, outputs, reference)
        store.fixture(path, "tf-style")

        path = exports / "zoo-style.onnx"
        axes = {k: {1: "n"} for k in ("bboxes", "labels", "scores")}
        save(ZooDress(model).eval(), image, path, ["image"], ["bboxes", "labels", "scores"], axes)
        outputs = store.run(path, {"image": tensor})
        settings = SETTINGS | {"classes": "coco91", "boxes": "corners of 1"}
        store.golden("boxes", "zoo-style", SOURCE, SIZE, settings, prepare, outputs, reference)
        store.fixture(path, "zoo-style")
