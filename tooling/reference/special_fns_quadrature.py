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


def rule(n, a, b, mass):
    """Newton's method on the orthonormal p_n from eigenvalues of the Jacobi matrix; weights 1/sum p_k^2."""
    eigenvalues = eigvalsh_tridiagonal(np.array([float(a(k)) for k in range(n)]), np.array([float(b(k)) for k in range(1, n)]))
    guesses = [(i, float(eigenvalues[i])) for i in sorted({0, min(1, n - 1), n // 4, n // 2, n - 1})]

    def evaluate(x):
        before, value, slope_before, slope, total = mpf(0), 1 / mpmath.sqrt(mass), mpf(0), mpf(0), mpf(0)
        for k in range(n):
            total += value * value
            bk = b(k) if k else mpf(0)
            nxt = ((x - a(k)) * value - bk * before) / b(k + 1)
            slope_next = (value + (x - a(k)) * slope - bk * slope_before) / b(k + 1)
            before, value, slope_before, slope = value, nxt, slope, slope_next
        return value / slope, 1 / total

    nodes, weights = [], []
    for _, guess in guesses:
        x = mpf(guess)
        for _ in range(12):
            move, _w = evaluate(x)
            x -= move
            if abs(move) < abs(x) * mpf(10) ** -50 + mpf(10) ** -60:
                break
        nodes.append(x)
        weights.append(evaluate(x)[1])
    return {"n": n, "index": [i for i, _ in guesses], "nodes": encoded(nodes), "weights": encoded(weights)}


def main():
    half = mpf(1) / 2
    tables = {"gaussLegendre": [], "gaussHermite": [], "gaussLaguerre": [], "gaussLaguerre, alpha 0.5": []}
    for n in (1, 2, 5, 64, 1000):
        tables["gaussLegendre"].append(rule(n, lambda k: mpf(0), lambda k: k / mpmath.sqrt(4 * mpf(k) ** 2 - 1), mpf(2)))
    for n in (1, 5, 64, 300, 1000):
        tables["gaussHermite"].append(rule(n, lambda k: mpf(0), lambda k: mpmath.sqrt(mpf(k) / 2), mpmath.sqrt(mp.pi)))
    for alpha, name in ((mpf(0), "gaussLaguerre"), (half, "gaussLaguerre, alpha 0.5")):
        for n in (1, 5, 64, 150, 1000):
            tables[name].append(rule(n, lambda k: 2 * k + 1 + alpha, lambda k: mpmath.sqrt(k * (k + alpha)), mpmath.gamma(1 + alpha)))
    write("quadrature", tables)


if __name__ == "__main__":
    main()
