"""How many streams `streetward live` holds: cost, delay and drops by the number of cameras.

Serves a 1080p25 loop (H.264, 4 Mbit/s, made from the sample clip) and a 640x360 one beside it from a
real RTSP server, attaches 1, 2, 4, ... cameras to it, and reads the service's own status after a while.
With --peer, one Python process a stream does the same (OpenCV reads RTSP, ONNX Runtime runs the same
model on 5 frames a second), without tracking, rules or evidence.
"""
import argparse
import atexit
import json
import os
import pathlib
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
CAMERA = """version = 1
id = "c{n}"
name = "Camera {n}"
frame_size = [1920, 1080]
[source]
url = "{url}"
{more}
analysis_fps = 5
[detector]
model = "{model}"
input_long_side = {side}
[attention]
mode = "{mode}"
[[zones]]
name = "grass"
polygon = [[0, 456], [425, 497], [825, 600], [1200, 740], [1919, 940], [1919, 1079], [0, 1079]]
[[rules]]
kind = "restricted_area"
zone = "grass"
classes = ["person"]
"""
# With --events: a place where somebody enters every few seconds.
BUSY = """[[zones]]
name = "path"
polygon = [[600, 200], [1500, 200], [1500, 1000], [600, 1000]]
[[rules]]
kind = "restricted_area"
zone = "path"
classes = ["person"]
"""


def clips(folder):
    """The loops, made once."""
    source = ROOT / ".streetward/clips/vtest.avi"
    made = {}
    for name, size, rate in [("main", "1920:1080", "4M"), ("sub", "640:360", "500k")]:
        made[name] = folder / f"{name}.h264"
        if not made[name].exists():
            subprocess.run(
                ["ffmpeg", "-loglevel", "error", "-nostdin", "-y", "-t", "30", "-i", source, "-vf",
                 f"scale={size},fps=25,noise=alls=4:allf=t", "-c:v", "libx264", "-preset", "veryfast",
                 "-x264-params", "aud=1:repeat-headers=1:scenecut=0", "-b:v", rate, "-maxrate", rate,
                 "-bufsize", rate, "-bf", "0", "-g", "50", "-pix_fmt", "yuv420p", "-f", "h264",
                 made[name]], check=True)
    return made


def serve(made):
    mounts = [{"name": n, "clips": [str(p)], "fps": 25, "sound": False} for n, p in made.items()]
    folder = tempfile.mkdtemp(prefix="streetward-rig-")
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    wish = json.dumps({"port": 0, "auth": None, "mounts": mounts, "folder": folder})
    child = subprocess.Popen(
        ["/usr/bin/python3", ROOT / "tests/integration/rig/serve.py", wish], stdout=subprocess.PIPE,
        stdin=subprocess.DEVNULL, text=True)
    return child, int(child.stdout.readline().split()[1])


def cpu_seconds(pid):
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def resident(pid):
    for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def stored(data, since, seconds):
    """Seconds from an event's moment, the picture that made it one, to its row in the store; sorted."""
    store = sqlite3.connect(f"file:{data / 'streetward.db'}?mode=ro", uri=True)
    known, delays = set(), []
    while time.time() < since + seconds:
        now = time.time()
        for event, moment in store.execute("SELECT id, moment_utc_us FROM events"):
            if event not in known:
                known.add(event)
                if moment / 1e6 > since:
                    delays.append(now - moment / 1e6)
        time.sleep(0.02)
    return sorted(delays)


