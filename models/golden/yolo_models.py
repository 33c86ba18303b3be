"""YOLOv8-style and end-to-end heads, in plain PyTorch from their published output layout.

The layouts: `[n, 4 + classes, anchors]` with boxes (centre x, centre y, width, height) in input
pixels, after the expectation over distance bins (Li et al., "Generalized Focal Loss", 2020) and the
sigmoid; and `[n, 300, 6]` with (x1, y1, x2, y2, score, class), best first, as in "YOLOv10: Real-Time
End-to-End Object Detection" (Wang et al., 2024), section 3.1. Backbone and head are our own. The
custom metadata is what users' files of this kind carry.
"""

import numpy as np
import torch
import torchvision
from torch import nn

import picture
import store
import weights

SIZE = (160, 96)  # width, height
SOURCE = "own PyTorch head after the published layout; random weights; torchvision batched_nms"
BINS = 16


def coco_names():
    """The 80 names of COCO, in the order detectors are trained with."""
    from rfdetr.assets.coco_classes import COCO_CLASSES

    return [COCO_CLASSES[i] for i in sorted(COCO_CLASSES)]


def block(before, after, stride):
    conv = nn.Conv2d(before, after, 3, stride, 1, bias=False)
    return nn.Sequential(conv, nn.BatchNorm2d(after), nn.SiLU())


class Detector(nn.Module):
    """A small pyramid with decoupled heads at strides 8, 16 and 32."""

    def __init__(self, classes, layout):
        super().__init__()
        self.classes, self.layout = classes, layout
        self.stem = nn.Sequential(block(3, 16, 2), block(16, 32, 2))
        widths = [48, 64, 96]
        self.stages = nn.ModuleList(
            block(before, after, 2) for before, after in zip([32, 48, 64], widths)
        )
        self.box = nn.ModuleList(
            nn.Sequential(block(w, 48, 1), nn.Conv2d(48, 4 * BINS, 1)) for w in widths
        )
        self.cls = nn.ModuleList(
            nn.Sequential(block(w, 48, 1), nn.Conv2d(48, classes, 1)) for w in widths
        )
        self.register_buffer("bins", torch.arange(BINS, dtype=torch.float32))

    def forward(self, images):
        x = self.stem(images)
        centres, sizes, scores = [], [], []
        for stage, box, cls, stride in zip(self.stages, self.box, self.cls, (8, 16, 32)):
            x = stage(x)
            height, width = x.shape[2], x.shape[3]
            sides = box(x).reshape(-1, 4, BINS, height * width).softmax(2)
            sides = (sides * self.bins.reshape(1, 1, BINS, 1)).sum(2)
            ys = torch.arange(height, device=x.device).repeat_interleave(width) + 0.5
            xs = torch.arange(width, device=x.device).repeat(height) + 0.5
            middle = torch.stack([xs, ys])[None]
            low, high = middle - sides[:, :2], middle + sides[:, 2:]
            centres.append((low + high) / 2 * stride)
            sizes.append((high - low) * stride)
            scores.append(cls(x).reshape(-1, self.classes, height * width).sigmoid())
        centre, size, score = (torch.cat(v, 2) for v in (centres, sizes, scores))
        if self.layout == "anchors":
            return torch.cat([centre, size, score], 1)
        if self.layout == "rows":
            return torch.cat([centre, size, score], 1).transpose(1, 2)
        # End to end: the best 300 pairs of anchor and class, no suppression.
        corners = torch.cat([centre - size / 2, centre + size / 2], 1).transpose(1, 2)
        flat = score.transpose(1, 2).flatten(1)
        best, at = flat.topk(300, dim=1)
        anchor = torch.div(at, self.classes, rounding_mode="floor")
        boxes = corners.gather(1, anchor[..., None].expand(-1, -1, 4))
        classes = (at % self.classes).to(best.dtype)
        return torch.cat([boxes, best[..., None], classes[..., None]], 2)


