"""The same two training steps in PyTorch. Line in: "<workload> <seconds>"; line out: seconds taken and steps done."""

import sys
import time

import torch
from torch import nn

torch.set_num_threads(int(sys.argv[1]))
torch.manual_seed(1)


def mlp():
    net = nn.Sequential(
        nn.Linear(39, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 256), nn.ReLU(), nn.Linear(256, 40)
    )
    return net, torch.randn(256, 39), torch.randn(256, 40)


def cnn():
    layers, width = [], 3
    for size, channels in [(5, 32), (3, 64), (3, 64), (3, 64)]:
        layers += [nn.Conv2d(width, channels, size, 2, size // 2), nn.ReLU()]
        width = channels
    net = nn.Sequential(*layers, nn.Flatten(), nn.Linear(64 * 6 * 6, 512), nn.ReLU(), nn.Linear(512, 40))
    return net, torch.randint(0, 256, (64, 3, 96, 96), dtype=torch.uint8), torch.randn(64, 40)


WORKLOADS = {"mlp": mlp(), "cnn": cnn()}
OPTIMISERS = {
    name: torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=1e-4) for name, (net, _, _) in WORKLOADS.items()
}


def step(name):
    net, x, y = WORKLOADS[name]
    if x.dtype == torch.uint8:
        x = x.float() / 255 - 0.5
    loss = (net(x) - y).abs().mean()
    OPTIMISERS[name].zero_grad()
    loss.backward()
    OPTIMISERS[name].step()
    return loss.item()


for line in sys.stdin:
    name, seconds = line.split()
    start, steps = time.perf_counter(), 0
    while time.perf_counter() - start < float(seconds):
        step(name)
        steps += 1
    print(time.perf_counter() - start, steps, flush=True)
