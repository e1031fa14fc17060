"""Reference values for M-FAC in @curv/hessian-core: exact fractions, and mpmath with 60 digits. From the definitions alone: dense matrices, dense inverses.

Run in the root of the checkout with a Python that has mpmath (Debian: apt-get install python3-mpmath):
    /usr/bin/python3 tooling/reference/m-fac.py
"""
import json
from fractions import Fraction as Q
from pathlib import Path

import mpmath

mpmath.mp.dps = 60


def inverse(a):
    """Gauss-Jordan elimination; exact on fractions."""
    n = len(a)
    rows = [list(row) + [Q(int(i == j)) for j in range(n)] for i, row in enumerate(a)]
    for k in range(n):
        pivot = next(i for i in range(k, n) if rows[i][k] != 0)
        rows[k], rows[pivot] = rows[pivot], rows[k]
        rows[k] = [x / rows[k][k] for x in rows[k]]
        for i in range(n):
            if i != k:
                rows[i] = [x - rows[i][k] * y for x, y in zip(rows[i], rows[k])]
    return [row[n:] for row in rows]


def fisher(g, m, damping):
    d = len(g[0])
    return [[(damping if i == j else 0) + sum(r[i] * r[j] for r in g) / m for j in range(d)] for i in range(d)]


def times(a, x):
    return [sum(p * q for p, q in zip(row, x)) for row in a]


def dot(a, b):
    return sum(p * q for p, q in zip(a, b))


def floats(x):
    return [floats(y) for y in x] if isinstance(x, list) else float(x)


def small():
    g = [[Q(x) for x in row] for row in [(1, 2, 0, -1), (0, 1, 1, 2), (3, -1, 1, 0)]]
    m, damping, d = Q(3), Q(1, 2), 4
    whole = inverse(fisher(g, m, damping))
    v, q, upper = [], [], [[Q(0)] * 3 for _ in range(3)]
    for i, row in enumerate(g):
        before = inverse(fisher(g[:i], m, damping) if i else [[damping if a == b else Q(0) for b in range(d)] for a in range(d)])
        v.append(times(before, row))
        for j in range(i, 3):
            upper[i][j] = dot(row, times(before, g[j]))
        q.append(m + upper[i][i])
    # v_i as combinations of the rows of G: V Gᵀ (G Gᵀ)⁻¹.
    gram = [[dot(a, b) for b in g] for a in g]
    b = [times(inverse(gram), [dot(row, r) for r in g]) for row in v]
    w = [Q(3, 10), Q(-6, 5), Q(7, 10), Q(1, 10)]
    rho = [w[j] ** 2 / (2 * whole[j][j]) for j in range(d)]
    after = [w[k] - w[3] / whole[3][3] * whole[k][3] for k in range(d)]
    rule = [x + y for x, y in zip(w, times(whole, [-w[j] / whole[j][j] if j in (0, 3) else Q(0) for j in range(d)]))]
    # Exact joint removal: the step of least δᵀFδ/2 that makes w₀ and w₃ zero.
    corner = inverse([[whole[i][j] for j in (0, 3)] for i in (0, 3)])
    c = times(corner, [w[0], w[3]])
    joint = [w[k] - whole[k][0] * c[0] - whole[k][3] * c[1] for k in range(d)]
    return {"gradients": g, "damping": damping, "inverse": whole, "x": [Q(1), Q(0), Q(-1), Q(2)], "product": times(whole, [Q(1), Q(0), Q(-1), Q(2)]), "v": v, "q": q, "d": upper, "b": b, "weights": w, "saliency": rho, "removed": after, "rule": rule, "joint": joint}


def formula(m, d, damping):
    """Gradients g[i][j] = sin(0.37 (i + 1) (j + 2)), with the float64 nearest to 0.37: of full rank, and the tests can make the same."""
    g = [[mpmath.sin(mpmath.mpf(0.37) * (i + 1) * (j + 2)) for j in range(d)] for i in range(m)]
    f = mpmath.matrix(d, d)
    for i in range(d):
        for j in range(d):
            f[i, j] = sum(r[i] * r[j] for r in g) / m + (damping if i == j else 0)
    whole = f ** -1
    x = mpmath.matrix([mpmath.cos(mpmath.mpf(j)) for j in range(d)])
    y = whole * x
    return {"m": m, "d": d, "damping": damping, "product": [y[i] for i in range(d)], "diagonal": [whole[i, i] for i in range(d)]}


if __name__ == "__main__":
    out = {"small": {k: floats(v) for k, v in small().items()}, "formula": [{k: floats(v) for k, v in formula(*case).items()} for case in [(6, 20, mpmath.mpf("1e-3")), (30, 12, mpmath.mpf("1e-2"))]]}
    path = Path(__file__).resolve().parents[2] / "packages/hessian-core/test/golden/m-fac.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(out, separators=(",", ":")) + "\n")
