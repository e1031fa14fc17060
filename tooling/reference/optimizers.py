"""Reference trajectories for @curv/optimizers, from torch.optim in float64.

Run in the root of the checkout with a Python that has torch (Debian: apt-get install python3-torch):
    /usr/bin/python3 tooling/reference/optimizers.py
Four parameters start at 1, -2, 0.5, 3; the gradient of step t = 1, 2, ... is (i + 1) sin(0.7 i + 1.3 t) + 0.1 theta_i.
"""
import json

import torch

STEPS = 100
START = [1.0, -2.0, 0.5, 3.0]


def gradient(theta, t):
    i = torch.arange(4, dtype=torch.float64)
    return (i + 1) * torch.sin(0.7 * i + 1.3 * t) + 0.1 * theta


def trajectory(make):
    theta = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    optimizer = make([theta])
    for t in range(1, STEPS + 1):
        theta.grad = gradient(theta.detach(), t)
        optimizer.step()
    return theta.tolist()


def one_cycle(steps):
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, max_lr=0.1, total_steps=steps, cycle_momentum=False)
    rates = []
    for _ in range(steps):
        rates.append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
    return rates


O = torch.optim
trajectories = {
    "sgd": trajectory(lambda p: O.SGD(p, lr=0.01)),
    "sgd momentum": trajectory(lambda p: O.SGD(p, lr=0.01, momentum=0.9)),
    "sgd nesterov": trajectory(lambda p: O.SGD(p, lr=0.01, momentum=0.9, nesterov=True, weight_decay=0.05)),
    "adam": trajectory(lambda p: O.Adam(p, lr=0.01)),
    "adam amsgrad": trajectory(lambda p: O.Adam(p, lr=0.01, amsgrad=True)),
    "adamw": trajectory(lambda p: O.AdamW(p, lr=0.01, betas=(0.8, 0.95), eps=1e-6, weight_decay=0.1)),
    "rmsprop": trajectory(lambda p: O.RMSprop(p, lr=0.01)),
    "rmsprop centered": trajectory(lambda p: O.RMSprop(p, lr=0.01, alpha=0.9, centered=True, momentum=0.5)),
    "adagrad": trajectory(lambda p: O.Adagrad(p, lr=0.1, initial_accumulator_value=0.1)),
}
golden = {"version": torch.__version__, "trajectories": trajectories, "oneCycle": one_cycle(20)}
with open("packages/optimizers/test/golden/torch.json", "w") as file:
    json.dump(golden, file, separators=(",", ":"))
    file.write("\n")
