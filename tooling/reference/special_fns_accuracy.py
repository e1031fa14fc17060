"""Reference values of every function of @curv/special-fns over its domain, with at least 30 digits in mpmath.

Run in the root of the checkout with a Python that has mpmath (Debian: apt-get install python3-mpmath); takes about five minutes:
    /usr/bin/python3 tooling/reference/special_fns_accuracy.py
Arguments name parts to make anew: own, or those of special_fns_compound.py.
Arguments are doubles; values are kept to 53 + 24 bits. Inverse functions: the argument is the double nearest to F(x), and x is corrected for that rounding.
"""
import math
import random
import sys

import mpmath
from mpmath import mp, mpf

sys.path.insert(0, "tooling/reference")
from special_fns_compound import PARTS  # noqa: E402
from special_fns_grid import b64, encoded, stored, write  # noqa: E402
from special_fns_incomplete import beta_density, beta_i, gamma_density, gamma_p, gamma_q, inverse  # noqa: E402

mp.dps = 50
POINTS = 200
stream = random.Random(7)


def uniform(low, high):
    return lambda: stream.uniform(low, high)


def log(low, high, sign=1):
    return lambda: sign * math.exp(stream.uniform(math.log(low), math.log(high)))


def integer(low, high):
    return lambda: float(stream.randint(low, high))


def erfcx(x):
    return mpmath.exp(x * x) * mpmath.erfc(x)


def hard(f):
    """Bessel functions with digits to spare for cancellation."""

    def value(v, x):
        with mp.extradps(30 + int(abs(x) / 2)):
            return +f(mpf(v), mpf(x))

    return value


def en(n, x):
    """With 50 digits mpmath 1.2.1 has only ten of E_44(272.9); with 200 it has all."""
    with mp.extradps(150):
        return +mpmath.expint(int(n), x)


