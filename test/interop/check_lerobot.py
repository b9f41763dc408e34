"""Opens a folder that Understudy wrote with LeRobot, and believes nothing.

usage: HF_HUB_OFFLINE=1 python check_lerobot.py FOLDER TRUTH [torchcodec|pyav]      (needs lerobot[dataset])

Reads every item with its decoded pictures and compares it with TRUTH (rows and 8 x 6 thumbnails as Understudy reads
them); then computes the statistics of every episode and of all with LeRobot's own functions, from the rows and decoded
pictures that LeRobot read, and compares them with the ones in the folder. Prints one JSON object; leaves with 1 when
anything differs.
"""
import json
import sys
import tempfile
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
from lerobot.datasets.compute_stats import aggregate_stats, compute_episode_stats
from lerobot.datasets.image_writer import write_image
from lerobot.datasets.lerobot_dataset import LeRobotDataset

folder, truth_file, backend = sys.argv[1], sys.argv[2], (sys.argv + ["torchcodec"])[3]
truth = json.loads(Path(truth_file).read_text())
dataset = LeRobotDataset("local/understudy", root=folder, video_backend=backend)
features = dataset.meta.features
videos = dataset.meta.video_keys
wrong: list[str] = []
worst = {"timestamp": 0.0, "thumbnail": 0.0}


def expect(ok: bool, what: str) -> None:
    if not ok and len(wrong) < 20:
        wrong.append(what)


def thumbnail(picture: np.ndarray) -> np.ndarray:
    """(3, H, W) in 0..255 -> 6 x 8 x 3 block means."""
    _, height, width = picture.shape
    return picture.reshape(3, 6, height // 6, 8, width // 8).mean(axis=(2, 4)).transpose(1, 2, 0)


def same(item: dict, name: str, wanted: list[float]) -> bool:
    return np.array_equal(np.atleast_1d(item[name].numpy()), np.asarray(wanted, dtype=np.float32))


expect(dataset.num_episodes == len(truth["episodes"]), "number of episodes")
expect(dataset.fps == truth["fps"], "fps")
expect(len(dataset) == sum(e["length"] for e in truth["episodes"]), "number of items")
dtypes = {"float32": np.float32, "float64": np.float64, "int64": np.int64, "bool": np.bool_}
episode_stats = []
index = 0
with tempfile.TemporaryDirectory() as scratch:
    for number, episode in enumerate(truth["episodes"]):
        columns: dict[str, list] = {name: [] for name, f in features.items() if f["dtype"] != "string"}
        for k, row in enumerate(episode["rows"]):
            item = dataset[index]
            where = f"episode {number}, row {k}: "
            expect(int(item["index"]) == index, where + "index")
            expect(int(item["episode_index"]) == number and int(item["frame_index"]) == k, where + "place")
            expect(item["task"] == episode["task"], where + f"task {item['task']!r}")
            worst["timestamp"] = max(worst["timestamp"], abs(float(item["timestamp"]) - k / dataset.fps))
            expect(same(item, "observation.state", row["state"]), where + "state")
            expect(same(item, "action", row["action"]), where + "action")
            expect(same(item, "understudy.asked", row["asked"]), where + "asked")
            expect(same(item, "observation.environment_state", row["environment"]), where + "environment")
            # torch keeps it as float32 in items; the file has the double
            expect(abs(float(item["understudy.time"]) - row["time"]) < 1e-7 * row["time"], where + "time")
            expect(item["understudy.pilot"] == row["pilot"], where + "pilot")
            expect(bool(item["understudy.intervention"]) == row["intervention"], where + "intervention")
            expect(item["understudy.clamped"] == row["clamped"], where + "clamped")
            expect(bool(item["next.success"]) == (episode["success"] is True and k == episode["length"] - 1), where + "success")
            for name in videos:
                picture = np.rint(item[name].numpy() * 255).astype(np.uint8)
                expect(picture.shape == tuple(np.array(features[name]["shape"])[[2, 0, 1]]), where + name)
                wanted = np.array(episode["thumbnails"][name.removeprefix("observation.images.")][k]).reshape(6, 8, 3)
                error = float(np.abs(thumbnail(picture) - wanted).max())
                worst["thumbnail"] = max(worst["thumbnail"], error)
                expect(error < 6, where + f"{name} shows another picture (off by {error:.1f})")
                path = Path(scratch) / name / f"{index}.png"
                path.parent.mkdir(exist_ok=True)
                write_image(picture.transpose(1, 2, 0), path, compress_level=1)
                columns[name].append(str(path))
            index += 1
        rows = dataset.hf_dataset.with_format(None)[index - episode["length"] : index]
        for name in columns:
            if name not in videos:
                columns[name] = np.asarray(rows[name], dtype=dtypes[features[name]["dtype"]])
        episode_stats.append(compute_episode_stats(columns, features))


def difference(ours: dict, theirs: dict, what: str) -> float:
    """Largest difference in any measure, relative to values beyond 1."""
    most = 0.0
    for name, measures in theirs.items():
        for measure, value in measures.items():
            value = np.asarray(value, dtype=np.float64).ravel()
            mine = np.asarray(ours[name][measure], dtype=np.float64).ravel()
            off = float(np.max(np.abs(mine - value) / np.maximum(1, np.abs(value)))) if mine.shape == value.shape else 9e9
            expect(off <= 1e-4, f"{what}: {measure} of {name} is off by {off:.2e}")
            most = max(most, off)
    return most


# LeRobot itself leaves these columns on disk.
table = [row for path in sorted(Path(folder).glob("meta/episodes/*/*.parquet")) for row in pq.read_table(path).to_pylist()]


def stored(number: int) -> dict:
    row = table[number]
    return {n: {m: row[f"stats/{n}/{m}"] for m in episode_stats[number][n]} for n in episode_stats[number]}


by_episode = max(difference(stored(n), s, f"episode {n}") for n, s in enumerate(episode_stats))
total = difference(dataset.meta.stats, aggregate_stats(episode_stats), "all")
print(json.dumps({
    "backend": backend, "episodes": dataset.num_episodes, "items": index, "pictures": index * len(videos),
    "tasks": sorted({e["task"] for e in truth["episodes"]}), "worst_timestamp_error": worst["timestamp"],
    "worst_thumbnail_error": worst["thumbnail"], "worst_statistics_of_an_episode": by_episode,
    "worst_statistics_of_all": total, "wrong": wrong,
}, indent=1))
sys.exit(1 if wrong else 0)
