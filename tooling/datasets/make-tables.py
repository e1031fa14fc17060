"""Writes src/data/*.ts of the tables that scikit-learn bundles. Sources: UCI repository (digits: Alpaydin & Kaynak 1998, doi:10.24432/C50P49; breast cancer: Wolberg et al. 1995,
doi:10.24432/C5DW2B; wine: Aeberhard & Forina 1992, doi:10.24432/C5PC7J; iris: Fisher 1936, doi:10.24432/C56C76; all CC BY 4.0) and Efron, Hastie, Johnstone & Tibshirani 2004 (diabetes).

Run in this folder with a Python that has scikit-learn (Debian: apt-get install python3-sklearn):
    /usr/bin/python3 make-tables.py
"""
import base64
import zlib

import numpy as np
from sklearn import datasets

tables = {
    "digits": (datasets.load_digits(), "uint8"),
    "breast-cancer": (datasets.load_breast_cancer(), "float64"),
    "wine": (datasets.load_wine(), "float64"),
    "iris": (datasets.load_iris(), "float64"),
    "diabetes": (datasets.load_diabetes(scaled=False), "float64"),
}
for name, (table, kind) in tables.items():
    values = np.concatenate([table.data.ravel(), table.target.ravel()]).astype(kind)
    text = base64.b64encode(zlib.compress(values.tobytes(), 9)).decode()
    rows, columns = table.data.shape
    with open(f"src/data/{name}.ts", "w") as out:
        out.write("/** Made by make-tables.py, which names the source: inputs row after row, then targets; zlib, base64. */\n")
        out.write(f"export const packed = {{\n  rows: {rows},\n  columns: {columns},\n  kind: '{kind}',\n  text:\n    '{text}',\n}} as const;\n")