def regions():
    """Function, region, metric, samplers, reference."""
    one = lambda f: lambda x: f(mpf(x))
    yield "gamma", "(0, 1)", "relative", [log(1e-300, 1)], one(mpmath.gamma)
    yield "gamma", "[1, 20]", "relative", [uniform(1, 20)], one(mpmath.gamma)
    yield "gamma", "[20, 171]", "relative", [uniform(20, 171)], one(mpmath.gamma)
    yield "gamma", "[-170, 0)", "relative", [uniform(-170, 0)], one(mpmath.gamma)
    yield "logGamma", "(0, 1)", "relative", [log(1e-300, 1)], one(mpmath.loggamma)
    yield "logGamma", "[1, 3]", "relative", [uniform(1, 3)], one(mpmath.loggamma)
    yield "logGamma", "[3, 1e300]", "relative", [log(3, 1e300)], one(mpmath.loggamma)
    yield "logGamma", "[3, 30]", "relative", [uniform(3, 30)], one(mpmath.loggamma)
    yield "logGamma", "[-100, 0)", "mixed", [uniform(-100, 0)], one(lambda x: mpmath.log(abs(mpmath.gamma(x))))
    yield "digamma", "(0, 1)", "relative", [log(1e-300, 1)], one(mpmath.digamma)
    yield "digamma", "[1, 10]", "relative", [uniform(1, 10)], one(mpmath.digamma)
    yield "digamma", "[10, 1e300]", "relative", [log(10, 1e300)], one(mpmath.digamma)
    yield "digamma", "[-100, 0)", "mixed", [uniform(-100, 0)], one(mpmath.digamma)
    yield "polygamma", "m in [1, 20], x in [1e-3, 100]", "relative", [integer(1, 20), log(1e-3, 100)], lambda m, x: mpmath.polygamma(int(m), mpf(x))
    yield "polygamma", "m in [20, 100], x in [0.1, 1e3]", "relative", [integer(20, 100), log(0.1, 1e3)], lambda m, x: mpmath.polygamma(int(m), mpf(x))
    yield "beta", "a, b in [1e-3, 10]", "relative", [log(1e-3, 10)] * 2, lambda a, b: mpmath.beta(mpf(a), mpf(b))
    yield "beta", "a in [0.1, 100], b in [0.1, 100]", "relative", [log(0.1, 100)] * 2, lambda a, b: mpmath.beta(mpf(a), mpf(b))
    yield "logBeta", "a, b in [1e-3, 1e8]", "mixed", [log(1e-3, 1e8)] * 2, lambda a, b: mpmath.loggamma(mpf(a)) + mpmath.loggamma(mpf(b)) - mpmath.loggamma(mpf(a) + mpf(b))
    yield "erf", "[-6, 6]", "relative", [uniform(-6, 6)], one(mpmath.erf)
    yield "erf", "(0, 1)", "relative", [log(1e-300, 1)], one(mpmath.erf)
    yield "erfc", "[-6, 1]", "relative", [uniform(-6, 1)], one(mpmath.erfc)
    yield "erfc", "[1, 26]", "relative", [uniform(1, 26)], one(mpmath.erfc)
    yield "erfcx", "[-26, 0]", "relative", [uniform(-26, 0)], one(erfcx)
    yield "erfcx", "[0, 10]", "relative", [uniform(0, 10)], one(erfcx)
    yield "erfcx", "[10, 1e100]", "relative", [log(10, 1e8)], one(erfcx)
    yield "normalPdf", "[-37, 37]", "relative", [uniform(-37, 37)], one(lambda x: mpmath.exp(-x * x / 2) / mpmath.sqrt(2 * mp.pi))
    yield "normalLogPdf", "[-1e3, 1e3]", "relative", [uniform(-1e3, 1e3)], one(lambda x: -x * x / 2 - mpmath.log(2 * mp.pi) / 2)
    yield "normalCdf", "[-37, -1]", "relative", [uniform(-37, -1)], one(lambda x: mpmath.erfc(-x / mpmath.sqrt(2)) / 2)
    yield "normalCdf", "[-1, 8]", "relative", [uniform(-1, 8)], one(lambda x: mpmath.erfc(-x / mpmath.sqrt(2)) / 2)
    yield "normalLogCdf", "[-1e3, -1]", "relative", [log(1, 1e3, -1)], one(lambda x: mpmath.log(erfcx(-x / mpmath.sqrt(2)) / 2) - x * x / 2)
    yield "normalLogCdf", "[-1, 37]", "relative", [uniform(-1, 37)], one(lambda x: mpmath.log1p(-mpmath.erfc(x / mpmath.sqrt(2)) / 2))
    yield "expIntegralE1", "(0, 1)", "relative", [log(1e-300, 1)], one(mpmath.e1)
    yield "expIntegralE1", "[1, 700]", "relative", [log(1, 700)], one(mpmath.e1)
    yield "expIntegralEi", "[-700, 0)", "relative", [log(1e-10, 700, -1)], one(mpmath.ei)
    yield "expIntegralEi", "(0, 1)", "relative", [uniform(0, 1)], one(mpmath.ei)
    yield "expIntegralEi", "[1, 700]", "relative", [log(1, 700)], one(mpmath.ei)
    yield "expIntegralEn", "n in [0, 50], x in [1e-3, 600]", "relative", [integer(0, 50), log(1e-3, 600)], lambda n, x: en(n, mpf(x))
    yield "log1pExp", "[-700, 700]", "relative", [uniform(-700, 700)], one(lambda x: mpmath.log1p(mpmath.exp(x)))
    yield "log1pExp", "[-1, 1]", "relative", [uniform(-1, 1)], one(lambda x: mpmath.log1p(mpmath.exp(x)))
    yield "log1mExp", "[-40, 0)", "relative", [log(1e-300, 40, -1)], one(lambda x: mpmath.log(-mpmath.expm1(x)))
    yield "sigmoid", "[-700, 40]", "relative", [uniform(-700, 40)], one(lambda x: 1 / (1 + mpmath.exp(-x)))
    yield "logit", "(0, 1)", "relative", [uniform(0, 1)], one(lambda p: mpmath.log(p / (1 - p)))
    for name, f in (("besselJ", mpmath.besselj), ("besselY", mpmath.bessely)):
        yield name, "v in [0, 3], x in [1e-3, 2]", "relative" if name == "besselJ" else "amplitude", [uniform(0, 3), log(1e-3, 2)], hard(f)
        yield name, "v in [0, 20], x in [1, 50]", "amplitude", [uniform(0, 20), uniform(1, 50)], hard(f)
        yield name, "v in [0, 10], x in [50, 1000]", "amplitude", [uniform(0, 10), uniform(50, 1000)], hard(f)
        yield name, "v in [20, 100], x in [10, 100]", "amplitude", [uniform(20, 100), uniform(10, 100)], hard(f)
        yield name, "integer v in [0, 20], x in [0.1, 50]", "amplitude", [integer(0, 20), log(0.1, 50)], hard(f)
    for name, f in (("besselI", mpmath.besseli), ("besselK", mpmath.besselk)):
        yield name, "v in [0, 12], x in [1e-3, 30]", "relative", [uniform(0, 12), log(1e-3, 30)], hard(f)
        yield name, "v in [0, 100], x in [1, 300]", "relative", [uniform(0, 100), log(1, 300)], hard(f)
    yield "sphericalBesselJ", "n in [0, 20], x in [0.1, 100]", "amplitude", [integer(0, 20), log(0.1, 100)], hard(lambda v, x: mpmath.sqrt(mp.pi / (2 * x)) * mpmath.besselj(v + mpf("0.5"), x))
    yield "sphericalBesselY", "n in [0, 20], x in [0.1, 100]", "amplitude", [integer(0, 20), log(0.1, 100)], hard(lambda v, x: mpmath.sqrt(mp.pi / (2 * x)) * mpmath.bessely(v + mpf("0.5"), x))
    yield "sphericalBesselI", "n in [0, 20], x in [0.1, 100]", "relative", [integer(0, 20), log(0.1, 100)], hard(lambda v, x: mpmath.sqrt(mp.pi / (2 * x)) * mpmath.besseli(v + mpf("0.5"), x))
    yield "sphericalBesselK", "n in [0, 20], x in [0.1, 100]", "relative", [integer(0, 20), log(0.1, 100)], hard(lambda v, x: mpmath.sqrt(mp.pi / (2 * x)) * mpmath.besselk(v + mpf("0.5"), x))
    yield "legendre", "n in [0, 100], x in [-1, 1]", "mixed", [integer(0, 100), uniform(-1, 1)], lambda n, x: mpmath.legendre(int(n), mpf(x))
    yield "chebyshevT", "n in [0, 100], x in [-1, 1]", "mixed", [integer(0, 100), uniform(-1, 1)], lambda n, x: mpmath.cos(int(n) * mpmath.acos(mpf(x)))
    yield "chebyshevU", "n in [0, 100], x in [-0.99, 0.99]", "mixed", [integer(0, 100), uniform(-0.99, 0.99)], lambda n, x: mpmath.sin((int(n) + 1) * mpmath.acos(mpf(x))) / mpmath.sin(mpmath.acos(mpf(x)))
    yield "hermite", "n in [0, 60], x in [12, 20]", "relative", [integer(0, 60), uniform(12, 20)], lambda n, x: mpmath.hermite(int(n), mpf(x))
    yield "laguerre", "n in [0, 60], x in [0, 5]", "mixed", [integer(0, 60), uniform(0, 5)], lambda n, x: mpmath.laguerre(int(n), 0, mpf(x))
    yield "gammaP", "a in [1e-2, 10], lower tail", "relative", [log(1e-2, 10), log(1e-5, 1)], gamma_p
    yield "gammaP", "a in [1, 1e3], x in [0.2 a, 2 a]", "relative", "scaled", gamma_p
    yield "gammaQ", "a in [1, 300], x in [0.2 a, 2 a]", "relative", "scaled300", gamma_q
    yield "gammaQ", "a in [1e-2, 1], x in [1e-3, 10]", "relative", [log(1e-2, 1), log(1e-3, 10)], gamma_q
    yield "incompleteBeta", "a, b in [0.1, 100]", "relative", [log(0.1, 100), log(0.1, 100), uniform(0.01, 0.99)], beta_i
    yield "incompleteBeta", "a, b in [100, 1000]", "relative", [log(100, 1000), log(100, 1000), uniform(0.2, 0.8)], beta_i


