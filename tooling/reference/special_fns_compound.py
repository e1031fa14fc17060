"""Tables of special_fns_accuracy.py whose references are roots, sums over several arguments or rules, or stand on those of the logarithms of Bessel functions.

Each table draws from a stream of its own. `call` says how the arguments are given: one by one (no `call`), as one list (`list`), or as parameters of a rule and an index (`rule`).
"""
import math
import random
import sys

import mpmath
from mpmath import mp, mpf

sys.path.insert(0, "tooling/reference")
from special_fns_grid import b64, encoded  # noqa: E402
from special_fns_incomplete import beta_density, beta_i, gamma_density, gamma_q, inverse, newton  # noqa: E402
from special_fns_log_bessel import i_logs, k_pair  # noqa: E402
from special_fns_quadrature import hermite_b, legendre_b, points, zero  # noqa: E402

POINTS = 200


class Stream(random.Random):
    """Seeded by what it is for."""

    def log(self, low, high):
        return math.exp(self.uniform(math.log(low), math.log(high)))

    def whole(self, low, high):
        return float(round(self.log(low, high)))


def table(name, region, metric, rows, values, **more):
    print(name, region, len(rows), flush=True)
    return {"function": name, "region": region, "metric": metric, "args": [b64(column) for column in zip(*rows)], **encoded(values), **more}


def evaluated(name, region, metric, draw, f, count=POINTS, **more):
    """Rows drawn one by one; those whose reference underflows are left out."""
    stream = Stream(f"{name} {region}")
    rows = [row for row in (draw(stream) for _ in range(count)) if row is not None]
    values = [f(*row) for row in rows]
    keep = [i for i, v in enumerate(values) if metric != "relative" or abs(v) > mpf("1e-307")]
    return table(name, region, metric, [rows[i] for i in keep], [values[i] for i in keep], **more)


def log_sum_exp(*x):
    return mpmath.log(mpmath.fsum(mpmath.exp(mpf(t)) for t in x))


def sums():
    """Functions of a vector; of vectors their first element."""
    shapes = (("3 numbers in [-300, 300]", 3, -300, 300, POINTS), ("8 numbers in [0, 5]", 8, 0, 5, POINTS), ("100 numbers in [0, 20]", 100, 0, 20, 40))
    for region, size, low, high, count in shapes:
        draw = lambda s: tuple(s.uniform(low, high) for _ in range(size))
        yield evaluated("logSumExp", region, "relative", draw, log_sum_exp, count, call="list")
        yield evaluated("softmax[0]", region, "relative", draw, lambda *x: mpmath.exp(mpf(x[0])) / mpmath.fsum(mpmath.exp(mpf(t)) for t in x), count, call="list")
        yield evaluated("logSoftmax[0]", region, "relative", draw, lambda *x: -mpmath.log1p(mpmath.fsum(mpmath.exp(mpf(t) - mpf(x[0])) for t in x[1:])), count, call="list")
    yield evaluated("logSumExp", "3 numbers, sum of exponentials in [0.5, 2]", "mixed", near_one, log_sum_exp, call="list")


def near_one(s):
    x = [s.uniform(-3, 0) for _ in range(3)]
    shift = math.log(sum(map(math.exp, x))) - s.uniform(-0.7, 0.7)
    return tuple(t - shift for t in x)


def tails():
    q_density = lambda a, x: -gamma_density(a, x)
    yield inverted("inverseGammaQ", "a in [0.05, 200]", lambda s: (s.log(0.05, 200), s.log(0.01, 600)), gamma_q, q_density)
    yield inverted("inverseGammaQ", "a in [1, 300], x in [0.2 a, 3 a]", lambda s: (lambda a: (a, a * s.uniform(0.2, 3)))(s.log(1, 300)), gamma_q, q_density)
    complement = lambda a, b, x: beta_i(b, a, 1 - mpf(x))
    yield evaluated("incompleteBetaComplement", "a, b in [0.1, 100]", "relative", lambda s: (s.log(0.1, 100), s.log(0.1, 100), s.uniform(0.01, 0.99)), complement)
    yield evaluated("incompleteBetaComplement", "a, b in [100, 1000]", "relative", lambda s: (s.log(100, 1000), s.log(100, 1000), s.uniform(0.2, 0.8)), complement)
    c_density = lambda a, b, x: -beta_density(a, b, x)
    yield inverted("inverseIncompleteBetaComplement", "a, b in [0.2, 100]", lambda s: (s.log(0.2, 100), s.log(0.2, 100), s.uniform(0.05, 0.95)), complement, c_density)
    yield inverted("inverseIncompleteBetaComplement", "a, b in [100, 1000]", lambda s: (s.log(100, 1000), s.log(100, 1000), s.uniform(0.2, 0.8)), complement, c_density)


