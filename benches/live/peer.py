"""One stream in one Python process: OpenCV reads RTSP, every fifth frame goes through ONNX Runtime."""
import json
import os
import signal
import sys
import time

os.environ["OPENCV_FFMPEG_CAPTURE_OPTIONS"] = "rtsp_transport;tcp"
import cv2
import numpy as np
import onnxruntime as ort

url, model, side = sys.argv[1], sys.argv[2], int(sys.argv[3])
cv2.setNumThreads(1)
options = ort.SessionOptions()
options.intra_op_num_threads = 1
session = ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
name = session.get_inputs()[0].name
height = side * 9 // 16 // 32 * 32
running = True


def stop(*_):
    global running
    running = False


signal.signal(signal.SIGTERM, stop)
capture = cv2.VideoCapture(url, cv2.CAP_FFMPEG)
count = analysed = late = 0
lags, begun, start = [], None, None
mean, scale = np.array([103.53, 116.28, 123.675], np.float32), np.array([57.375, 57.12, 58.395], np.float32)
while running and capture.grab():
    now = time.monotonic()
    # Frames come in bursts as a stream begins: the earliest one of all gives the stream's zero.
    start = now if start is None else start
    begun = now - count / 25 if begun is None else min(begun, now - count / 25)
    count += 1
    if count % 5:
        continue
    # A frame that is read half a second behind its place in the stream has missed its time.
    behind = now - begun - (count - 1) / 25
    late += behind > 0.5
    _, frame = capture.retrieve()
    picture = cv2.resize(frame, (side, height), interpolation=cv2.INTER_AREA).astype(np.float32)
    tensor = ((picture - mean) / scale).transpose(2, 0, 1)[None]
    session.run(None, {name: np.ascontiguousarray(tensor)})
    analysed += 1
    lags = lags[-511:] + [time.monotonic() - begun - (count - 1) / 25]
took = time.monotonic() - (start or time.monotonic())
lags.sort()
print(json.dumps({"fps": analysed / max(took, 1e-9), "late_share": late / max(1, analysed),
                  "p95": lags[int(len(lags) * 0.95)] if lags else 0.0}), flush=True)
