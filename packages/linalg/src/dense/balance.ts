/** D⁻¹ A D with powers of two in D, so that rows and columns are of like size (B. N. Parlett & C. Reinsch, Numer. Math. 13, 1969). */
export function balance(a: Float64Array, n: number): { data: Float64Array; scales: Float64Array } {
  const data = a.slice();
  const scales = new Float64Array(n).fill(1);
  for (let done = false; !done; ) {
    done = true;
    for (let i = 0; i < n; i++) {
      let row = 0;
      let column = 0;
      for (let j = 0; j < n; j++) {
        if (j === i) continue;
        row += Math.abs(data[i * n + j]!);
        column += Math.abs(data[j * n + i]!);
      }
      if (row === 0 || column === 0) continue;
      const f = 2 ** Math.round(Math.log2(row / column) / 2);
      if (f === 1 || !(column * f + row / f < 0.95 * (row + column)) || !Number.isFinite(f) || scales[i]! * f > 2 ** 500 || scales[i]! * f < 2 ** -500) continue;
      done = false;
      scales[i]! *= f;
      for (let j = 0; j < n; j++) {
        data[i * n + j]! /= f;
        data[j * n + i]! *= f;
      }
    }
  }
  return { data, scales };
}