def sample(samplers):
    if samplers in ("scaled", "scaled300"):
        a = log(1, 1e3 if samplers == "scaled" else 300)()
        return (a, a * uniform(0.2, 2)())
    return tuple(s() for s in samplers)


def inverses():
    two = 2 / mpmath.sqrt(mp.pi)
    cdf = lambda x: mpmath.erfc(-x / mpmath.sqrt(2)) / 2
    points = lambda *samplers: [tuple(s() for s in samplers) for _ in range(POINTS)]
    yield "inverseErf", "(0, 1)", inverse(points(log(1e-300, 4)), mpmath.erf, lambda x: two * mpmath.exp(-x * x))
    yield "inverseErfc", "[1e-290, 1.99]", inverse(points(uniform(-1.8, 25.5)), mpmath.erfc, lambda x: -two * mpmath.exp(-x * x))
    yield "normalQuantile", "[1e-290, 1)", inverse(points(uniform(-36, 6)), cdf, lambda x: mpmath.exp(-x * x / 2) / mpmath.sqrt(2 * mp.pi))
    mp.dps = 40
    yield "inverseGammaP", "a in [0.05, 200]", inverse(
        [(a, a * s + 1e-3) for a, s in points(log(0.05, 200), uniform(0.2, 1.1))], gamma_p, gamma_density
    )
    yield "inverseIncompleteBeta", "a, b in [0.2, 100]", inverse([(a, b, x) for a, b, x in points(log(0.2, 100), log(0.2, 100), uniform(0.05, 0.9)) if 1e-250 < beta_i(a, b, x) < 0.9], beta_i, beta_density)
    mp.dps = 50


def table(name, region, metric, rows, values):
    print(name, region, len(rows), flush=True)
    return {"function": name, "region": region, "metric": metric, "args": [b64(column) for column in zip(*rows)], **encoded(values)}


def own():
    for name, region, metric, samplers, f in regions():
        rows = [sample(samplers) for _ in range(POINTS)]
        values = [mpmath.re(f(*row)) for row in rows]
        keep = [i for i, v in enumerate(values) if mpf("1e-307") < abs(v) < mpf("1e308") or metric != "relative"]
        keep = [i for i in keep if abs(values[i]) < mpf("1e308")]
        yield table(name, region, metric, [rows[i] for i in keep], [values[i] for i in keep])
    for name, region, rows in inverses():
        yield table(name, region, "relative", [row[:-1] for row in rows], [row[-1] for row in rows])


def main():
    """Parts that were not asked for stay as they are stored."""
    parts = {"own": own, **PARTS}
    wanted = sys.argv[1:] or list(parts)
    content = []
    for part, make in parts.items():
        if part not in wanted:
            content += [t for t in stored("accuracy") if t["part"] == part]
            continue
        mp.dps = 50
        content += [{"part": part, **t} for t in make()]
    write("accuracy", content)


if __name__ == "__main__":
    main()
