"""References for @curv/optimizers: trajectories of torch.optim in float64, and the evaluations that SciPy's minimizers need.

Run in the root of the checkout with a Python that has torch and scipy (Debian: apt-get install python3-torch python3-scipy):
    /usr/bin/python3 tooling/reference/optimizers.py
Four parameters start at 1, -2, 0.5, 3; the gradient of step t = 1, 2, ... is (i + 1) sin(0.7 i + 1.3 t) + 0.1 theta_i.
"""
import json

import numpy as np
import scipy
import torch
from scipy.optimize import minimize

torch.set_num_threads(1)

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


def zoo():
    """Starts and functions of src/zoo/classical.ts."""
    rosenbrock = lambda x: (100 * (x[1:] - x[:-1] ** 2) ** 2 + (1 - x[:-1]) ** 2).sum()
    weights = 1e4 ** (torch.arange(10, dtype=torch.float64) / 9)
    yield "bowl 10", lambda x: (0.5 * weights * x**2).sum(), [1.0] * 10
    yield "Rosenbrock 2", rosenbrock, [-1.2, 1.0]
    yield "Rosenbrock 10", rosenbrock, [-1.2, 1.0] * 5
    yield "Rosenbrock 100", rosenbrock, [-1.2, 1.0] * 50
    yield "Beale", lambda x: sum((x[0] * (1 - x[1] ** k) - c) ** 2 for k, c in ((1, 1.5), (2, 2.25), (3, 2.625))), [1.0, 1.0]
    yield "Himmelblau", lambda x: (x[0] ** 2 + x[1] - 11) ** 2 + (x[0] + x[1] ** 2 - 7) ** 2, [0.0, 0.0]
    yield "Powell singular", lambda x: (x[0] + 10 * x[1]) ** 2 + 5 * (x[2] - x[3]) ** 2 + (x[1] - 2 * x[2]) ** 4 + 10 * (x[0] - x[3]) ** 4, [3.0, -1.0, 0.0, 1.0]
    yield "Brown badly scaled", lambda x: (x[0] - 1e6) ** 2 + (x[1] - 2e-6) ** 2 + (x[0] * x[1] - 2) ** 2, [1.0, 1.0]
    yield (
        "Wood",
        lambda x: 100 * (x[1] - x[0] ** 2) ** 2 + 90 * (x[3] - x[2] ** 2) ** 2 + (x[0] - 1) ** 2 + (x[2] - 1) ** 2 + 10 * (x[1] + x[3] - 2) ** 2 + 0.1 * (x[1] - x[3]) ** 2,
        [-3.0, -1.0, -3.0, -1.0],
    )


def counts(f, start):
    """Values, gradients and products that SciPy needs to reach a largest gradient entry of 1e-5."""
    products = 0

    def value_and_gradient(x):
        t = torch.tensor(x, dtype=torch.float64, requires_grad=True)
        value = f(t)
        (g,) = torch.autograd.grad(value, t)
        return float(value), g.numpy()

    def product(x, p):
        nonlocal products
        products += 1
        t = torch.tensor(x, dtype=torch.float64, requires_grad=True)
        (g,) = torch.autograd.grad(f(t), t, create_graph=True)
        (h,) = torch.autograd.grad(g @ torch.tensor(p), t)
        return h.numpy()

    x0 = np.array(start)
    bfgs = minimize(value_and_gradient, x0, jac=True, method="L-BFGS-B", options=dict(gtol=1e-5, ftol=0, maxiter=5000, maxfun=100000, maxcor=10))
    cg = minimize(value_and_gradient, x0, jac=True, method="CG", options=dict(gtol=1e-5, maxiter=5000))
    newton = minimize(value_and_gradient, x0, jac=True, hessp=product, method="trust-ncg", options=dict(gtol=1e-5, maxiter=5000))
    return {"lbfgs": bfgs.nfev, "cg": cg.nfev, "trustRegion": newton.nfev, "trustRegionProducts": products}


with open("packages/optimizers/test/golden/scipy.json", "w") as file:
    json.dump({"version": scipy.__version__, "evaluations": {name: counts(f, start) for name, f, start in zoo()}}, file, separators=(",", ":"))
    file.write("\n")
