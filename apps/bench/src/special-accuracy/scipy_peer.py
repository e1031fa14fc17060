"""SciPy as a peer of @curv/special-fns, and log-Bessel references in 80-bit floats. A line of JSON in, a line of JSON out; arrays are base64."""
import base64
import json
import sys
import time
import warnings

import numpy as np
import scipy
from scipy import special, stats

warnings.simplefilter("ignore")
np.seterr(all="ignore")
L = np.longdouble


def array(text):
    return np.frombuffer(base64.b64decode(text), dtype="<f8")


def text(values):
    return base64.b64encode(np.ascontiguousarray(values, dtype="<f8").tobytes()).decode()


def phi(v, x, t):
    return v * t - 2 * x * np.sinh(t / 2) ** 2


def log_k_and_ratio(v, x):
    """log K_v and K_{v+1}/K_v by the trapezoidal rule."""
    h = np.minimum(L(0.125), L(0.38) / np.sqrt(np.hypot(x, v)))
    peak = np.arcsinh(v / x)
    first = np.floor(peak / h)
    top = phi(v, x, peak)
    total, upper = np.zeros_like(x), np.zeros_like(x)
    for step in (-1, 1):
        j = first.copy() if step < 0 else first + 1
        active = np.arange(len(x))[j >= 0]
        while len(active):
            vv, t = v[active], j[active] * h[active]
            part = np.exp(phi(vv, x[active], t) - top[active]) * np.where(j[active] == 0, L(0.5), L(1)) * (1 + np.exp(-2 * vv * t))
            total[active] += part
            upper[active] += part * (np.cosh(t) + np.tanh(vv * t) * np.sinh(t))
            j[active] += step
            active = active[(part > 1e-22 * total[active]) & (j[active] >= 0)]
    return top - x + np.log(h * total / 2), upper / total


def ratio_i(v, x, steps):
    top = v + steps
    ratio = x / (top + L(0.5) + np.sqrt((top + L(1.5)) ** 2 + x * x))
    for k in range(steps - 1, -1, -1):
        ratio = 1 / (2 / x * (v + (k + 1)) + ratio)
    return ratio


def references(v, x):
    """log I_v and log K_v: the integral for K, and I by the Wronskian from the ratios. Elements that need as many steps go together."""
    v, x = v.astype(L), x.astype(L)
    log_k, ratio_k = log_k_and_ratio(v, x)
    ratio = np.empty_like(x)
    need = 25 / np.arcsinh(v / x)
    for part in np.array_split(np.argsort(need), max(1, len(x) // 500)):
        ratio[part] = ratio_i(v[part], x[part], int(min(20000, max(12, np.ceil(need[part].max())))))
    return -np.log(x) - log_k - np.log(ratio_k + ratio), log_k


def split(values):
    high = values.astype(np.float64)
    return {"value": text(high), "rest": text((values - high.astype(L)).astype(np.float64))}


def log_bessel(request):
    if np.finfo(L).eps > 1e-18:
        return {"missing": "this machine's long double is no wider than a double"}
    i, k = references(array(request["v"]), array(request["x"]))
    return {"i": split(i), "k": split(k)}


def log_scaled(request):
    """Per-element times of the best that SciPy has, over several rounds, and how much of it is finite."""
    v, x = array(request["v"]), array(request["x"])
    forms = {"i": lambda: np.log(special.ive(v, x)) + x, "k": lambda: np.log(special.kve(v, x)) - x}
    out = {}
    for name, form in forms.items():
        times = []
        for _ in range(request["rounds"]):
            start = time.perf_counter()
            values = form()
            times.append((time.perf_counter() - start) / len(x) * 1e6)
        out[name] = {"times": times, "values": text(np.where(np.isfinite(values), values, np.nan))}
    return out


def rule(roots, part):
    """Elements of nodes or weights: parameters of the rule, then an index. NaN where SciPy cannot make it."""
    made = {}

    def make(parameters):
        try:
            return roots(int(parameters[0]), *parameters[1:])
        except (ValueError, OverflowError, np.linalg.LinAlgError):
            return [np.full(int(parameters[0]), np.nan)] * 2

    def one(parameters, index):
        if parameters not in made:
            made[parameters] = make(parameters)
        return made[parameters][part][int(index)]

    return lambda *args: np.array([one(row[:-1], row[-1]) for row in zip(*args)])


def evaluate(request):
    """A function of scipy.special or an expression in its names, element by element."""
    args = [array(a) for a in request["args"]]
    scope = {**{name: getattr(special, name) for name in dir(special)}, "np": np, "stats": stats, "rule": rule}
    function = eval(request["function"], scope)  # noqa: S307: the expressions are those of the bench
    return {"values": text(function(*args))}


JOBS = {"log-bessel": log_bessel, "log-scaled": log_scaled, "evaluate": evaluate, "version": lambda _: {"scipy": scipy.__version__, "numpy": np.__version__}}

for line in sys.stdin:
    request = json.loads(line)
    print(json.dumps(JOBS[request["do"]](request)), flush=True)
