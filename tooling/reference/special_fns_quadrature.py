"""Some nodes and weights of Gauss rules for @curv/special-fns, with 40 digits in mpmath.

Run in the root of the checkout with a Python that has mpmath and scipy (Debian: apt-get install python3-mpmath python3-scipy):
    /usr/bin/python3 tooling/reference/special_fns_quadrature.py
"""
import sys

import mpmath
from mpmath import mp, mpf
import numpy as np
from scipy.linalg import eigvalsh_tridiagonal

sys.path.insert(0, "tooling/reference")
from special_fns_grid import b64, encoded, write  # noqa: E402

mp.dps = 60


def points(n, a, b, mass, wanted):
    """Newton's method on the orthonormal p_n from eigenvalues of the Jacobi matrix; weights 1/sum p_k^2. (index, node, weight) of those wanted."""
    eigenvalues = eigvalsh_tridiagonal(np.array([float(a(k)) for k in range(n)]), np.array([float(b(k)) for k in range(1, n)]))

    def evaluate(x):
        before, value, slope_before, slope, total = mpf(0), 1 / mpmath.sqrt(mass), mpf(0), mpf(0), mpf(0)
        for k in range(n):
            total += value * value
            bk = b(k) if k else mpf(0)
            nxt = ((x - a(k)) * value - bk * before) / b(k + 1)
            slope_next = (value + (x - a(k)) * slope - bk * slope_before) / b(k + 1)
            before, value, slope_before, slope = value, nxt, slope, slope_next
        return value / slope, 1 / total

    for i in wanted:
        x = mpf(float(eigenvalues[i]))
        for _ in range(12):
            move, _w = evaluate(x)
            x -= move
            if abs(move) < abs(x) * mpf(10) ** -50 + mpf(10) ** -60:
                break
        yield i, x, evaluate(x)[1]


def rule(n, a, b, mass):
    index, nodes, weights = zip(*points(n, a, b, mass, sorted({0, min(1, n - 1), n // 4, n // 2, n - 1})))
    return {"n": n, "index": list(index), "nodes": encoded(nodes), "weights": encoded(weights)}


def legendre_b(k):
    return k / mpmath.sqrt(4 * mpf(k) ** 2 - 1)


def hermite_b(k):
    return mpmath.sqrt(mpf(k) / 2)


def zero(_):
    return mpf(0)


def main():
    half = mpf(1) / 2
    tables = {"gaussLegendre": [], "gaussHermite": [], "gaussLaguerre": [], "gaussLaguerre, alpha 0.5": []}
    for n in (1, 2, 5, 64, 1000):
        tables["gaussLegendre"].append(rule(n, zero, legendre_b, mpf(2)))
    for n in (1, 5, 64, 300, 1000):
        tables["gaussHermite"].append(rule(n, zero, hermite_b, mpmath.sqrt(mp.pi)))
    for alpha, name in ((mpf(0), "gaussLaguerre"), (half, "gaussLaguerre, alpha 0.5")):
        for n in (1, 5, 64, 150, 1000):
            tables[name].append(rule(n, lambda k: 2 * k + 1 + alpha, lambda k: mpmath.sqrt(k * (k + alpha)), mpmath.gamma(1 + alpha)))
    write("quadrature", tables)


if __name__ == "__main__":
    main()
