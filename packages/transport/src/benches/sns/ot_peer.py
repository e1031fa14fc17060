"""Entropic transport by POT on one thread: answers requests on standard input, one JSON object a line."""
import base64
import json
import sys
import time
import warnings

import numpy as np
import ot

warnings.filterwarnings("ignore")
state = {}


def array(text, *shape):
    return np.frombuffer(base64.b64decode(text), dtype="<f8").reshape(shape)


def run(request):
    a, b, cost = state[request["id"]]
    solve = {"sinkhorn": ot.sinkhorn, "log": ot.bregman.sinkhorn_log}[request["method"]]
    plan, log = solve(a, b, cost, request["reg"], numItermax=request["iterations"], stopThr=request["tolerance"], log=True)
    error = float(np.abs(plan.sum(1) - a).sum() + np.abs(plan.sum(0) - b).sum())
    return {"marginal": error, "iterations": int(log.get("niter", request["iterations"]))}


for line in sys.stdin:
    request = json.loads(line)
    if request["do"] == "prepare":
        n, m = request["n"], request["m"]
        state[request["id"]] = (array(request["a"], n), array(request["b"], m), array(request["cost"], n, m).copy())
        answer = {"version": ot.__version__}
    else:
        clock = time.perf_counter()
        answer = run(request)
        answer["ms"] = 1000 * (time.perf_counter() - clock)
    print(json.dumps(answer), flush=True)
