"""Writes a small dataset as others do, for Understudy to open.

usage: HF_HUB_OFFLINE=1 python write_lerobot.py v30-av1|v30-h264|v21 FOLDER TRUTH      (needs lerobot[dataset])

v30-*: LeRobot itself records it (`LeRobotDataset.create`, `add_frame`, `save_episode`, `finalize`), three episodes in
one data file and one video file a camera. v21: LeRobot 0.6 cannot write it any more, so it is laid out here as LeRobot
0.3.3 did: one Parquet and one MP4 an episode, tables as JSON lines. TRUTH gets every row, and 8 x 6 thumbnails of the
pictures as LeRobot's own decoder shows them.
"""
import json
import shutil
import sys
from pathlib import Path

import av
import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from torchcodec.decoders import VideoDecoder

kind, folder, truth_file = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
shutil.rmtree(folder, ignore_errors=True)
FPS = 30
JOINTS = [f"{name}.pos" for name in ("shoulder_pan", "shoulder_lift", "elbow_flex", "wrist_flex", "wrist_roll", "gripper")]
CAMERAS = {"top": (120, 160), "side": (240, 320)}
LENGTHS = [40, 25, 33]
WORDS = ["put the cup down", "wave", "put the cup down"]
random = np.random.default_rng(5)
joints = {"dtype": "float32", "shape": (6,), "names": JOINTS}
features = {"observation.state": joints, "action": joints} | {
    f"observation.images.{name}": {"dtype": "video", "shape": (*size, 3), "names": ["height", "width", "channels"]}
    for name, size in CAMERAS.items()
}


def picture(episode: int, k: int, height: int, width: int) -> np.ndarray:
    y, x = np.mgrid[:height, :width]
    image = np.stack([x * 200 / width, y * 200 / height, np.full_like(x, 60 + 50 * episode)], -1)
    image[np.hypot(x - (k * 4 + 20) % width, y - height / 2) < height / 8] = (250, 40, 10)
    return np.clip(image + random.integers(0, 12, (height, width, 1)), 0, 255).astype(np.uint8)


def episode_of(number: int) -> list[dict]:
    rows = []
    for k in range(LENGTHS[number]):
        state = np.array([90 * np.sin(k / 9 + number + j) for j in range(6)], dtype=np.float32)
        rows.append({"observation.state": state, "action": state + random.normal(0, 1, 6).astype(np.float32)})
    return rows


data = [episode_of(n) for n in range(len(LENGTHS))]


def write_v30(codec: str) -> None:
    from lerobot.configs import RGBEncoderConfig
    from lerobot.datasets.lerobot_dataset import LeRobotDataset

    dataset = LeRobotDataset.create("local/theirs", FPS, features, root=folder, robot_type="so101_follower",
                                    rgb_encoder=RGBEncoderConfig() if codec == "av1" else RGBEncoderConfig(vcodec=codec))
    for n, rows in enumerate(data):
        for k, row in enumerate(rows):
            pictures = {f"observation.images.{name}": picture(n, k, *size) for name, size in CAMERAS.items()}
            dataset.add_frame({**row, **pictures, "task": WORDS[n]})
        dataset.save_episode(parallel_encoding=False)
    dataset.finalize()


def lines(path: str, values: list[dict]) -> None:
    (folder / path).write_text("".join(json.dumps(value) + "\n" for value in values))


