"""Trains a small PyTorch network on a dataset of reach and exports it for Understudy. Started by torch.mjs.

Plain behaviour cloning: joints and task state in, eight actions out, in the units that stand in the dataset's folder.
"""

import json
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import torch

CHUNK = 8


def read(folder):
    table = pq.read_table(Path(folder) / "data").sort_by([("episode_index", "ascending"), ("frame_index", "ascending")])
    column = lambda name: np.array(table[name].to_pylist(), np.float32)  # noqa: E731
    return column("observation.state"), column("observation.environment_state"), column("action"), column("episode_index")


def main(dataset, out, seconds):
    torch.manual_seed(0)
    state, environment, action, episode = read(dataset)
    seen = np.concatenate([state, environment], 1)
    last = np.array([np.flatnonzero(episode == e).max() for e in episode])
    index = np.minimum(np.arange(len(seen))[:, None] + np.arange(CHUNK), last[:, None])
    wanted = action[index] - state[:, None]
    mean, std = seen.mean(0), seen.std(0).clip(1e-3)
    wanted_mean, wanted_std = wanted.mean((0, 1)), wanted.std((0, 1)).clip(1e-3)
    x = torch.tensor((seen - mean) / std)
    y = torch.tensor((wanted - wanted_mean) / wanted_std).flatten(1)
    net = torch.nn.Sequential(
        torch.nn.Linear(x.shape[1], 256), torch.nn.ReLU(),
        torch.nn.Linear(256, 256), torch.nn.ReLU(),
        torch.nn.Linear(256, y.shape[1]), torch.nn.Unflatten(1, (CHUNK, action.shape[1])),
    )  # fmt: skip
    optimiser = torch.optim.AdamW(net.parameters(), 1e-3)
    end = time.time() + seconds
    while time.time() < end:
        rows = torch.randint(len(x), (256,))
        noisy = x[rows] + torch.randn(256, x.shape[1]) * 0.05
        loss = (net(noisy).flatten(1) - y[rows]).abs().mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
    print(f"PyTorch {torch.__version__}: loss {loss.item():.3f} on {len(x)} rows")
    out = Path(out)
    out.mkdir(parents=True, exist_ok=True)
    torch.onnx.export(net.eval(), (x[:1],), str(out / "model.onnx"), input_names=["obs"], output_names=["actions"])
    info = json.loads((Path(dataset) / "meta" / "info.json").read_text())
    names = [name.removesuffix(".pos") for name in info["features"]["observation.state"]["names"]]
    things = info["features"]["observation.environment_state"]["names"]
    spec = {
        "format": "understudy-policy-spec",
        "version": 1,
        "name": "PyTorch on reach",
        "model": "model.onnx",
        "robot": "so101-sim",
        "task": "touch the target with the gripper",
        "joints": [{"name": n, "unit": "percent" if n == "gripper" else "deg"} for n in names],
        "environment": things,
        "inputs": [{"input": "obs", "from": names + things, "mean": mean.tolist(), "std": std.tolist()}],
        "output": {"output": "actions", "actions": "delta", "mean": wanted_mean.tolist(), "std": wanted_std.tolist()},
        "chunk": CHUNK,
        "execute": 4,
        "rate": info["fps"],
    }
    (out / "policy-spec.json").write_text(json.dumps(spec, indent=1))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], float(sys.argv[3]))
