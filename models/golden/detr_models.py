"""RT-DETR (Zhao et al., 2023) and D-FINE (Peng et al., 2024), through transformers.

Small configurations: the graphs are the real ones, only narrower. Each is exported in both ways that
users meet: `logits` and `pred_boxes` (as transformers give them), and the deployment form of the
original releases, with a second input `orig_target_sizes` and outputs `labels`, `boxes`, `scores`.
"""

import torch
from torch import nn
from transformers import DFineConfig, DFineForObjectDetection, HGNetV2Config, RTDetrConfig
from transformers import RTDetrForObjectDetection, RTDetrImageProcessor, RTDetrResNetConfig

import picture
import store
import weights

SIZE = (160, 128)  # width, height
QUERIES = 60
SETTINGS = {"score": 0.4}
SOURCE = "PyPI transformers 5.23.0 (Apache-2.0): model and post_process_object_detection; random weights"


def rt_detr():
    backbone = RTDetrResNetConfig(
        embedding_size=16, hidden_sizes=[16, 32, 48, 64], depths=[1, 1, 1, 1], layer_type="basic",
        out_features=["stage2", "stage3", "stage4"],
    )
    config = RTDetrConfig(
        backbone_config=backbone, encoder_hidden_dim=32, encoder_in_channels=[32, 48, 64],
        encoder_ffn_dim=64, encoder_attention_heads=4, d_model=32, num_queries=QUERIES,
        decoder_in_channels=[32, 32, 32], decoder_ffn_dim=64, decoder_layers=2,
        decoder_attention_heads=4, num_labels=80, disable_custom_kernels=True,
        attn_implementation="eager",
    )
    return RTDetrForObjectDetection(config)


def d_fine():
    backbone = HGNetV2Config(
        stem_channels=[3, 8, 16], hidden_sizes=[16, 32, 48, 64], stage_in_channels=[16, 16, 32, 48],
        stage_mid_channels=[8, 8, 16, 16], stage_out_channels=[16, 32, 48, 64],
        stage_num_blocks=[1, 1, 1, 1], stage_numb_of_layers=[2, 2, 2, 2],
        out_features=["stage2", "stage3", "stage4"],
    )
    config = DFineConfig(
        backbone_config=backbone, encoder_hidden_dim=32, encoder_in_channels=[32, 48, 64],
        encoder_ffn_dim=64, encoder_attention_heads=4, d_model=32, num_queries=QUERIES,
        decoder_in_channels=[32, 32, 32], decoder_ffn_dim=64, decoder_layers=2,
        decoder_attention_heads=4, decoder_n_points=[4, 4, 4], num_labels=80,
        attn_implementation="eager", eval_idx=-1,
    )
    return DFineForObjectDetection(config)


def last(layers):
    """The part of the last decoder layer that gives the answer."""
    return layers[len(layers) - 1]


class Raw(nn.Module):
    """What transformers give, without the rest of their answer."""

    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, pixel_values):
        out = self.model(pixel_values=pixel_values)
        return out.logits, out.pred_boxes


class Deployed(Raw):
    """As the original releases deploy it: the best pairs of query and class, boxes in pixels."""

    def forward(self, images, orig_target_sizes):
        logits, boxes = super().forward(images)
        centre, size = boxes[..., :2], boxes[..., 2:]
        boxes = torch.cat([centre - size / 2, centre + size / 2], -1)
        boxes = boxes * orig_target_sizes.repeat(1, 2).unsqueeze(1)
        scores, at = logits.sigmoid().flatten(1).topk(QUERIES, dim=-1)
        labels = at - torch.div(at, logits.shape[2], rounding_mode="floor") * logits.shape[2]
        query = torch.div(at, logits.shape[2], rounding_mode="floor")
        return labels, boxes.gather(1, query.unsqueeze(-1).repeat(1, 1, 4)), scores


def give_sense(model, image, wanted):
    run = lambda: model(pixel_values=image)
    weights.settle(model, run)
    decoder = model.model.decoder
    cls, box = last(decoder.class_embed), last(decoder.bbox_embed)
    weights.spread(cls, run, 2.0, -3.0)
    final = last(box.layers)
    if final.bias.shape[0] == 4:
        weights.spread(final, run, 0.6, 0.0)

    def count():
        return int((model(pixel_values=image).logits.sigmoid() > SETTINGS["score"]).sum())

    weights.shift_until([cls], count, wanted)


def make(exports):
    frame = picture.frame()
    laid = picture.stretched(frame, *SIZE)
    tensor = picture.planes(laid, 0, 255)
    image = torch.from_numpy(tensor)
    prepare = {"layout": "nchw", "type": "float32", "channels": "rgb", "mean": [0, 0, 0],
               "std": [255, 255, 255], "fit": "stretch"}
    target = [(frame.shape[0], frame.shape[1])]
    for name, make_model, seed in (("rt-detr", rt_detr, 41), ("d-fine", d_fine, 42)):
        model = make_model().eval()
        weights.fill(model, seed)
        give_sense(model, image, 35)
        path = exports / f"{name}.onnx"
        torch.onnx.export(
            Raw(model).eval(), image, str(path), input_names=["pixel_values"],
            output_names=["logits", "pred_boxes"], opset_version=16, dynamo=False,
            dynamic_axes={k: {0: "batch"} for k in ("pixel_values", "logits", "pred_boxes")},
        )
        outputs = store.run(path, {"pixel_values": tensor})

        class Output:
            logits = torch.from_numpy(outputs["logits"])
            pred_boxes = torch.from_numpy(outputs["pred_boxes"])

        read = RTDetrImageProcessor().post_process_object_detection
        found = read(Output, threshold=SETTINGS["score"], target_sizes=target)[0]
        expected = tuple(found[k].numpy() for k in ("boxes", "scores", "labels"))
        store.golden("detr", name, SOURCE, SIZE, SETTINGS, prepare, outputs, expected)
        store.fixture(path, name)

        path = exports / f"{name}-deployed.onnx"
        sizes = torch.tensor([[frame.shape[1], frame.shape[0]]])
        torch.onnx.export(
            Deployed(model).eval(), (image, sizes), str(path), opset_version=16, dynamo=False,
            input_names=["images", "orig_target_sizes"], output_names=["labels", "boxes", "scores"],
            dynamic_axes={"images": {0: "N"}, "orig_target_sizes": {0: "N"}},
        )
        outputs = store.run(path, {"images": tensor, "orig_target_sizes": sizes.numpy()})
        settings = SETTINGS | {"boxes": "pixels of orig_target_sizes, here the frame's width and height"}
        store.golden("detr", f"{name}-deployed", SOURCE, SIZE, settings, prepare, outputs, expected)
        store.fixture(path, f"{name}-deployed")
