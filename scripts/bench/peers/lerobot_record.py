"""LeRobot's recorder: 2 x 640x480 at 30 through create / add_frame / save_episode, paced by the clock. One JSON line."""

import argparse
import json
import os
import time

import numpy as np
from lerobot.datasets.lerobot_dataset import LeRobotDataset

parser = argparse.ArgumentParser()
parser.add_argument("--root", required=True)
parser.add_argument("--seconds", type=float, default=60)
parser.add_argument("--codec", default="default", choices=["default", "h264"])
args = parser.parse_args()

FPS = 30
JOINTS = [f"joint_{i}.pos" for i in range(6)]
image = {"dtype": "video", "shape": (480, 640, 3), "names": ["height", "width", "channels"]}
vector = {"dtype": "float32", "shape": (6,), "names": JOINTS}
features = {
    "observation.images.left": image,
    "observation.images.right": image,
    "observation.state": vector,
    "action": vector,
}
options = {}
if args.codec != "default":
    from lerobot.configs.video import RGBEncoderConfig

    options["rgb_encoder"] = RGBEncoderConfig(vcodec=args.codec)

dataset = LeRobotDataset.create(
    "bench/record", FPS, features, root=args.root, streaming_encoding=True, **options
)
# A scene with some detail that moves: as hard to encode as a camera's picture, and cheap to make.
noise = np.random.default_rng(0).integers(0, 255, (480, 1280, 3), dtype=np.uint8) // 4
ramp = np.linspace(0, 180, 1280, dtype=np.uint8)[None, :, None]
scene = noise + ramp


def picture(k: int, shift: int) -> np.ndarray:
    at = (k * 3 + shift) % 640
    return np.ascontiguousarray(scene[:, at : at + 640])


frames = int(args.seconds * FPS)
costs, stamps = [], []
cpu = os.times()
began = time.perf_counter()
for k in range(frames):
    due = began + k / FPS
    wait = due - time.perf_counter()
    if wait > 0:
        time.sleep(wait)
    stamps.append(time.perf_counter())
    joints = np.full(6, k / frames, dtype=np.float32)
    start = time.perf_counter()
    dataset.add_frame(
        {
            "observation.images.left": picture(k, 0),
            "observation.images.right": picture(k, 320),
            "observation.state": joints,
            "action": joints,
            "task": "bench",
        }
    )
    costs.append(time.perf_counter() - start)
spent = time.perf_counter() - began
start = time.perf_counter()
dataset.save_episode()
save = time.perf_counter() - start
after = os.times()
used = sum(after[:4]) - sum(cpu[:4])
total = spent + save
dataset.finalize()
late = sum(1 for a, b in zip(stamps, stamps[1:]) if b - a > 1.5 / FPS)
print(
    json.dumps(
        {
            "name": f"LeRobot 0.6.1 ({'AV1, its default' if args.codec == 'default' else 'H.264'})",
            "seconds": args.seconds,
            "rows": frames,
            "fps": (frames - 1) / (stamps[-1] - stamps[0]),
            "late": late,
            "dropped": frames - dataset.num_frames,
            "keepMs": save * 1000,
            "addP99Ms": sorted(costs)[int(0.99 * len(costs))] * 1000,
            "cores": used / total,
        }
    )
)
