"""Answers the bench's questions by NumPy, SciPy and, where it is there, PyTorch: one JSON object a line."""
import base64, json, sys, time
import numpy as np


def array(text, shape):
    return np.frombuffer(base64.b64decode(text), dtype=np.float64).reshape(shape).copy()


def packed(x):
    return base64.b64encode(np.ascontiguousarray(x, dtype=np.float64).tobytes()).decode()


def distances(q):
    a, b = array(q["a"], q["shape"]), array(q["b"], q["shape"])
    try:
        from ot.gaussian import bures_wasserstein_distance
        zero, name = np.zeros(a.shape[1]), "POT"
        found = [float(bures_wasserstein_distance(zero, zero, x, y)) ** 2 for x, y in zip(a, b)]
    except ImportError:
        from scipy.linalg import sqrtm
        name = "SciPy"
        found = []
        for x, y in zip(a, b):
            r = sqrtm(x).real
            found.append(float(np.trace(x) + np.trace(y) - 2 * np.trace(sqrtm(r @ y @ r).real)))
    return {"values": packed(np.array(found)), "name": name}


def layer(q):
    import torch
    torch.set_num_threads(1)

    def spectral(x, f):
        values, u = torch.linalg.eigh(x)
        return (u * f(values).unsqueeze(-2)) @ u.transpose(-1, -2)

    def factors(x):
        values, u = torch.linalg.eigh(x)
        return u, torch.sqrt((values.unsqueeze(-1) + values.unsqueeze(-2)) / 2)

    def apply(x, metric, bias, log_scale, theta):
        shrink, stretch = spectral(metric, lambda v: torch.exp(-v / 2)), spectral(metric, lambda v: torch.exp(v / 2))
        y = shrink @ (x if theta == 1 else spectral(x, lambda v: v**theta)) @ shrink
        target = shrink @ spectral(bias, lambda v: torch.exp(theta * v)) @ shrink
        g = y.mean(0)
        for step in range(2):
            r, s = spectral(g, torch.sqrt), spectral(g, torch.rsqrt)
            c = spectral(r @ y @ r, torch.sqrt)
            if step == 0:
                mean = c.mean(0)
                g = s @ mean @ mean @ s
        unit = torch.eye(x.shape[-1], dtype=x.dtype)
        u, f = factors(g)
        v = 2 * u @ (f * (u.T @ (s @ c @ s - unit) @ u)) @ u.T
        dispersion = (v * v).sum((-1, -2)).mean() / 4 / theta**2
        v = v * torch.exp(log_scale) / torch.sqrt(dispersion + 1e-5)
        u, f = factors(target)
        k = unit + 0.5 * u @ ((u.T @ v @ u) / f) @ u.T
        z = stretch @ (k @ target @ k) @ stretch
        return z if theta == 1 else spectral(z, lambda e: e ** (1 / theta))

    n, count = q["n"], q["count"]
    x = torch.tensor(array(q["x"], (count, n, n)), requires_grad=True)
    metric = torch.tensor(array(q["metric"], (n, n)), requires_grad=True)
    bias = torch.tensor(array(q["bias"], (n, n)), requires_grad=True)
    log_scale = torch.tensor(q["logScale"], dtype=torch.float64, requires_grad=True)
    weights = torch.tensor(array(q["weights"], (count, n, n)))
    least = float("inf")
    for _ in range(q["repeats"]):
        start = time.perf_counter()
        out = apply(x, metric, bias, log_scale, q["power"])
        gradients = torch.autograd.grad((out * weights).sum(), (x, metric, bias, log_scale))
        least = min(least, time.perf_counter() - start)
    sym = lambda m: (m + m.transpose(-1, -2)) / 2
    values = [out, sym(gradients[0]), sym(gradients[1]), sym(gradients[2]), gradients[3].reshape(1)]
    return {"values": [packed(v.detach().numpy()) for v in values], "ms": 1000 * least}


for line in sys.stdin:
    query = json.loads(line)
    try:
        answer = {"distances": distances, "layer": layer}[query["ask"]](query)
    except Exception as error:
        answer = {"error": f"{type(error).__name__}: {error}"}
    print(json.dumps(answer), flush=True)
