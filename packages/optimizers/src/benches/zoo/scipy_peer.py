"""SciPy's minimizers on oracles that the other side evaluates: each line asks or answers, in turn."""
import base64
import json
import sys

import numpy as np
from scipy.optimize import least_squares, minimize


class Stop(Exception):
    pass


def send(message):
    print(json.dumps(message), flush=True)


def encode(x):
    return base64.b64encode(np.ascontiguousarray(x, dtype="<f8").tobytes()).decode()


def decode(text):
    return np.frombuffer(base64.b64decode(text), dtype="<f8").copy()


def ask(what, *vectors):
    send({"ask": what, "vectors": [encode(v) for v in vectors]})
    answer = json.loads(sys.stdin.readline())
    if answer.get("stop"):
        raise Stop()
    return answer


def value_and_gradient(x):
    answer = ask("value", x)
    value = answer["value"]
    # JSON has no infinity.
    return float("inf") if value is None else value, decode(answer["vector"])


def jacobian(x):
    return decode(ask("jacobian", x)["vector"]).reshape(-1, len(x))


def run(method, x0, most):
    if method == "lm":
        least_squares(lambda x: decode(ask("residual", x)["vector"]), x0, jac=jacobian, method="lm", x_scale="jac", ftol=1e-15, xtol=1e-15, gtol=1e-15, max_nfev=most)
    elif method == "L-BFGS-B":
        minimize(value_and_gradient, x0, jac=True, method=method, options=dict(gtol=0, ftol=0, maxcor=10, maxiter=most, maxfun=most))
    else:
        options = dict(gtol=0, maxiter=most) if method == "trust-ncg" else dict(xtol=0, maxiter=most)
        minimize(value_and_gradient, x0, jac=True, method=method, hessp=lambda x, p: decode(ask("product", x, p)["vector"]), options=options)


while True:
    line = sys.stdin.readline()
    if not line:
        break
    request = json.loads(line)
    try:
        run(request["method"], decode(request["start"]), request["most"])
    except Stop:
        pass
    except Exception as error:
        send({"error": str(error)})
        continue
    send({"done": True})
