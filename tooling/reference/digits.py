"""The 1797 handwritten digits of 8 x 8 pixels for the benches of @curv/hessian-core: UCI, Optical Recognition of Handwritten Digits (E. Alpaydin and C. Kaynak 1998,
doi:10.24432/C50P49, CC BY 4.0), test part, as bundled with scikit-learn.

Run in the root of the checkout with a Python that has scikit-learn (Debian: apt-get install python3-sklearn):
    /usr/bin/python3 tooling/reference/digits.py
"""
import base64
import zlib

from sklearn.datasets import load_digits

data = load_digits()
pixels = data.data.astype("uint8").tobytes()
labels = data.target.astype("uint8").tobytes()
text = base64.b64encode(zlib.compress(pixels + labels, 9)).decode()
with open("packages/hessian-core/src/benches/support/digits-data.ts", "w") as out:
    out.write("/** Made by tooling/reference/digits.py, which names the source: 1797 images of 64 bytes, then 1797 labels; zlib, base64. */\n")
    out.write(f"export const DIGITS =\n  '{text}';\n")