def streetward(program, count, port, a, folder):
    site = folder / f"site-{count}-{a.sub}-{a.mode}-{a.side}"
    subprocess.run(["rm", "-rf", site], check=True)
    (site / "cameras").mkdir(parents=True)
    (site / "streetward.toml").write_text('version = 1\nname = "Density"\ndata = "data"\n')
    more = f'analysis_url = "rtsp://127.0.0.1:{port}/sub"' if a.sub else ""
    for n in range(count):
        text = CAMERA.format(n=n, url=f"rtsp://127.0.0.1:{port}/main", more=more, side=a.side,
                             mode=a.mode, model=a.model) + (BUSY if a.events else "")
        (site / f"cameras/c{n}.toml").write_text(text)
    log = open(site / "log", "w")
    child = subprocess.Popen([program, "live", "--site", site / "streetward.toml"], stderr=log)
    status = site / "data/live/status.json"
    deadline = time.time() + 60
    while time.time() < deadline and not (
            status.exists() and all(c["analysed"] > 0 for c in json.loads(status.read_text())["cameras"])):
        time.sleep(0.5)
    time.sleep(a.warm)
    before, cpu, since = json.loads(status.read_text())["cameras"], cpu_seconds(child.pid), time.time()
    delays = stored(site / "data", since, a.seconds) if a.events else time.sleep(a.seconds)
    after, spent, took = json.loads(status.read_text())["cameras"], cpu_seconds(child.pid) - cpu, time.time() - since
    memory = resident(child.pid)
    child.terminate()
    child.wait()
    if delays:
        nth = lambda share: delays[min(len(delays) - 1, int(len(delays) * share))]
        print(f"{'':10} {count:6} cameras: {len(delays)} events stored {nth(0.5):.2f} s (median), {nth(0.95):.2f} s"
              f" (95 of 100), {delays[-1]:.2f} s (most) after their moment", flush=True)
    sums = lambda key: sum(c[key] for c in after) - sum(c[key] for c in before)
    return {
        "cameras": count, "cores": spent / took, "mib": memory,
        "analysed_fps": sums("analysed") / took / count,
        "dropped_share": sums("dropped") / max(1, sums("dropped") + sums("analysed")),
        "tried_fps": min(c["rate_fps"] for c in after),
        "p95": max(c["lag_p95_seconds"] or 0 for c in after),
    }


def peer(python, count, port, a):
    """One Python process a stream."""
    url = f"rtsp://127.0.0.1:{port}/{'sub' if a.sub else 'main'}"
    model = next((ROOT / ".streetward/models").glob(a.model + ".onnx"))
    children = [subprocess.Popen([python, "-B", pathlib.Path(__file__).with_name("peer.py"), url, model,
                                  str(a.side)], stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True)
                for _ in range(count)]
    time.sleep(a.warm + 5)
    cpu, since = sum(cpu_seconds(c.pid) for c in children), time.time()
    time.sleep(a.seconds)
    spent, took = sum(cpu_seconds(c.pid) for c in children) - cpu, time.time() - since
    memory = sum(resident(c.pid) for c in children)
    told = []
    for child in children:
        child.terminate()
        lines = child.stdout.read().splitlines()
        told.append(json.loads(lines[-1]) if lines else {"fps": 0, "late_share": 1, "p95": 0})
        child.wait()
    return {
        "cameras": count, "cores": spent / took, "mib": memory,
        "analysed_fps": sum(t["fps"] for t in told) / count,
        "dropped_share": max(t["late_share"] for t in told), "tried_fps": 5.0,
        "p95": max(t["p95"] for t in told),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cameras", default="1,2,4,6,8", help="numbers of cameras to try")
    parser.add_argument("--seconds", type=float, default=30, help="how long each is measured")
    parser.add_argument("--warm", type=float, default=12, help="how long each runs before")
    parser.add_argument("--sub", action="store_true", help="analyse the small stream")
    parser.add_argument("--mode", default="regions", help="[attention] mode, as in camera files")
    parser.add_argument("--side", type=int, default=416, help="input_long_side")
    parser.add_argument("--model", default="nanodet-g-int8")
    parser.add_argument("--program", default=str(ROOT / "target/release/streetward"))
    parser.add_argument("--events", action="store_true", help="also the delay until an event is stored")
    parser.add_argument("--peer", metavar="PYTHON", help="also the peer, with this Python (cv2, onnxruntime)")
    a = parser.parse_args()
    folder = pathlib.Path(tempfile.gettempdir()) / "streetward-density"
    folder.mkdir(exist_ok=True)
    server, port = serve(clips(folder))
    try:
        print(f"{'':9} cameras  cores  cores/camera   MiB  frames/s each  dropped  tried/s  delay p95")
        for count in map(int, a.cameras.split(",")):
            runs = [("streetward", lambda: streetward(a.program, count, port, a, folder))]
            if a.peer:
                runs.append(("peer", lambda: peer(a.peer, count, port, a)))
            for name, run in runs:
                r = run()
                print(f"{name:10} {r['cameras']:6} {r['cores']:6.2f} {r['cores'] / count:13.3f} {r['mib']:6.0f}"
                      f" {r['analysed_fps']:13.2f} {r['dropped_share']:8.1%} {r['tried_fps']:8.2f} {r['p95']:8.2f} s",
                      flush=True)
    finally:
        server.kill()


if __name__ == "__main__":
    sys.exit(main())
