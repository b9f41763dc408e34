"""The baseline of `npm run bench few`: behaviour cloning as one writes it in PyTorch in ten minutes.

Three hidden layers of 256, a chunk of 8 actions as they are, L1 loss, noise on the inputs, AdamW with a cosine rate.
"""
import argparse
import json
import math
import time

import numpy as np
import torch

CHUNK, WIDTH, BATCH, RATE, NOISE = 8, 256, 256, 1e-3, 0.03

arguments = argparse.ArgumentParser()
arguments.add_argument("demonstrations")
arguments.add_argument("out")
arguments.add_argument("--seconds", type=float, default=10)
arguments.add_argument("--steps", type=int)
arguments.add_argument("--seed", type=int, default=0)
options = arguments.parse_args()
torch.manual_seed(options.seed)

states, chunks = [], []
for rows in json.load(open(options.demonstrations)):
    actions = np.array([row["action"] for row in rows], dtype=np.float32)
    for t, row in enumerate(rows):
        states.append(row["state"])
        chunks.append(actions[np.minimum(np.arange(t, t + CHUNK), len(rows) - 1)])
x = torch.tensor(np.array(states, dtype=np.float32))
y = torch.tensor(np.array(chunks))
mean, std = x.mean(0), x.std(0).clamp_min(1e-6)
target_mean, target_std = y.mean((0, 1)), y.std((0, 1)).clamp_min(1e-6)
x, y = (x - mean) / std, ((y - target_mean) / target_std).flatten(1)

widths = [x.shape[1], WIDTH, WIDTH, WIDTH, y.shape[1]]
linears = [torch.nn.Linear(a, b) for a, b in zip(widths, widths[1:])]
layers = [part for linear in linears for part in (linear, torch.nn.ReLU())][:-1]
network = torch.nn.Sequential(*layers)
optimiser = torch.optim.AdamW(network.parameters(), RATE, weight_decay=1e-4)
began, step = time.perf_counter(), 0
while True:
    done = step / options.steps if options.steps else (time.perf_counter() - began) / options.seconds
    if done >= 1:
        break
    for group in optimiser.param_groups:
        group["lr"] = RATE * 0.5 * (1 + math.cos(math.pi * done))
    rows = torch.randint(0, len(x), (BATCH,))
    loss = (network(x[rows] + NOISE * torch.randn(BATCH, x.shape[1])) - y[rows]).abs().mean()
    optimiser.zero_grad()
    loss.backward()
    optimiser.step()
    step += 1

json.dump(
    {
        "mean": mean.tolist(),
        "std": std.tolist(),
        "targetMean": target_mean.tolist(),
        "targetStd": target_std.tolist(),
        "layers": [{"weight": l.weight.tolist(), "bias": l.bias.tolist()} for l in linears],
        "chunk": CHUNK,
        "steps": step,
    },
    open(options.out, "w"),
)
