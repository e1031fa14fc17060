"""Reference values for exact transport and its variants in @curv/transport: POT (its network simplex, conditional gradient, barycenters) and SciPy.

Run in the root of the checkout with a Python that has POT and SciPy (Debian: apt-get install python3-pot python3-scipy):
    /usr/bin/python3 tooling/reference/transport_exact.py
Arrays come from a formula, so that the tests can make the same: element k is sin(0.7 k + 0.11 k² + phase); masses are (1.2 + that) over their sum.
"""
import json
import math
import pathlib

import numpy as np
import ot
import scipy.optimize
import scipy.stats

OUT = pathlib.Path("packages/transport/test/golden")


def array(shape, phase, scale=1.0):
    k = np.arange(math.prod(shape), dtype=float)
    return scale * np.sin(0.7 * k + 0.11 * k * k + phase).reshape(shape)


def masses(n, phase):
    w = 1.2 + array((n,), phase)
    return w / w.sum()


def clouds(n, m, d, shift=0.4):
    return array((n, d), 0.3), array((m, d), 1.7) + shift


def exact():
    out = []
    for n, m, d, metric in [(1, 1, 2, "sqeuclidean"), (1, 5, 2, "sqeuclidean"), (7, 4, 2, "euclidean"), (30, 50, 3, "sqeuclidean"), (60, 60, 2, "cityblock"), (120, 90, 2, "euclidean")]:
        x, y = clouds(n, m, d)
        a, b = masses(n, 0.9), masses(m, 2.2)
        cost = ot.dist(x, y, metric)
        out.append({"n": n, "m": m, "d": d, "metric": metric, "weighted": ot.emd2(a, b, cost), "uniform": ot.emd2(np.full(n, 1 / n), np.full(m, 1 / m), cost, numItermax=10**7)})
    return out


def assignment():
    out = []
    for n, m, integer in [(1, 1, False), (6, 6, False), (40, 40, False), (40, 40, True), (15, 60, False), (60, 15, True)]:
        cost = array((n, m), 0.5)
        if integer:
            cost = np.floor(4 * cost)
        r, c = scipy.optimize.linear_sum_assignment(cost)
        s, e = scipy.optimize.linear_sum_assignment(cost, maximize=True)
        out.append({"n": n, "m": m, "integer": integer, "least": cost[r, c].sum(), "most": cost[s, e].sum()})
    return out


def line():
    x, y = array((23,), 0.3), 1.5 * array((31,), 1.7) + 0.2
    a, b = masses(23, 0.9), masses(31, 2.2)
    return {
        "scipy1": scipy.stats.wasserstein_distance(x, y, a, b),
        "powers": [{"p": p, "cost": ot.emd2_1d(x, y, a, b, metric="minkowski", p=p)} for p in (1.0, 1.5, 2.0, 3.0)],
        # The circle as a linear program on the cost |x − y| modulo 1.
        "circle": [{"p": p, "cost": ot.emd2(a, b, circle_cost(x, y) ** p)} for p in (1.0, 2.0, 3.0)],
    }


def circle_cost(x, y):
    gap = np.abs((x[:, None] - y[None, :]) % 1.0)
    return np.minimum(gap, 1 - gap)


def variants():
    x, y = clouds(14, 11, 2)
    a, b = masses(14, 0.9), masses(11, 2.2)
    cost = ot.dist(x, y)
    c1, c2 = ot.dist(x, x), ot.dist(y, y)
    c1, c2 = c1 / c1.max(), c2 / c2.max()
    out = {"partial": [{"mass": s, "cost": float(np.sum(ot.partial.partial_wasserstein(a, b, cost, m=s) * cost))} for s in (0.25, 0.6, 0.95)]}
    out["gromov"] = {loss: ot.gromov.gromov_wasserstein2(c1, c2, a, b, loss) for loss in ("square_loss", "kl_loss")}
    out["fused"] = [{"alpha": t, "cost": ot.gromov.fused_gromov_wasserstein2(cost, c1, c2, a, b, "square_loss", alpha=t)} for t in (0.1, 0.5, 0.9)]
    bary = ot.lp.free_support_barycenter([x, y], [a, b], x[:6].copy(), numItermax=500, stopThr=1e-14)
    out["barycenter"] = bary.reshape(-1).tolist()
    out["laplace"] = laplace(x, y, a, b, cost)
    out["unbalanced"] = {}
    for div in ("kl", "l2"):
        plan = ot.unbalanced.mm_unbalanced(a, 1.5 * b, cost, 0.7, div=div, numItermax=100000, stopThr=1e-16)
        out["unbalanced"][div] = {"mass": plan.sum(), "cost": float(np.sum(plan * cost)), "rows": plan.sum(1).tolist()}
    return out


def laplace(x, y, a, b, cost, strength=1.3, share=0.5, neighbours=3):
    """The optimum with Laplacians of nearest neighbours, by POT's conditional gradient on the objective written out."""
    def laplacian(points):
        order = np.argsort(ot.dist(points, points), axis=1)[:, 1:neighbours + 1]
        s = np.zeros((len(points), len(points)))
        np.put_along_axis(s, order, 1.0, axis=1)
        s = (s + s.T) / 2
        return np.diag(s.sum(1)) - s

    ls, lt = laplacian(x), laplacian(y)
    f = lambda g: share * np.trace(y.T @ g.T @ ls @ g @ y) + (1 - share) * np.trace(x.T @ g @ lt @ g.T @ x)
    df = lambda g: 2 * share * ls @ g @ y @ y.T + 2 * (1 - share) * x @ x.T @ g @ lt
    plan = ot.optim.cg(a, b, cost, strength, f, df, numItermax=20000, stopThr=1e-15, stopThr2=1e-15)
    return float(np.sum(plan * cost) + strength * f(plan))


OUT.mkdir(parents=True, exist_ok=True)
data = {"exact": exact(), "assignment": assignment(), "line": line(), "variants": variants()}
(OUT / "exact.json").write_text(json.dumps(data, indent=1) + "\n")
print("wrote", OUT / "exact.json")
