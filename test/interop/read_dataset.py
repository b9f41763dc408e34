"""Checks with pyarrow and ffprobe, which know nothing of Understudy, that a dataset folder is what LeRobot v3.0 says.

usage: python read_dataset.py FOLDER      (needs pyarrow; ffprobe on the path)
Prints one JSON object; leaves with 1 when anything is wrong.
"""
import json
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import pyarrow.parquet as pq

root = Path(sys.argv[1])
info = json.loads((root / "meta/info.json").read_text())
errors: list[str] = []


def check(ok: bool, what: str) -> None:
    if not ok:
        errors.append(what)


def probe(file: Path) -> list[Fraction]:
    """Exact presentation times of every decodable frame, in seconds."""
    command = ["ffprobe", "-v", "error", "-select_streams", "v:0", "-count_frames", "-show_entries"]
    command += ["stream=time_base,nb_read_frames:frame=pts", "-of", "json", str(file)]
    answer = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    stream = answer["streams"][0]
    times = [frame["pts"] * Fraction(stream["time_base"]) for frame in answer["frames"]]
    check(int(stream["nb_read_frames"]) == len(times), f"{file}: frame counts differ")
    return times


tables = [pq.read_table(path) for path in sorted((root / "meta/episodes").glob("*/*.parquet"))]
episodes = [row for table in tables for row in table.to_pylist()]
data_files = sorted((root / "data").glob("*/*.parquet"))
rows = [row for path in data_files for row in pq.read_table(path).to_pylist()]
tasks = {row["task_index"]: row["task"] for row in pq.read_table(root / "meta/tasks.parquet").to_pylist()}
cameras = [name for name, feature in info["features"].items() if feature["dtype"] == "video"]
columns = {name for name, feature in info["features"].items() if feature["dtype"] != "video"}

check(info["total_episodes"] == len(episodes), "total_episodes")
check(info["total_frames"] == len(rows), "total_frames")
check(all(set(row) == columns for row in rows), "data columns and declared features differ")
check([row["index"] for row in rows] == list(range(len(rows))), "rows are not in order of index")
frames = 0
for number, episode in enumerate(episodes):
    mine = rows[episode["dataset_from_index"] : episode["dataset_to_index"]]
    check(episode["episode_index"] == number, f"episode {number}: its number")
    check(len(mine) == episode["length"], f"episode {number}: its length")
    check(all(row["episode_index"] == number for row in mine), f"episode {number}: its rows")
    check([row["frame_index"] for row in mine] == list(range(len(mine))), f"episode {number}: frame_index")
    check(all(abs(row["timestamp"] - k / info["fps"]) < 1e-4 for k, row in enumerate(mine)), f"episode {number}: timestamp")
    check(all(tasks[row["task_index"]] == episode["tasks"][0] for row in mine), f"episode {number}: task")
    for camera in cameras:
        at = {part: episode[f"videos/{camera}/{part}"] for part in ("chunk_index", "file_index")}
        times = probe(root / info["video_path"].format(video_key=camera, **at))
        check(len(times) == len(mine), f"episode {number}, {camera}: {len(times)} frames for {len(mine)} rows")
        check(times == [Fraction(k, info["fps"]) for k in range(len(mine))], f"episode {number}, {camera}: presentation times")
        frames += len(times)

print(json.dumps({"episodes": len(episodes), "rows": len(rows), "cameras": cameras, "video_frames": frames, "errors": errors}))
sys.exit(1 if errors else 0)
