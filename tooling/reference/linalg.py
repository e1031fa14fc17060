"""Reference values for @curv/linalg: SciPy and NumPy (LAPACK, pocketfft) for values, PyTorch's double backward in float64 for derivatives.

Run in the root of the checkout with a Python that has torch and scipy (Debian: apt-get install python3-torch python3-scipy):
    /usr/bin/python3 tooling/reference/linalg.py
Arrays come from a formula, so that the tests can make the same: element k is scale * sin(0.7 k + 0.11 k² + phase).
"""
import json
import math
import pathlib

import numpy as np
import scipy.fft
import scipy.linalg
import torch

torch.set_num_threads(1)
OUT = pathlib.Path("packages/linalg/test/golden")


def array(shape, phase, scale=1.0):
    k = np.arange(math.prod(shape), dtype=float)
    return scale * np.sin(0.7 * k + 0.11 * k * k + phase).reshape(shape)


def flat(x):
    return np.asarray(x, dtype=float).reshape(-1).tolist()


def spd(n, phase):
    a = array((n, n), phase)
    return a @ a.T + 2 * np.eye(n)


def values():
    a = array((7, 7), 0.3)
    b = array((7, 7), 1.1)
    s = a + a.T
    stable = 0.3 * a + 1.5 * np.eye(7)
    eig = sorted(np.linalg.eigvals(a), key=lambda z: (round(z.real, 9), z.imag))
    out = {
        "eigenvalues": [[z.real, z.imag] for z in eig],
        "singularValues": flat(np.linalg.svd(array((9, 6), 0.4), compute_uv=False)),
        "generalized": flat(scipy.linalg.eigh(s, spd(7, 0.2), eigvals_only=True)),
        "inertia": [int((np.linalg.eigvalsh(s) > 0).sum()), int((np.linalg.eigvalsh(s) < 0).sum())],
        "pinvSolve": flat(np.linalg.lstsq(array((9, 6), 0.4), array((9,), 0.9), rcond=None)[0]),
        "exp": flat(scipy.linalg.expm(2 * a)),
        "log": flat(scipy.linalg.logm(stable)),
        "sqrt": flat(scipy.linalg.sqrtm(stable).real),
        "sylvester": flat(scipy.linalg.solve_sylvester(stable, spd(7, 0.5), b)),
        "lyapunov": flat(scipy.linalg.solve_continuous_lyapunov(stable, spd(7, 0.5))),
        "toeplitz": flat(scipy.linalg.solve_toeplitz((0.5 ** np.arange(12) + array((12,), 0.1, 0.05), array((12,), 0.2, 0.05)), array((12,), 0.9))),
        "circulant": flat(scipy.linalg.solve_circulant(array((10,), 0.1) + 3 * (np.arange(10) == 0), array((10,), 0.8))),
        "fft": [flat(np.stack([z.real, z.imag], -1)) for n in (15, 16, 67) for z in [scipy.fft.fft(array((n,), 0.2) + 1j * array((n,), 1.2))]],
    }
    # SciPy 1.10 scales the first element of orthonormal dst 2 and 3 where the last is due, and its transforms are not orthogonal: left out
    for name, transform in (("dct", scipy.fft.dct), ("dst", scipy.fft.dst)):
        out[name] = {f"{kind}{'o' if ortho else ''}": flat(transform(array((11,), 0.6), type=kind, norm="ortho" if ortho else None)) for kind in (1, 2, 3, 4) for ortho in (False, True) if not (ortho and name == "dst" and kind in (2, 3))}
    return out


def weights(shape, phase):
    return torch.from_numpy(array(shape, phase))


def sqrtm(a):
    w, v = torch.linalg.eigh(a)
    return v @ torch.diag(w.sqrt()) @ v.T


def cases():
    """Name, shape of the parameter, scalar function. Each is free of the signs of eigenvectors."""
    unit = lambda n: torch.eye(n, dtype=torch.float64)
    pd = lambda x: x @ x.T + 3 * unit(x.shape[0])
    spread = lambda x: (x + x.T) / 2 + torch.diag(torch.arange(x.shape[0], dtype=torch.float64) * 2)

    def eigen(x):
        w, v = torch.linalg.eigh(spread(x))
        return (w.exp() * weights((4,), 0.1)).sum() + (v * v * weights((4, 4), 0.7)).sum() + ((v @ torch.diag(torch.tanh(w)) @ v.T) * weights((4, 4), 1.7)).sum()

    def svd(x):
        u, s, vh = torch.linalg.svd(x, full_matrices=False)
        r = s.shape[0]
        return (s**3 * weights((r,), 0.1)).sum() + (u * u * weights(u.shape, 0.7)).sum() + (vh.T * vh.T * weights((x.shape[1], r), 1.7)).sum() + ((u @ torch.diag(1 / (1 + s)) @ vh) * weights(x.shape, 2.7)).sum()

    yield "cholesky", (4, 4), lambda x: (torch.linalg.cholesky(pd(x)) * weights((4, 4), 0.4)).sum()
    yield "solve", (4, 4), lambda x: (torch.linalg.solve(x + 3 * unit(4), (x * x)[:, :2]) * weights((4, 2), 0.4)).sum()
    yield "positiveDefiniteSolve", (4, 4), lambda x: (torch.linalg.solve(pd(x), x[:, :2]) * weights((4, 2), 0.4)).sum()
    yield "logDeterminant", (4, 4), lambda x: torch.logdet(pd(x))
    yield "logAbsDeterminant", (4, 4), lambda x: torch.linalg.slogdet(x - 2 * unit(4))[1]
    yield "symmetricEigen", (4, 4), eigen
    yield "svd", (4, 4), lambda x: svd(x + torch.diag(torch.tensor([2.0, 4.0, 6.0, 9.0], dtype=torch.float64)))
    yield "svd tall", (5, 3), lambda x: svd(x + torch.cat([torch.diag(torch.tensor([2.0, 4.0, 7.0], dtype=torch.float64)), torch.zeros(2, 3, dtype=torch.float64)]))
    yield "svd wide", (3, 5), lambda x: svd(x + torch.cat([torch.diag(torch.tensor([2.0, 4.0, 7.0], dtype=torch.float64)), torch.zeros(3, 2, dtype=torch.float64)], 1))
    yield "symmetricSqrt", (4, 4), lambda x: (sqrtm(pd(x)) * weights((4, 4), 0.4)).sum()
    yield "symmetricInverseSqrt", (4, 4), lambda x: (torch.linalg.inv(sqrtm(pd(x))) * weights((4, 4), 0.4)).sum()


def derivatives():
    out = {}
    for name, shape, f in cases():
        x = torch.from_numpy(array(shape, 1.0, 0.6)).requires_grad_()
        v = torch.from_numpy(array(shape, 2.5))
        value = f(x)
        (gradient,) = torch.autograd.grad(value, x, create_graph=True)
        (product,) = torch.autograd.grad((gradient * v).sum(), x)
        out[name] = {"value": value.item(), "gradient": flat(gradient.detach()), "hvp": flat(product)}
    return out


OUT.mkdir(parents=True, exist_ok=True)
(OUT / "values.json").write_text(json.dumps(values(), separators=(",", ":")) + "\n")
(OUT / "derivatives.json").write_text(json.dumps(derivatives(), separators=(",", ":")) + "\n")
