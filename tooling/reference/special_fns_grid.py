"""Points and 30-digit values as compact JSON: shared by the programs special_fns_*.py."""
import base64
import json
import struct

import mpmath

GOLDEN = "packages/special-fns/test/golden/"


def b64(values, kind="d"):
    return base64.b64encode(struct.pack(f"<{len(values)}{kind}", *values)).decode()


def encoded(values):
    """Values with more than double precision: the nearest doubles, and what is left as float32."""
    high = [float(v) for v in values]
    low = [float(v - mpmath.mpf(h)) if mpmath.isfinite(v) and abs(h) != float("inf") else 0.0 for v, h in zip(values, high)]
    # A float32 has no smaller numbers than 1e-45: what is left is stored in units of the value.
    relative = [l / h if h else 0.0 for l, h in zip(low, high)]
    return {"value": b64(high), "rest": b64(relative, "f")}


def stored(name):
    with open(f"{GOLDEN}{name}.json") as file:
        return json.load(file)


def write(name, content):
    with open(f"{GOLDEN}{name}.json", "w") as file:
        json.dump(content, file, separators=(",", ":"))
        file.write("\n")
    print(name)
