"""Reference values for @curv/tensor, from PyTorch's double backward in float64 and from mpmath with 30 digits.

Run in the root of the checkout with a Python that has torch and mpmath (Debian: apt-get install python3-torch python3-mpmath):
    /usr/bin/python3 tooling/reference/tensor.py
Arrays come from a formula, so that the tests can make the same: element i is scale * sin(0.7 i + phase).
"""
import json
import math

import mpmath
import torch

torch.set_num_threads(1)
F = torch.nn.functional


def array(shape, phase, scale=1.0):
    n = math.prod(shape)
    return (scale * torch.sin(0.7 * torch.arange(n, dtype=torch.float64) + phase)).reshape(shape)


def nhwc(x):
    return x.permute(0, 3, 1, 2)


def oihw(w):
    return w.permute(3, 2, 0, 1)


def cases():
    """Name, parameter shapes, and the loss of the parameters."""
    labels = torch.tensor([0, 2, 1, 1, 0, 2])
    x = array([6, 4], 0.3)
    yield "tanh net, softmax cross-entropy", [[4, 5], [5], [5, 3]], lambda w, b, v: F.cross_entropy(torch.tanh(x @ w + b) @ v, labels)
    yield "softplus net, squared error", [[4, 5], [5], [5, 3]], lambda w, b, v: F.mse_loss(F.softplus(x @ w + b) @ v, array([6, 3], 1.1))
    yield "gelu net, sigmoid cross-entropy", [[4, 5], [5, 3]], lambda w, v: F.binary_cross_entropy_with_logits(F.gelu(x @ w) @ v, array([6, 3], 0.4).abs())
    image = array([2, 7, 6, 4], 0.2)
    pair = torch.tensor([1, 0])

    def conv(w, v, **options):
        h = torch.tanh(F.conv2d(nhwc(image), oihw(w), **options))
        return F.cross_entropy(h.permute(0, 2, 3, 1).flatten(1).mean(1, keepdim=True) @ v, pair)

    yield "conv, padding 1", [[3, 3, 4, 2], [1, 2]], lambda w, v: conv(w, v, padding=1)
    yield "conv, stride 2", [[3, 2, 4, 2], [1, 2]], lambda w, v: conv(w, v, stride=2)
    yield "conv, dilation 2", [[3, 2, 4, 2], [1, 2]], lambda w, v: conv(w, v, dilation=2)
    yield "conv, 2 groups", [[3, 3, 2, 4], [1, 2]], lambda w, v: conv(w, v, groups=2)
    yield "conv, depthwise", [[3, 3, 1, 4], [1, 2]], lambda w, v: conv(w, v, groups=4, padding=1)
    yield "max pool", [[2, 2, 4, 3], [9, 2]], lambda w, v: F.cross_entropy(F.max_pool2d(torch.tanh(F.conv2d(nhwc(image), oihw(w))), 2, stride=2).permute(0, 2, 3, 1).mean(2).flatten(1) @ v, pair)
    yield "avg pool", [[2, 2, 4, 3], [9, 2]], lambda w, v: F.cross_entropy(F.avg_pool2d(torch.tanh(F.conv2d(nhwc(image), oihw(w))), 2, stride=2).permute(0, 2, 3, 1).mean(2).flatten(1) @ v, pair)

    def normalized(h):
        # Written out: PyTorch's fused batch_norm gives another third derivative than this, and than difference quotients of its own second.
        return (h - h.mean(0)) / torch.sqrt(h.var(0, unbiased=False) + 1e-3)

    yield "batch norm, training", [[4, 5], [5], [5]], lambda w, scale, offset: ((normalized(x @ w) * scale + offset) ** 3).mean()
    yield "log-sum-exp and products", [[3, 4]], lambda w: torch.logsumexp(w, 1).prod() + w.prod(0).sum()
    yield "cholesky log-determinant", [[4, 4]], lambda w: torch.linalg.cholesky(w @ w.T + 3 * torch.eye(4, dtype=torch.float64)).diagonal().log().sum()


def derivatives(shapes, loss):
    params = [array(s, 1.0 + i, 0.6).requires_grad_() for i, s in enumerate(shapes)]
    v = [array(s, 2.5 + i) for i, s in enumerate(shapes)]
    value = loss(*params)
    gradient = torch.autograd.grad(value, params, create_graph=True)
    product = torch.autograd.grad(sum((g * d).sum() for g, d in zip(gradient, v)), params, create_graph=True)
    third = torch.autograd.grad(sum((h * d).sum() for h, d in zip(product, v)), params)
    flat = lambda tree: [x for t in tree for x in t.detach().reshape(-1).tolist()]
    return {"value": value.item(), "gradient": flat(gradient), "hvp": flat(product), "third": flat(third)}


UNARY = {
    "exp": (mpmath.exp, [-2, 0.7]), "expm1": (mpmath.expm1, [-0.3, 1e-6]), "log": (mpmath.log, [0.2, 3]), "log1p": (mpmath.log1p, [-0.3, 1e-7]),
    "sqrt": (mpmath.sqrt, [0.2, 3]), "rsqrt": (lambda x: 1 / mpmath.sqrt(x), [0.2, 3]), "sin": (mpmath.sin, [0.7, -2]), "cos": (mpmath.cos, [0.7, -2]),
    "tan": (mpmath.tan, [0.7, -1]), "asin": (mpmath.asin, [0.7, -0.2]), "acos": (mpmath.acos, [0.7, -0.2]), "atan": (mpmath.atan, [0.7, -2]),
    "sinh": (mpmath.sinh, [0.7, -2]), "cosh": (mpmath.cosh, [0.7, -2]), "tanh": (mpmath.tanh, [0.7, -0.1]), "asinh": (mpmath.asinh, [0.7, -2]),
    "acosh": (mpmath.acosh, [1.7, 4]), "atanh": (mpmath.atanh, [0.7, -0.2]), "erf": (mpmath.erf, [0.7, -1.5]),
    "sigmoid": (lambda x: 1 / (1 + mpmath.exp(-x)), [0.7, -2]), "softplus": (lambda x: mpmath.log1p(mpmath.exp(x)), [0.7, -2, 0]),
}

mpmath.mp.dps = 50
unary = {
    name: [{"x": x, "values": [float(mpmath.nstr(mpmath.diff(f, mpmath.mpf(x), k), 20)) for k in range(4)]} for x in points]
    for name, (f, points) in UNARY.items()
}
models = [{"name": name, "shapes": shapes, **derivatives(shapes, loss)} for name, shapes, loss in cases()]
for name, content in [("models", models), ("unary", unary)]:
    with open(f"packages/tensor/test/golden/{name}.json", "w") as file:
        json.dump(content, file, indent=None, separators=(",", ":"))
        file.write("\n")
