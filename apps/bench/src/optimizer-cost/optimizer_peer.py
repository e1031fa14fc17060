"""AdamW steps of PyTorch on one thread: answers requests on standard input, one JSON object a line."""
import json
import sys
import time

import torch

torch.set_num_threads(1)
f = torch.nn.functional


def tensor(spec, dtype=torch.float32):
    return torch.tensor(spec["values"], dtype=dtype).reshape(spec["shape"])


def char_lm(p, x):
    h = p["e"][x].reshape(64, 32)
    return torch.tanh(torch.tanh(h @ p["w1"] + p["b1"]) @ p["w2"] + p["b2"]) @ p["w3"] + p["b3"]


def conv(p, x):
    h = f.avg_pool2d(torch.tanh(f.conv2d(x, p["k"], p["c"], padding=1)), 2)
    return h.flatten(1) @ p["w"] + p["b"]


step = None


def prepare(request):
    global step
    p = {name: tensor(spec) for name, spec in request["params"].items()}
    if request["net"] == "conv":
        p["k"] = p["k"].permute(3, 2, 0, 1).contiguous()
        x, net = tensor(request["inputs"]).permute(0, 3, 1, 2).contiguous(), conv
    else:
        x, net = tensor(request["inputs"], torch.int64), char_lm
    for t in p.values():
        t.requires_grad_()
    y = torch.tensor(request["labels"])
    optimizer = torch.optim.AdamW(p.values(), lr=1e-3)

    def one():
        optimizer.zero_grad(set_to_none=True)
        loss = f.cross_entropy(net(p, x), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    step = one


def answer(request):
    if request["do"] == "prepare":
        prepare(request)
        return {"version": torch.__version__}
    start = time.perf_counter()
    for _ in range(request["steps"]):
        step()
    return {"ms": 1000 * (time.perf_counter() - start)}


def main():
    for line in sys.stdin:
        try:
            result = answer(json.loads(line))
        except Exception as error:  # noqa: BLE001 (the reason is an answer, too)
            result = {"error": f"{type(error).__name__}: {error}".split("\n")[0][:200]}
        print(json.dumps(result), flush=True)


if __name__ == "__main__":
    main()
