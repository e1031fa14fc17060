"""Reference values for the stability thresholds of @curv/hessian-core: dense Kronecker matrices and NumPy's eigenvalues, in float64.

Run in the root of the checkout with a Python that has NumPy and SciPy:
    /usr/bin/python3 tooling/reference/stability.py
"""
import json

import numpy as np
import scipy.linalg


def thresholds(rows, outputs, noise):
    """Threshold 2 / lambda_max(C^+ D) on the range of C, and the necessary one."""
    g = np.array(rows, dtype=np.float64)
    n, p = len(g) // outputs, g.shape[1]
    blocks = [g[i * outputs : (i + 1) * outputs].T @ g[i * outputs : (i + 1) * outputs] for i in range(n)]
    G = sum(blocks) / n
    D = (1 - noise) * np.kron(G, G) + noise * sum(np.kron(h, h) for h in blocks) / n
    values, vectors = np.linalg.eigh(G)
    q = vectors[:, values > 1e-12 * values[-1]]
    frame = np.kron(q, q)
    C = (np.kron(G, np.eye(p)) + np.kron(np.eye(p), G)) / 2
    top = scipy.linalg.eigh(frame.T @ D @ frame, frame.T @ C @ frame, eigvals_only=True)[-1]
    fourth = sum(np.sum(h * h) for h in blocks) / n
    return {"exact": 2 / top, "necessary": 2 * np.trace(G) / ((1 - noise) * np.sum(G * G) + noise * fourth), "lambdaMax": values[-1], "fourthMoment": fourth}


def row(i, p, phase):
    return [round(float(np.sin(1.3 * i * p + 0.9 * j + phase)), 6) for j in range(p)]


five = [[1, 0, 2], [0, 1, 1], [2, 1, 0], [1, 1, 1], [0, 2, -1]]
cases = []
for batch in (1, 2, 5, 100):
    cases.append({"name": f"five rows, B = {batch}", "rows": five, "outputs": 1, "batch": batch, "replacement": True})
for batch in (1, 2, 5):
    cases.append({"name": f"five rows, B = {batch}, without replacement", "rows": five, "outputs": 1, "batch": batch, "replacement": False})
wide = [row(i, 7, 0.2) for i in range(4)]
cases.append({"name": "four rows of seven, B = 1", "rows": wide, "outputs": 1, "batch": 1, "replacement": True})
pairs = [row(i, 5, 0.7) for i in range(8)]
for batch, replacement in ((1, True), (2, False)):
    cases.append({"name": f"four samples of two outputs, B = {batch}, {replacement}", "rows": pairs, "outputs": 2, "batch": batch, "replacement": replacement})
for case in cases:
    n = len(case["rows"]) // case["outputs"]
    noise = 1 / case["batch"] if case["replacement"] else (n - case["batch"]) / (case["batch"] * (n - 1))
    case.update(thresholds(case["rows"], case["outputs"], noise))
with open("packages/hessian-core/test/golden/stability.json", "w") as out:
    json.dump(cases, out, separators=(",", ":"))
    out.write("\n")
