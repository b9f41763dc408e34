"""Opens a dataset folder with LeRobot itself (tried with 0.6.1) and reads every item, decoded pictures included.

usage: HF_HUB_OFFLINE=1 python read_lerobot.py FOLDER      (needs lerobot[dataset])
"""
import json
import sys

import numpy as np
from lerobot.datasets.lerobot_dataset import LeRobotDataset

dataset = LeRobotDataset("local/understudy", root=sys.argv[1])
cameras = dataset.meta.video_keys
worst = 0.0
for index in range(len(dataset)):
    item = dataset[index]
    worst = max(worst, abs(float(item["timestamp"]) - int(item["frame_index"]) / dataset.fps))
    assert item["index"] == index and isinstance(item["task"], str)
    for camera in cameras:
        assert item[camera].shape[0] == 3 and 0 <= float(item[camera].min()) and float(item[camera].max()) <= 1
shapes = {name: list(np.shape(value)) for name, value in dataset[0].items() if hasattr(value, "shape")}
stats = {name: sorted(values) for name, values in dataset.meta.stats.items()}
print(json.dumps({"episodes": dataset.num_episodes, "items": len(dataset), "shapes": shapes, "task": dataset[0]["task"],
                  "stats_of": sorted(stats), "worst_timestamp_error": worst}, indent=1))
