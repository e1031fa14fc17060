"""Reference values of elementwise functions at hard arguments, by mpmath: python3 tooling/reference/onnx.py > packages/onnx/test/golden/special.json"""
import json

from mpmath import mp, mpf

mp.dps = 40
wide = [0, 1e-300, -1e-20, 1e-8, -1e-3, 0.3, -0.46, 0.47, 0.7, 1.0, -1.5, 2.5, -3.9, 4.1, 5.9, -7.0, 12.0, 30.0, -200.0]
unit = [0, 1e-300, -1e-20, 1e-8, -1e-3, 0.3, -0.5, 0.9, -0.999, 1 - 1e-12]
points = {
    "expm1": wide, "sinh": wide, "cosh": wide, "asinh": [*wide, 1e150], "erf": wide, "softplus": wide, "sigmoid": wide, "atan": [*wide, 1e20, -1e300],
    "log1p": [*[x for x in wide if x > -1], -0.5, -0.999999, 1e300], "acosh": [1.0, 1 + 1e-12, 1.001, 1.5, 3.0, 1e10], "atanh": unit, "asin": unit, "acos": unit,
    "tan": [0, 1e-300, 1e-8, 0.5, -1.2, 1.5, 3.0, -20.0], "cos": [0, 1e-8, 0.5, -1.2, 3.0, -20.0],
}
functions = {"softplus": lambda x: mp.log1p(mp.exp(x)), "sigmoid": lambda x: 1 / (1 + mp.exp(-x))}
values = {name: [[float(x), float(functions.get(name, getattr(mp, name, None))(mpf(x)))] for x in xs] for name, xs in points.items()}
print(json.dumps(values, separators=(",", ":")))
