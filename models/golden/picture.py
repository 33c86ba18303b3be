"""The picture every golden was made from, and the three ways to lay it into a model's input."""

from pathlib import Path

import cv2
import numpy as np

ROOT = Path(__file__).resolve().parents[2]
FILE = "nanodet-input.png"
CROP = (16, 10, 400, 225)  # x, y, width, height within FILE


def frame():
    """RGB, uint8, [height, width, 3]."""
    picture = cv2.imread(str(ROOT / "fixtures/golden" / FILE))[:, :, ::-1]
    x, y, w, h = CROP
    return np.ascontiguousarray(picture[y : y + h, x : x + w])


def letterbox(picture, width, height, border, centred):
    """Keeps the picture's shape. Gives the picture laid in, its scale, and its left and top."""
    h, w = picture.shape[:2]
    scale = min(width / w, height / h)
    inner = (round(w * scale), round(h * scale))
    left, top = ((width - inner[0]) // 2, (height - inner[1]) // 2) if centred else (0, 0)
    out = np.full((height, width, 3), border, np.uint8)
    small = cv2.resize(picture, inner, interpolation=cv2.INTER_LINEAR)
    out[top : top + inner[1], left : left + inner[0]] = small
    return out, scale, (left, top)


def stretched(picture, width, height):
    """Fills the input, whatever becomes of the picture's shape."""
    return cv2.resize(picture, (width, height), interpolation=cv2.INTER_LINEAR)


def planes(picture, mean, std, channels="rgb"):
    """[1, 3, height, width] float32; `mean` and `std` on the scale 0–255, in the order of planes."""
    picture = picture if channels == "rgb" else picture[:, :, ::-1]
    values = (picture.astype(np.float32) - np.float32(mean)) / np.float32(std)
    return np.ascontiguousarray(values.transpose(2, 0, 1)[None])


def keep_contents():
    """The frame as the models' inputs hold it, for tests that must not depend on a scaler."""
    for width, height in ((160, 90), (160, 128), (128, 128)):
        small = stretched(frame(), width, height)[:, :, ::-1]
        cv2.imwrite(str(ROOT / f"fixtures/golden/content-{width}x{height}.png"), small)
