"""Incomplete gamma and beta functions by series of positive terms, and roots: shared by the programs special_fns_*.py."""
import mpmath
from mpmath import mp, mpf


def newton(f, derivative, x, p):
    """The argument where f is p, from one near by."""
    x = mpf(x)
    for _ in range(8):
        move = (f(x) - p) / derivative(x)
        x -= move
        if abs(move) < abs(x) * mpf(10) ** -34:
            return x
    return x


def inverse(points, f, derivative):
    """(p, x) from x: p rounded to a double, x corrected."""
    rows = []
    for *args, x in points:
        p = float(f(*args, mpf(x)))
        rows.append((*args, p, newton(lambda t: f(*args, t), lambda t: derivative(*args, t), x, mpf(p))))
    return rows


def gamma_p(a, x):
    """P by its series, all terms positive."""
    a, x = mpf(a), mpf(x)
    with mp.extradps(20):
        term = total = mpf(1)
        n = 0
        while term > total * mpf(10) ** -(mp.dps + 2) or n < x - a:
            n += 1
            term *= x / (a + n)
            total += term
        return mpmath.exp(a * mpmath.log(x) - x - mpmath.loggamma(a + 1)) * total


def gamma_q(a, x):
    """1 - P with as many more digits as it takes."""
    with mp.extradps(int(max(0, (x - a) / 2.3)) + 60):
        return 1 - gamma_p(a, x)


def gamma_density(a, x):
    return mpmath.exp((mpf(a) - 1) * mpmath.log(x) - x - mpmath.loggamma(mpf(a)))


def beta_i(a, b, x):
    """I_x(a, b) by its series x^a y^b / (a B) sum (a+b)_n/(a+1)_n x^n, all terms positive."""
    a, b, x = mpf(a), mpf(b), mpf(x)
    with mp.extradps(20):
        term = total = mpf(1)
        n = 0
        while term > total * mpf(10) ** -(mp.dps + 2) * (1 - x) or n < b:
            term *= (a + b + n) / (a + 1 + n) * x
            total += term
            n += 1
        front = mpmath.exp(a * mpmath.log(x) + b * mpmath.log(1 - x) + mpmath.loggamma(a + b) - mpmath.loggamma(a + 1) - mpmath.loggamma(b))
        return front * total


def beta_density(a, b, x):
    return mpmath.exp((mpf(a) - 1) * mpmath.log(x) + (mpf(b) - 1) * mpmath.log(1 - x)) / mpmath.beta(mpf(a), mpf(b))
