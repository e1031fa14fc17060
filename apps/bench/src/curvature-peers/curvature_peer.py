"""Eigenvalues and traces by double backward in PyTorch on one thread: answers requests on standard input, one JSON object a line.

Products are made as PyHessian makes them: one gradient with its graph kept, then one backward pass for each vector.
"""
import json
import sys
import time

import torch
from torch_peer import NETS, array, parameter, tokens

state = {}


def prepare(request):
    dtype = getattr(torch, request["dtype"])
    params = {k: parameter(s, dtype).requires_grad_() for k, s in request["params"].items()}
    x = array(request["input"], dtype)
    if x.dim() == 4:
        x = x.permute(0, 3, 1, 2).contiguous()
    y = tokens(request["labels"])
    leaves = list(params.values())
    sizes = [p.numel() for p in leaves]

    def start():
        loss = torch.nn.functional.cross_entropy(NETS[request["model"]](params, x), y)
        gradient = torch.cat([g.reshape(-1) for g in torch.autograd.grad(loss, leaves, create_graph=True)])

        def product(v):
            return torch.cat([h.reshape(-1) for h in torch.autograd.grad(gradient, leaves, grad_outputs=v, retain_graph=True)])

        return product

    state[request["id"]] = (start, sum(sizes), dtype)


def lanczos(product, n, dtype, steps, k):
    """Full reorthogonalization, twice. Values and residuals of the k largest Ritz pairs."""
    basis = torch.zeros(steps, n, dtype=dtype)
    alpha, beta = [], []
    v = torch.randn(n, dtype=dtype, generator=torch.Generator().manual_seed(0))
    v /= v.norm()
    for j in range(steps):
        basis[j] = v
        w = product(v)
        alpha.append(torch.dot(v, w).item())
        for _ in range(2):
            w = w - basis[: j + 1].T @ (basis[: j + 1] @ w)
        beta.append(w.norm().item())
        v = w / beta[-1]
    t = torch.diag(torch.tensor(alpha, dtype=torch.float64)) + torch.diag(torch.tensor(beta[:-1], dtype=torch.float64), 1) + torch.diag(torch.tensor(beta[:-1], dtype=torch.float64), -1)
    values, vectors = torch.linalg.eigh(t)
    order = list(range(steps - 1, steps - 1 - k, -1))
    return {"values": [values[i].item() for i in order], "residuals": [abs(beta[-1] * vectors[-1, i].item()) for i in order], "products": steps}


def power(product, n, dtype, k):
    """PyHessian's method: power iteration with deflation, at most 100 steps, until the quotient changes by 1e-3."""
    found, values, products = [], [], 0
    generator = torch.Generator().manual_seed(0)
    for _ in range(k):
        v = torch.randn(n, dtype=dtype, generator=generator)
        value = None
        for _ in range(100):
            for q in found:
                v = v - torch.dot(q, v) * q
            v = v / v.norm()
            w = product(v)
            products += 1
            before, value = value, torch.dot(v, w).item()
            v = w
            if before is not None and abs(value - before) / (abs(before) + 1e-6) < 1e-3:
                break
        values.append(value)
        found.append(v / v.norm())
    return {"values": values, "products": products}


def trace(product, n, dtype, probes):
    generator = torch.Generator().manual_seed(0)
    samples = []
    for _ in range(probes):
        v = torch.randint(0, 2, (n,), generator=generator).to(dtype) * 2 - 1
        samples.append(torch.dot(v, product(v)).item())
    return {"samples": samples, "products": probes}


TASKS = {"lanczos": lambda r, *a: lanczos(*a, r["steps"], r["k"]), "power": lambda r, *a: power(*a, r["k"]), "trace": lambda r, *a: trace(*a, r["probes"])}

for line in sys.stdin:
    request = json.loads(line)
    if request["do"] == "prepare":
        prepare(request)
        answer = {"version": torch.__version__}
    else:
        begin, n, dtype = state[request["id"]]
        clock = time.perf_counter()
        answer = TASKS[request["do"]](request, begin(), n, dtype)
        answer["ms"] = 1000 * (time.perf_counter() - clock)
    print(json.dumps(answer), flush=True)
