"""POT and SciPy as peers: a request a line, an answer a line."""
import base64
import inspect
import json
import sys
import time
import warnings

import numpy as np
import ot
import scipy.optimize
import scipy.stats

warnings.filterwarnings("ignore")
held = {}


def timed(f):
    start = time.perf_counter()
    value = f()
    return value, 1e3 * (time.perf_counter() - start)


def emd(q):
    cost, ms = timed(lambda: ot.emd2(held["a"], held["b"], held["cost"], numItermax=10**8, processes=1))
    return {"cost": float(cost), "ms": ms}


def assignment(q):
    (rows, columns), ms = timed(lambda: scipy.optimize.linear_sum_assignment(held["cost"]))
    return {"cost": float(held["cost"][rows, columns].sum()), "ms": ms}


def gromov(q):
    f = ot.gromov.gromov_wasserstein2
    new = "max_iter" in inspect.signature(f).parameters
    options = {"max_iter": 10000, "tol_rel": 1e-12, "tol_abs": 1e-15} if new else {"numItermax": 10000, "stopThr": 1e-12, "stopThr2": 1e-15}
    cost, ms = timed(lambda: f(held["c"], held["d"], held["a"], held["b"], "square_loss", **options))
    return {"cost": float(cost), "ms": ms}


def line(q):
    cost, ms = timed(lambda: scipy.stats.wasserstein_distance(held["x"], held["y"], held["a"], held["b"]))
    return {"cost": float(cost), "ms": ms}


def load(q):
    held[q["name"]] = np.frombuffer(base64.b64decode(q["data"]), dtype="<f8").reshape(q["shape"]).copy()
    return {}


actions = {f.__name__: f for f in (emd, assignment, gromov, line, load)}
for text in sys.stdin:
    try:
        q = json.loads(text)
        answer = actions[q["action"]](q)
    except Exception as error:
        answer = {"error": str(error)}
    print(json.dumps(answer), flush=True)