def write_v21() -> None:
    (folder / "meta").mkdir(parents=True)
    tasks = list(dict.fromkeys(WORDS))
    start = 0
    for n, rows in enumerate(data):
        count = len(rows)
        table = {
            "observation.state": pa.FixedSizeListArray.from_arrays(pa.array(np.concatenate([r["observation.state"] for r in rows])), 6),
            "action": pa.FixedSizeListArray.from_arrays(pa.array(np.concatenate([r["action"] for r in rows])), 6),
            "timestamp": pa.array((np.arange(count) / FPS).astype(np.float32)),
            "frame_index": np.arange(count), "episode_index": np.full(count, n),
            "index": np.arange(start, start + count), "task_index": np.full(count, tasks.index(WORDS[n])),
        }
        path = folder / f"data/chunk-000/episode_{n:06d}.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        pq.write_table(pa.table(table), path)
        for name, (height, width) in CAMERAS.items():
            path = folder / f"videos/chunk-000/observation.images.{name}/episode_{n:06d}.mp4"
            path.parent.mkdir(parents=True, exist_ok=True)
            with av.open(str(path), "w") as file:
                stream = file.add_stream("libx264", rate=FPS, options={"g": "2", "crf": "25"})
                stream.width, stream.height, stream.pix_fmt = width, height, "yuv420p"
                for k in range(count):
                    file.mux(stream.encode(av.VideoFrame.from_ndarray(picture(n, k, height, width), format="rgb24")))
                file.mux(stream.encode())
        start += count
    info = {
        "codebase_version": "v2.1", "robot_type": "so101_follower", "total_episodes": len(data), "total_frames": start,
        "total_tasks": len(tasks), "total_videos": len(data) * len(CAMERAS), "total_chunks": 1, "chunks_size": 1000,
        "fps": FPS, "splits": {"train": f"0:{len(data)}"},
        "data_path": "data/chunk-{episode_chunk:03d}/episode_{episode_index:06d}.parquet",
        "video_path": "videos/chunk-{episode_chunk:03d}/{video_key}/episode_{episode_index:06d}.mp4",
        "features": features | {
            name: {"dtype": dtype, "shape": (1,), "names": None}
            for name, dtype in {"timestamp": "float32", "frame_index": "int64", "episode_index": "int64",
                                "index": "int64", "task_index": "int64"}.items()
        },
    }
    (folder / "meta/info.json").write_text(json.dumps(info, indent=4))
    lines("meta/tasks.jsonl", [{"task_index": i, "task": task} for i, task in enumerate(tasks)])
    lines("meta/episodes.jsonl", [{"episode_index": n, "tasks": [WORDS[n]], "length": len(r)} for n, r in enumerate(data)])
    stats = []
    for n, rows in enumerate(data):
        columns = {name: np.stack([r[name] for r in rows]) for name in ("observation.state", "action")}
        stats.append({"episode_index": n, "stats": {
            name: {"min": c.min(0).tolist(), "max": c.max(0).tolist(), "mean": c.mean(0).tolist(), "std": c.std(0).tolist(), "count": [len(c)]}
            for name, c in columns.items()}})
    lines("meta/episodes_stats.jsonl", stats)


if kind == "v21":
    write_v21()
else:
    write_v30(kind.removeprefix("v30-"))


def segments(name: str) -> list[tuple[Path, int]]:
    """Of each episode: its video file and the number of its first frame in it."""
    key = f"observation.images.{name}"
    if kind == "v21":
        return [(folder / f"videos/chunk-000/{key}/episode_{n:06d}.mp4", 0) for n in range(len(data))]
    episodes = pq.read_table(folder / "meta/episodes/chunk-000/file-000.parquet").to_pylist()
    template = json.loads((folder / "meta/info.json").read_text())["video_path"]
    return [(folder / template.format(video_key=key, chunk_index=e[f"videos/{key}/chunk_index"], file_index=e[f"videos/{key}/file_index"]),
             round(e[f"videos/{key}/from_timestamp"] * FPS)) for e in episodes]


thumbnails: list[dict] = [{} for _ in data]
for name, (height, width) in CAMERAS.items():
    for n, (file, first) in enumerate(segments(name)):
        decoder = VideoDecoder(file)
        frames = [decoder[first + k].numpy().transpose(1, 2, 0) for k in range(len(data[n]))]
        small = [f.reshape(6, height // 6, 8, width // 8, 3).mean(axis=(1, 3)).ravel().round(2).tolist() for f in frames]
        thumbnails[n][name] = small
truth_file.write_text(json.dumps({"fps": FPS, "episodes": [
    {"task": WORDS[n], "length": len(rows), "thumbnails": thumbnails[n],
     "rows": [{"state": r["observation.state"].tolist(), "action": r["action"].tolist()} for r in rows]}
    for n, rows in enumerate(data)]}))
print(json.dumps({"kind": kind, "episodes": len(data), "files": sorted({str(f.relative_to(folder)) for name in CAMERAS for f, _ in segments(name)})}))
