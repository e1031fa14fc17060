"""PyTorch eager on one thread: answers requests on standard input, one JSON object a line."""
import json
import math
import sys
import time

import torch

try:
    import functorch
except ImportError:
    functorch = None

torch.set_num_threads(1)
f = torch.nn.functional


def array(spec, dtype):
    n = math.prod(spec["shape"])
    i = torch.arange(n, dtype=torch.float64)
    return (spec.get("offset", 0) + spec["scale"] * torch.sin(0.7 * i + spec["phase"])).to(dtype).reshape(spec["shape"])


def tokens(spec):
    n = math.prod(spec["shape"])
    return ((spec["multiplier"] * torch.arange(n)) % spec["below"]).reshape(spec["shape"])


def parameter(spec, dtype):
    a = array(spec, dtype)
    return a.permute(3, 2, 0, 1).contiguous() if a.dim() == 4 else a


def back(a):
    return a.permute(2, 3, 1, 0) if a.dim() == 4 else a


def mlp(p, x):
    return torch.tanh(x @ p["w1"] + p["b1"]) @ p["w2"] + p["b2"]


def tiny(p, x):
    return torch.tanh(torch.tanh(x @ p["w1"] + p["b1"]) @ p["w2"] + p["b2"]) @ p["w3"] + p["b3"]


def conv(p, x):
    h = f.max_pool2d(torch.tanh(f.conv2d(x, p["k1"], p["b1"], padding=1)), 2)
    h = f.max_pool2d(torch.tanh(f.conv2d(h, p["k2"], p["b2"], padding=1)), 2)
    return h.permute(0, 2, 3, 1).flatten(1) @ p["w"] + p["b"]


def resnet(p, x):
    def convolve(name, y, stride):
        k = p[name + ".k"]
        return f.conv2d(y, k, p[name + ".b"], stride=stride, padding=(k.shape[-1] - 1) // 2)

    h = torch.tanh(convolve("stem", x, 1))
    for s in range(3):
        for b in range(3):
            stride = 2 if s > 0 and b == 0 else 1
            inner = convolve(f"{s}.{b}.second", torch.tanh(convolve(f"{s}.{b}.first", h, stride)), 1)
            h = torch.tanh((h if stride == 1 else convolve(f"{s}.{b}.short", h, stride)) + inner)
    return h.mean((2, 3)) @ p["w"] + p["b"]


def transformer(p, x):
    width, heads = 128, 4
    n, t = x.shape

    def norm(name, y):
        return f.layer_norm(y, (width,), p[name + ".scale"], p[name + ".offset"])

    def split(y):
        return y.reshape(n, t, heads, width // heads).transpose(1, 2)

    past = torch.ones(t, t, dtype=torch.bool).tril()
    h = p["tokens"][x] + p["positions"]
    for layer in ("0", "1"):
        y = norm(layer + ".before", h)
        q, k, v = (split(y @ p[f"{layer}.{w}"]) for w in "qkv")
        scores = torch.where(past, q @ k.transpose(2, 3) * (width // heads) ** -0.5, torch.tensor(-1e9, dtype=y.dtype))
        h = h + (scores.softmax(-1) @ v).transpose(1, 2).reshape(n, t, width) @ p[layer + ".o"]
        up = f.gelu(norm(layer + ".between", h) @ p[layer + ".up"] + p[layer + ".upBias"], approximate="tanh")
        h = h + up @ p[layer + ".down"] + p[layer + ".downBias"]
    return norm("last", h) @ p["head"]


NETS = {"mlp": mlp, "tiny": tiny, "conv": conv, "resnet": resnet, "transformer": transformer}
state = {}


def prepare(request):
    dtype = getattr(torch, request["dtype"])
    params = {k: parameter(s, dtype).requires_grad_() for k, s in request["params"].items()}
    v = [parameter(s, dtype) for s in request["direction"].values()]
    x = tokens(request["input"]) if "below" in request["input"] else array(request["input"], dtype)
    if x.dim() == 4:
        x = x.permute(0, 3, 1, 2).contiguous()
    y = tokens(request["labels"])
    leaves = list(params.values())
    net = NETS[request["model"]]

    def cross_entropy(z, labels):
        return f.cross_entropy(z.flatten(0, -2), labels.flatten())

    def gradient():
        return torch.autograd.grad(cross_entropy(net(params, x), y), leaves)

    def hvp():
        g = torch.autograd.grad(cross_entropy(net(params, x), y), leaves, create_graph=True)
        return torch.autograd.grad(sum((a * b).sum() for a, b in zip(g, v)), leaves)

    def ggnvp():
        # J v by differentiating u -> J' u, the loss's Hessian by double backward, J' by one more backward pass.
        z = net(params, x)
        u = torch.zeros_like(z, requires_grad=True)
        g = torch.autograd.grad(z, leaves, u, create_graph=True)
        (jv,) = torch.autograd.grad(g, u, v, retain_graph=True)
        top = z.detach().requires_grad_()
        (slope,) = torch.autograd.grad(cross_entropy(top, y), top, create_graph=True)
        (h,) = torch.autograd.grad(slope, top, jv)
        return torch.autograd.grad(z, leaves, h)

    def one(p, xi, yi):
        return cross_entropy(net(p, xi[None]), yi[None])

    def examples():
        if functorch is not None:
            return list(functorch.vmap(functorch.grad(one), (None, 0, 0))({k: p.detach() for k, p in params.items()}, x, y).values())
        each = [torch.autograd.grad(one(params, xi, yi), leaves) for xi, yi in zip(x, y)]
        return [torch.stack(parts) for parts in zip(*each)]

    state[request["id"]] = {"gradient": gradient, "hvp": hvp, "ggnvp": ggnvp, "examples": examples}


def answer(request):
    if request["do"] == "prepare":
        prepare(request)
        return {"version": torch.__version__}
    run = state[request["id"]][request["task"]]
    if request["do"] == "time":
        start = time.perf_counter()
        run()
        return {"ms": 1000 * (time.perf_counter() - start)}
    return {"values": torch.cat([back(a).reshape(-1).double() for a in run()]).tolist()}


def main():
    for line in sys.stdin:
        request = json.loads(line)
        if request["do"] == "forget":
            state.pop(request["id"], None)
            result = {}
        else:
            try:
                result = answer(request)
            except Exception as error:  # noqa: BLE001 (the reason is an answer, too)
                result = {"error": f"{type(error).__name__}: {error}".split("\n")[0][:200]}
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