def inverted(name, region, draw, f, derivative):
    """From the results, where their probability is neither near 1 nor too small."""
    stream = Stream(f"{name} {region}")
    mp.dps = 40
    drawn = [row for row in (draw(stream) for _ in range(POINTS)) if mpf("1e-290") < f(*row) < 0.95]
    rows = inverse(drawn, f, derivative)
    mp.dps = 50
    return table(name, region, "relative", [row[:-1] for row in rows], [row[-1] for row in rows])


def mass(k, n, p):
    k, n, p = int(k), int(n), mpf(p)
    return mpmath.binomial(n, k) * p**k * (1 - p) ** (n - k)


def cdf(k, n, p):
    return beta_i(mpf(n) - k, mpf(k) + 1, 1 - mpf(p)) if k < n else mpf(1)


def survival(k, n, p):
    return beta_i(mpf(k) + 1, mpf(n) - k, p) if k < n else mpf(0)


def any_trial(s):
    n = s.whole(1, 1000)
    return float(s.randint(0, int(n))), n, s.uniform(0.001, 0.999)


def central_trial(most):
    def draw(s):
        n, p = s.whole(1000, most), s.uniform(0.01, 0.99)
        k = round(n * p + s.uniform(-6, 6) * math.sqrt(n * p * (1 - p)))
        return (float(k), n, p) if 0 <= k < n else None

    return draw


def clopper_pearson(upper):
    """The root of I, of its argument's complement for the upper end, by halving and then by Newton's method."""

    def value(k, n, confidence):
        tail = (1 - mpf(confidence)) / 2
        a, b = (mpf(n) - k, mpf(k) + 1) if upper else (mpf(k), mpf(n) - k + 1)
        low, high = mpf(0), mpf(1)
        for _ in range(25):
            middle = (low + high) / 2
            if beta_i(a, b, middle) < tail:
                low = middle
            else:
                high = middle
        root = newton(lambda x: beta_i(a, b, x), lambda x: beta_density(a, b, x), (low + high) / 2, tail)
        return 1 - root if upper else root

    return value


def binomial():
    for name, f in (("binomialPmf", mass), ("binomialCdf", cdf), ("binomialSurvival", survival)):
        yield evaluated(name, "n in [1, 1000], any k, p in [0.001, 0.999]", "relative", any_trial, f)
    yield evaluated("binomialPmf", "n in [1e3, 1e6], k within 6 deviations", "relative", central_trial(1e6), mass)
    for name, f in (("binomialCdf", cdf), ("binomialSurvival", survival)):
        yield evaluated(name, "n in [1e3, 1e4], k within 6 deviations", "relative", central_trial(1e4), f, 60)

    def draw(inside):
        def one(s):
            n = s.whole(2, 300)
            return float(s.randint(*inside(int(n)))), n, s.uniform(0.5, 0.9999)

        return one

    yield evaluated("clopperPearson.low", "n in [2, 300], k ≥ 1, confidence in [0.5, 0.9999]", "relative", draw(lambda n: (1, n)), clopper_pearson(False), 100)
    yield evaluated("clopperPearson.high", "n in [2, 300], k < n, confidence in [0.5, 0.9999]", "relative", draw(lambda n: (0, n - 1)), clopper_pearson(True), 100)


