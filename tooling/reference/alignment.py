"""Reference values for the alignment penalties of @curv/hessian-core: PyTorch's double backward in float64 on nonlinear features and a softmax head.

Run in the root of the checkout with a Python that has torch (Debian: apt-get install python3-torch):
    /usr/bin/python3 tooling/reference/alignment.py
Arrays come from a formula, so that the tests can make the same: element i is scale * sin(0.7 i + phase).
"""
import json
import math

import torch

torch.set_num_threads(1)
F = torch.nn.functional


def array(shape, phase, scale=1.0):
    n = math.prod(shape)
    return (scale * torch.sin(0.7 * torch.arange(n, dtype=torch.float64) + phase)).reshape(shape)


LABELS = [[0, 2, 1, 1, 2], [1, 0, 0, 2]]
INPUTS = [array([5, 3], 0.1), array([4, 3], 1.3)]


def domains(first):
    return [torch.tanh(x @ first) for x in INPUTS]


def values(kind, mean, detach):
    """Loss with alpha 0.7 and beta 0.3, its parts, and its gradient in the inner weights, the kernel and the bias."""
    first, kernel, bias = (t.requires_grad_() for t in (array([3, 4], 0.5), array([4, 3], 0.9, 0.8), array([3], 0.2, 0.5)))
    features = domains(first)
    losses = [F.cross_entropy(phi @ kernel + bias, torch.tensor(y)) for phi, y in zip(features, LABELS)]
    grads = [torch.cat([g.reshape(-1) for g in torch.autograd.grad(l, (kernel, bias), create_graph=True)]) for l in losses]
    erm = sum(losses) / 2
    pooled = sum(grads) / 2
    fixed = (lambda t: t.detach()) if detach else (lambda t: t)

    if kind == "hgp":
        terms = [hessian(l, kernel, bias) @ g for l, g in zip(losses, grads)]
        reference = hessian(erm, kernel, bias) @ pooled if mean == "pooled" else sum(terms) / 2
    else:
        terms = [torch.diagonal(hessian(l, kernel, bias)) for l in losses]
        reference = sum(terms) / 2
    hessian_term = sum(((t - fixed(reference)) ** 2).sum() for t in terms) / 2
    gradient_term = sum(((g - fixed(pooled)) ** 2).sum() for g in grads) / 2
    loss = erm + 0.7 * hessian_term + 0.3 * gradient_term
    slopes = torch.autograd.grad(loss, (first, kernel, bias))
    return {"erm": erm.item(), "hessianTerm": hessian_term.item(), "gradientTerm": gradient_term.item(), "loss": loss.item(), "gradient": [x for s in slopes for x in s.reshape(-1).tolist()]}


def hessian(loss, kernel, bias):
    gradient = torch.cat([g.reshape(-1) for g in torch.autograd.grad(loss, (kernel, bias), create_graph=True)])
    rows = []
    for g in gradient:
        parts = torch.autograd.grad(g, (kernel, bias), create_graph=True)
        rows.append(torch.cat([p.reshape(-1) for p in parts]))
    return torch.stack(rows)


def baselines():
    first, kernel, bias = array([3, 4], 0.5), array([4, 3], 0.9, 0.8).requires_grad_(), array([3], 0.2, 0.5).requires_grad_()
    features = domains(first)
    logits = [phi @ kernel + bias for phi in features]
    losses = [F.cross_entropy(z, torch.tensor(y)) for z, y in zip(logits, LABELS)]
    scale = torch.ones((), dtype=torch.float64, requires_grad=True)
    irm = sum(torch.autograd.grad(F.cross_entropy(scale * z, torch.tensor(y)), scale, create_graph=True)[0] ** 2 for z, y in zip(logits, LABELS)) / 2
    vrex = torch.stack(losses).var(unbiased=False)
    grads = [torch.cat([g.reshape(-1) for g in torch.autograd.grad(l, (kernel, bias), create_graph=True)]) for l in losses]
    fish = -(grads[0] @ grads[1])
    variances = []
    for z, y in zip(logits, LABELS):
        single = [torch.cat([g.reshape(-1) for g in torch.autograd.grad(F.cross_entropy(row[None], torch.tensor([label])), (kernel, bias), retain_graph=True)]) for row, label in zip(z, y)]
        variances.append(torch.stack(single).var(0, unbiased=False))
    fishr = sum(((v - (variances[0] + variances[1]) / 2) ** 2).sum() for v in variances) / 2
    coral = ((features[0].mean(0) - features[1].mean(0)) ** 2).mean() + ((torch.cov(features[0].T) - torch.cov(features[1].T)) ** 2).mean()
    return {"irm": irm.item(), "vrex": vrex.item(), "fish": fish.item(), "fishr": fishr.item(), "coral": coral.item()}


cases = []
for kind, mean, detach in [("hgp", "pooled", True), ("hgp", "pooled", False), ("hgp", "average", True), ("hgp", "average", False), ("hutchinson", "pooled", True), ("hutchinson", "pooled", False)]:
    cases.append({"kind": kind, "mean": mean, "detachMean": detach, **values(kind, mean, detach)})
with open("packages/hessian-core/test/golden/alignment.json", "w") as out:
    json.dump({"penalties": cases, "baselines": baselines()}, out, separators=(",", ":"))
    out.write("\n")