def build(classes, layout, image, threshold, wanted, seed):
    model = Detector(classes, layout).eval()
    weights.fill(model, seed)
    run = lambda: model(image)
    weights.settle(model, run)
    for box, cls in zip(model.box, model.cls):
        # Nearer bins likelier, or every box would be 15 strides wide.
        weights.spread(box[-1], run, 1.5, [-0.25 * b for b in range(BINS)] * 4)
        weights.spread(cls[-1], run, 1.5, weights.uneven(classes, -3.0, seed))

    def count():
        out = model(image)[0]
        if layout == "anchors":
            return int((out[4:].max(0).values > threshold).sum())
        if layout == "rows":
            return int((out[:, 4:].max(1).values > threshold).sum())
        return int((out[:, 4] > threshold).sum())

    weights.shift_until([c[-1] for c in model.cls], count, wanted)
    return model


def export(model, image, path, names, end2end, axes=None):
    torch.onnx.export(model, image, str(path), input_names=["images"], output_names=["output0"],
                      dynamic_axes=axes, opset_version=17, dynamo=False)
    store.metadata(path, {
        "description": "a detector for tests, random weights",
        "date": "2026-01-01T00:00:00",
        "stride": "32",
        "task": "detect",
        "batch": "1",
        "imgsz": str([SIZE[1], SIZE[0]]),
        "names": str(dict(enumerate(names))),
        "args": str({"batch": 1, "half": False, "dynamic": axes is not None}),
        "channels": "3",
        **({"end2end": "True"} if end2end else {}),
    })


def read(values, layout, settings):
    """What the published postprocessing makes of it, in pixels of the input."""
    values = torch.from_numpy(values[0].copy())
    if layout == "end2end":
        values = values[values[:, 4] > settings["score"]]
        return values[:, :4], values[:, 4], values[:, 5]
    rows = values.T if layout == "anchors" else values
    score, index = rows[:, 4:].max(1)
    rows, index, score = (v[score > settings["score"]] for v in (rows, index, score))
    corners = torchvision.ops.box_convert(rows[:, :4], "cxcywh", "xyxy")
    kept = torchvision.ops.batched_nms(corners, score, index, settings["nms_iou"])
    return corners[kept], score[kept], index[kept]


def make(exports):
    laid, scale, (left, top) = picture.letterbox(picture.frame(), *SIZE, 114, centred=True)
    tensor = picture.planes(laid, 0, 255)
    prepare = {"layout": "nchw", "type": "float32", "channels": "rgb", "mean": [0, 0, 0],
               "std": [255, 255, 255], "border": 114, "fit": "centre"}
    free = {"images": {0: "batch", 2: "height", 3: "width"}, "output0": {0: "batch", 2: "anchors"}}
    # Architecture, layout, names, free axes, candidates wanted, seed.
    kinds = [
        ("v8-style", "anchors", coco_names(), None, 60, 31),
        ("v8-style-helmet", "anchors", ["helmet", "no helmet", "person", "licence plate"], free, 40, 32),
        ("v8-style-rows", "rows", ["car", "van", "pedestrian", "motorbike", "tricycle"], None, 40, 43),
        ("v10-style", "end2end", coco_names(), None, 30, 34),
    ]
    for name, layout, names, axes, wanted, seed in kinds:
        end2end = layout == "end2end"
        settings = {"score": 0.3} if end2end else {"score": 0.3, "nms_iou": 0.6 if axes is None else 0.45}
        model = build(len(names), layout, torch.from_numpy(tensor), settings["score"], wanted, seed)
        path = exports / f"yolo-{name}.onnx"
        export(model, torch.from_numpy(tensor), path, names, end2end, axes)
        outputs = store.run(path, {"images": tensor})
        boxes, scores, classes = (v.numpy() for v in read(outputs["output0"], layout, settings))
        boxes = (boxes - np.float32([left, top, left, top])) / scale
        family = "yolo-end2end" if end2end else "yolo"
        store.golden(family, name, SOURCE, SIZE, settings, prepare, outputs, (boxes, scores, classes))
        store.fixture(path, f"yolo-{name}")
