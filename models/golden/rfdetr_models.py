"""RF-DETR (Robinson et al., 2025), through the package of its authors.

The nano model with its real backbone (DINOv2 with windows), only with fewer layers and a smaller
input, so that the test that loads it stays quick.
"""

import torch
from rfdetr.config import RFDETRNanoConfig
from rfdetr.export.prepare import prepare_export_graph
from rfdetr.inference import _build_model_context

import picture
import store
import weights

SIZE = (128, 128)  # width, height; a multiple of patch_size times num_windows
SETTINGS = {"score": 0.4}
SOURCE = "PyPI rfdetr 1.11.2 (Apache-2.0): model, export graph and PostProcess; random weights"
MEAN, STD = [123.675, 116.28, 103.53], [58.395, 57.12, 57.375]


def build(seed):
    config = RFDETRNanoConfig(
        pretrain_weights=None, device="cpu", num_queries=60, num_select=60, resolution=SIZE[0],
        positional_encoding_size=SIZE[0] // 16,
        out_feature_indexes=[1, 2, 3, 4],  # the export drops the layers after the last of these
    )
    context = _build_model_context(config)
    model = context.model.eval()
    weights.fill(model, seed)
    return model, config, context.postprocess


def give_sense(model, image, wanted):
    run = lambda: model(image)
    weights.settle(model, run)
    weights.spread(model.class_embed, run, 2.0, -3.0)
    weights.spread(model.bbox_embed.layers[-1], run, 0.4, [0.0, 0.0, 0.5, 0.8])

    def count():
        return int((model(image)["pred_logits"].sigmoid() > SETTINGS["score"]).sum())

    weights.shift_until([model.class_embed], count, wanted)


def make(exports):
    frame = picture.frame()
    laid = picture.stretched(frame, *SIZE)
    tensor = picture.planes(laid, MEAN, STD)
    image = torch.from_numpy(tensor)
    prepare = {"layout": "nchw", "type": "float32", "channels": "rgb", "mean": MEAN, "std": STD,
               "fit": "stretch"}
    model, config, postprocess = build(51)
    give_sense(model, image, 35)
    # As the package's own export does before it traces.
    model.export()
    graph = prepare_export_graph(model, config, shape=SIZE, device="cpu")
    path = exports / "rf-detr-nano.onnx"
    torch.onnx.export(
        graph.model.eval(), image, str(path), input_names=list(graph.input_names),
        output_names=list(graph.output_names), opset_version=17, dynamo=False,
    )
    outputs = store.run(path, {"input": tensor})
    raw = {"pred_logits": torch.from_numpy(outputs["labels"]), "pred_boxes": torch.from_numpy(outputs["dets"])}
    found = postprocess(raw, torch.tensor([frame.shape[:2]]))[0]
    kept = found["scores"] > SETTINGS["score"]
    expected = tuple(found[k][kept].numpy() for k in ("boxes", "scores", "labels"))
    # 91 numbers: COCO's ids, 0 for nothing.
    store.golden("detr", "rf-detr-nano", SOURCE, SIZE, SETTINGS | {"classes": "coco91"}, prepare,
                 outputs, expected)
    store.fixture(path, "rf-detr-nano")
