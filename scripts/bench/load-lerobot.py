"""The peer of `npm run bench load`: random items of LeRobotDataset, with the next 100 actions.

usage: HF_HUB_OFFLINE=1 python load-lerobot.py FOLDER ITEMS torchcodec|pyav
"""
import json
import random
import sys
import time

from lerobot.datasets.lerobot_dataset import LeRobotDataset

folder, items, backend = sys.argv[1], int(sys.argv[2]), sys.argv[3]
began = time.perf_counter()
dataset = LeRobotDataset("local/understudy", root=folder, video_backend=backend,
                         delta_timestamps={"action": [k / 30 for k in range(100)]})
start = time.perf_counter() - began
chance = random.Random(3)
for _ in range(5):
    dataset[chance.randrange(len(dataset))]
began = time.perf_counter()
for _ in range(items):
    item = dataset[chance.randrange(len(dataset))]
took = time.perf_counter() - began
assert item["action"].shape == (100, 6) and len(dataset.meta.video_keys) == 2
print(json.dumps({"items_per_second": round(items / took, 1), "start_seconds": round(start, 2)}))
