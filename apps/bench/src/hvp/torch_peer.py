"""PyTorch's double backward on one thread: answers requests on standard input, one JSON object a line."""
import json
import math
import sys
import time

import torch

torch.set_num_threads(1)


def array(spec, dtype):
    n = math.prod(spec["shape"])
    return (spec["scale"] * torch.sin(0.7 * torch.arange(n, dtype=torch.float64) + spec["phase"])).to(dtype).reshape(spec["shape"])


def parameter(spec, dtype):
    a = array(spec, dtype)
    return a.permute(3, 2, 0, 1).contiguous() if a.dim() == 4 else a


def back(a):
    return a.permute(2, 3, 1, 0) if a.dim() == 4 else a


def mlp(p, x):
    return torch.tanh(x @ p["w1"] + p["b1"]) @ p["w2"] + p["b2"]


def conv(p, x):
    f = torch.nn.functional
    h = f.max_pool2d(torch.tanh(f.conv2d(x, p["k1"], p["b1"], padding=1)), 2)
    h = f.max_pool2d(torch.tanh(f.conv2d(h, p["k2"], p["b2"], padding=1)), 2)
    return h.permute(0, 2, 3, 1).flatten(1) @ p["w"] + p["b"]


NETS = {"mlp": mlp, "conv": conv}
state = {}


def prepare(request):
    dtype = getattr(torch, request["dtype"])
    params = {k: parameter(s, dtype).requires_grad_() for k, s in request["params"].items()}
    v = [parameter(s, dtype) for s in request["direction"].values()]
    x = array(request["input"], dtype)
    if x.dim() == 4:
        x = x.permute(0, 3, 1, 2).contiguous()
    y = torch.tensor(request["labels"])
    leaves = list(params.values())

    def loss():
        return torch.nn.functional.cross_entropy(NETS[request["model"]](params, x), y)

    def hvp():
        g = torch.autograd.grad(loss(), leaves, create_graph=True)
        return torch.autograd.grad(sum((a * b).sum() for a, b in zip(g, v)), leaves)

    state[request["id"]] = {"gradient": lambda: torch.autograd.grad(loss(), leaves), "hvp": hvp}


def main():
    for line in sys.stdin:
        request = json.loads(line)
        if request["do"] == "prepare":
            prepare(request)
            answer = {"version": torch.__version__}
        elif request["do"] == "time":
            start = time.perf_counter()
            state[request["id"]][request["task"]]()
            answer = {"ms": 1000 * (time.perf_counter() - start)}
        else:
            answer = {"values": torch.cat([back(a).reshape(-1).double() for a in state[request["id"]]["hvp"]()]).tolist()}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
