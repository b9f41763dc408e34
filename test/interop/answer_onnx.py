"""Answers in Python's onnxruntime what Understudy answered, from policy.onnx alone. Started by onnx.mjs."""

import base64
import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime

try:
    import onnx
except ImportError:
    onnx = None

# Inside the app joints are in radians and grippers 0..1; the file speaks the dataset's units.
SCALE = {"degrees": 180 / np.pi, "percent": 100.0, "metres": 1.0, "as recorded": 1.0}


def scales(channels):
    return np.array([SCALE[c["unit"]] for c in channels], np.float32)


def feeds_for(about, row):
    many = about["history"] > 1
    state = np.array([h["joints"] for h in row["history"]], np.float32) * scales(about["state"])
    feeds = {"observation.state": state[None] if many else state}
    if about["environment"]:
        values = np.array([h["environment"] for h in row["history"]], np.float32)
        feeds["observation.environment_state"] = values[None] if many else values
    for camera in about["cameras"]:
        flat = np.frombuffer(base64.b64decode(row["images"][camera["name"]]), np.uint8)
        picture = flat.reshape(camera["height"], camera["width"], 3)
        feeds["observation.images." + camera["name"]] = picture.transpose(2, 0, 1)[None].astype(np.float32) / 255
    if about["tasks"]:
        feeds["task"] = np.array([[text == row["task"] for text in about["tasks"]]], np.float32)
    return feeds


def main(root):
    failed = False
    print(f"onnxruntime {onnxruntime.__version__}, onnx {onnx.__version__ if onnx else 'not installed'}")
    for folder in sorted(Path(root).iterdir()):
        path = str(folder / "policy.onnx")
        if onnx:
            onnx.checker.check_model(path, full_check=True)
        session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
        about = json.loads(session.get_modelmeta().custom_metadata_map["understudy"])
        worst, count = 0.0, 0
        for line in (folder / "answers.jsonl").read_text().splitlines():
            row = json.loads(line)
            (actions,) = session.run(["action"], feeds_for(about, row))
            ours = np.array(row["actions"])
            worst = max(worst, float(np.abs(actions[0] / scales(about["action"]) - ours).max()))
            count += 1
        good = count == 100 and worst < 1e-4
        failed |= not good
        print(f"{folder.name:18} {count} observations, largest difference {worst:.1e} {'ok' if good else 'DIFFERS'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
