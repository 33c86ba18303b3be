"""Whether two programs see the same: detections of one frame matched by class and overlap."""

import numpy as np

LEAST_IOU = 0.9
SCORE_WITHIN = 0.02


def boxes(found):
    return np.array([d["bbox"] for d in found], np.float64).reshape(-1, 4)


def overlaps(a, b):
    """IoU of every pair."""
    low, high = (
        np.maximum(a[:, None, :2], b[None, :, :2]),
        np.minimum(a[:, None, 2:], b[None, :, 2:]),
    )
    shared = np.clip(high - low, 0, None).prod(2)
    area = [(x[:, 2] - x[:, 0]) * (x[:, 3] - x[:, 1]) for x in (a, b)]
    return shared / np.maximum(area[0][:, None] + area[1][None] - shared, 1e-9)


def match(ours, theirs):
    """Pairs of one class that overlap enough, the best overlap first."""
    if not ours or not theirs:
        return []
    table = overlaps(boxes(ours), boxes(theirs))
    same = np.array([[a["class"] == b["class"] for b in theirs] for a in ours])
    table[~same] = 0
    pairs = []
    while table.size and table.max() >= LEAST_IOU:
        i, j = np.unravel_index(table.argmax(), table.shape)
        pairs.append((ours[i], theirs[j], float(table[i, j])))
        table[i], table[:, j] = 0, 0
    return pairs


def compare(ours, theirs, least_score: float = 0.0) -> dict:
    """Shares of detections (of both sides, scores from `least_score` on) that the other side has too:
    by class and box, and with a score as good as equal besides. A detection may find its like below
    `least_score`: what differs by a hair at the threshold is no disagreement."""
    if len(ours) != len(theirs):
        raise ValueError(f"{len(ours)} frames against {len(theirs)}")
    counts = {"ours": 0, "theirs": 0, "matched": 0, "score_too": 0}
    deviation, iou = [], []
    for a, b in zip(ours, theirs, strict=True):
        high = [[d for d in side if d["score"] >= least_score] for side in (a, b)]
        counts["ours"] += len(high[0])
        counts["theirs"] += len(high[1])
        for x, y, overlap in match(a, b):
            sides = (x["score"] >= least_score) + (y["score"] >= least_score)
            counts["matched"] += sides
            counts["score_too"] += sides * (abs(x["score"] - y["score"]) <= SCORE_WITHIN)
            if sides:
                deviation.append(abs(x["score"] - y["score"]))
                iou.append(overlap)
    both = max(counts["ours"] + counts["theirs"], 1)
    return {
        "frames": len(ours),
        "detections": {"streetward": counts["ours"], "peer": counts["theirs"]},
        "least_score": least_score,
        "box_and_class": round(counts["matched"] / both, 4),
        "and_score": round(counts["score_too"] / both, 4),
        "mean_iou": round(float(np.mean(iou)), 4) if iou else None,
        "mean_score_difference": round(float(np.mean(deviation)), 4) if deviation else None,
    }