def k_order(v, x):
    """d/dv log K_v(x) by the trapezoidal rule on the integral of t sinh(vt) exp(-x cosh t)."""
    v, x = mpf(v), mpf(x)
    h = min(mpf("0.06"), mpf("0.18") / mpmath.sqrt(mpmath.hypot(x, v)))
    far = mpmath.asinh(v / x) + 1
    while v * far - x * mpmath.cosh(far) > v * mpmath.asinh(v / x) - mpmath.hypot(v, x) - 115:
        far += mpf("0.1")
    ts = [j * h for j in range(int(far / h) + 1)]
    top = v * mpmath.asinh(v / x) - mpmath.hypot(v, x)
    weights = [mpmath.exp(-x * mpmath.cosh(t) - top) * (mpf(1) / 2 if t == 0 else 1) for t in ts]
    lower = mpmath.fsum(w * mpmath.cosh(v * t) for w, t in zip(weights, ts))
    return mpmath.fsum(w * t * mpmath.sinh(v * t) for w, t in zip(weights, ts)) / lower


def slopes(v, x, i_ratio, k_ratio):
    """First and second derivatives from the ratios and Bessel's equation."""
    v, x = mpf(v), mpf(x)
    first = {"I": v / x + i_ratio, "K": v / x - k_ratio}
    for name, slope in first.items():
        yield f"logBessel{name}Derivative", slope
        yield f"logBessel{name}SecondDerivative", 1 + (v / x) ** 2 - slope / x - slope**2


def log_bessel():
    mp.dps = 50
    spans = (("v, x in (0, 150)", lambda s: (s.uniform(0, 150), s.uniform(0, 150))), ("v, x in (150, 1e4)", lambda s: (s.uniform(150, 1e4), s.uniform(150, 1e4))), ("v, x in [1e-2, 1e3], logarithmic", lambda s: (s.log(1e-2, 1e3), s.log(1e-2, 1e3))))
    for region, draw in spans:
        stream = Stream(f"log Bessel {region}")
        rows = [draw(stream) for _ in range(100)]
        columns = {}
        for v, x in rows:
            (log_i, i_ratio), (log_k, k_ratio) = i_logs(v, x), k_pair(v, x)
            assert abs(mpmath.exp(log_i + log_k) * (k_ratio + i_ratio) * mpf(x) - 1) < mpf(10) ** -30
            found = {"logBesselI": log_i, "logBesselK": log_k, "besselIRatio": i_ratio, "besselKRatio": k_ratio, **dict(slopes(v, x, i_ratio, k_ratio))}
            for name, value in found.items():
                columns.setdefault(name, []).append(value)
        for name, values in columns.items():
            yield table(name, region, "mixed" if name.endswith("SecondDerivative") or name in ("logBesselI", "logBesselK") else "relative", rows, values)
    yield evaluated("logBesselKOrderDerivative", "v, x in [1e-2, 1e2], logarithmic", "relative", lambda s: (s.log(1e-2, 1e2), s.log(1e-2, 1e2)), k_order, 100)


def log_normalizer(p, kappa):
    v, kappa = mpf(p) / 2 - 1, mpf(kappa)
    return v * mpmath.log(kappa) - mpf(p) / 2 * mpmath.log(2 * mp.pi) - i_logs(v, kappa)[0]


def concentration(p, kappa):
    """The mean length, rounded, and the kappa that has exactly that one."""
    length = lambda k: i_logs(mpf(p) / 2 - 1, k)[1]
    target = float(length(mpf(kappa)))
    slope = lambda k: (lambda a: 1 - a * a - (mpf(p) - 1) * a / k)(length(k))
    return (p, target), newton(length, slope, kappa, mpf(target))


def von_mises_fisher():
    draw = lambda s: (lambda p: (p, p * s.log(0.05, 20)))(s.whole(2, 2000))
    yield evaluated("vmfLogNormalizer", "p in [2, 2000], κ in [p/20, 20 p]", "mixed", draw, log_normalizer, 100)
    stream = Stream("vmfConcentration")
    rows, values = zip(*(concentration(*draw(stream)) for _ in range(60)))
    yield table("vmfConcentration.kappa", "p in [2, 2000], κ in [p/20, 20 p]", "relative", list(rows), list(values))


def polynomials():
    """Errors against the size of the oscillation: H_n by 2^(n/2) sqrt(n!) exp(x^2/2), L_n by exp(x/2)."""
    hermite = lambda n, x: mpmath.hermite(int(n), mpf(x))
    for name, region, draw, f, size in (
        ("hermite", "n in [0, 60], x in [-10, 10]", lambda s: (float(s.randint(0, 60)), s.uniform(-10, 10)), hermite, lambda n, x: mpmath.sqrt(mpf(2) ** n * mpmath.factorial(n)) * mpmath.exp(mpf(x) ** 2 / 2)),
        ("laguerre", "n in [0, 60], x in [0, 40]", lambda s: (float(s.randint(0, 60)), s.uniform(0, 40)), lambda n, x: mpmath.laguerre(int(n), 0, mpf(x)), lambda n, x: mpmath.exp(mpf(x) / 2)),
    ):
        made = evaluated(name, region, "amplitude", draw, f)
        stream = Stream(f"{name} {region}")
        rows = [draw(stream) for _ in range(POINTS)]
        yield {**made, "size": b64([float(size(*row)) for row in rows])}
    yield evaluated("laguerre", "n in [0, 60], x in [0, 5], α in [0, 3]", "mixed", lambda s: (float(s.randint(0, 60)), s.uniform(0, 5), s.uniform(0, 3)), lambda n, x, alpha: mpmath.laguerre(int(n), mpf(alpha), mpf(x)))


def clenshaw_curtis(n, wanted):
    """The n + 1 points cos(k pi/n), ascending, and weights by their cosine sum."""
    for i in wanted:
        k = n - i
        total = 1 - mpmath.fsum((1 if 2 * j == n else 2) * mpmath.cos(2 * j * k * mp.pi / n) / (4 * j * j - 1) for j in range(1, n // 2 + 1))
        yield i, mpmath.cos(k * mp.pi / n), total / n * (1 if k in (0, n) else 2)


def rules():
    mp.dps = 60
    half = mpf(1) / 2
    laguerre = lambda n, alpha, wanted: points(n, lambda k: 2 * k + 1 + alpha, lambda k: mpmath.sqrt(k * (k + alpha)), mpmath.gamma(1 + alpha), wanted)
    makers = {
        "gaussLegendre": (lambda n, w: points(n, zero, legendre_b, mpf(2), w), []),
        "gaussHermite": (lambda n, w: points(n, zero, hermite_b, mpmath.sqrt(mp.pi), w), []),
        "gaussLaguerre": (lambda n, w: laguerre(n, mpf(0), w), [0.0]),
        "gaussLaguerre ": (lambda n, w: laguerre(n, half, w), [0.5]),
        "gaussChebyshev": (lambda n, w: ((i, mpmath.cos((2 * (n - i) - 1) * mp.pi / (2 * n)), mp.pi / n) for i in w), []),
        "clenshawCurtis": (clenshaw_curtis, []),
    }
    for name, (make, parameters) in makers.items():
        found = [((float(n), *parameters, float(i)), node, weight) for n in (7, 50, 300, 1000) for i, node, weight in make(n, range(0, n, max(1, n // 12)))]
        rows, nodes, weights = zip(*found)
        region = "n to 1000" + "".join(f", α = {p:g}" for p in parameters)
        symmetric = "Laguerre" not in name and "Hermite" not in name
        yield table(f"{name.strip()}.nodes", region, "mixed" if symmetric else "relative", *kept(rows, nodes), call="rule")
        yield table(f"{name.strip()}.weights", region, "relative", *kept(rows, weights), call="rule")
    mp.dps = 50


def kept(rows, values):
    """Without zeros and what underflows."""
    pairs = [(row, value) for row, value in zip(rows, values) if abs(value) > mpf("1e-307")]
    return [row for row, _ in pairs], [value for _, value in pairs]


PARTS = {"sums": sums, "tails": tails, "binomial": binomial, "log-bessel": log_bessel, "von-mises-fisher": von_mises_fisher, "polynomials": polynomials, "rules": rules}
