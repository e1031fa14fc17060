/**
 * Sequences of plane rotations of neighbouring columns. They are collected over several sweeps and then applied to four rows at a time,
 * which stay in the innermost cache, two sweeps in one pass where these begin alike (as F. G. Van Zee, R. A. van de Geijn & G.
 * Quintana-Ortí, "Restructuring the tridiagonal and bidiagonal QR algorithms for performance", ACM TOMS 40, 2014).
 */
const BUFFER = 4096;

/**
 * Rotations waiting to be applied to the columns of `z` (rows×n): column `start − dir·t` with its neighbour for t = 0, 1, … of each
 * sweep.
 */
export class Rotations {
  private readonly cosines: Float64Array;
  private readonly sines: Float64Array;
  private sweeps: { readonly start: number; readonly dir: number; readonly from: number; readonly to: number }[] = [];
  private used = 0;

  constructor(
    private readonly z: Float64Array,
    private readonly rows: number,
    private readonly n: number,
  ) {
    this.cosines = new Float64Array(BUFFER + n);
    this.sines = new Float64Array(BUFFER + n);
  }

  push(c: number, s: number): void {
    this.cosines[this.used] = c;
    this.sines[this.used++] = s;
  }

  /** Ends a sweep of `count` rotations, the first of which turned columns `start` and `start − dir`. */
  endSweep(start: number, dir: number, count: number): void {
    this.sweeps.push({ start, dir, from: this.used - count, to: this.used });
    if (this.used >= BUFFER) this.flush();
  }

  flush(): void {
    const { z, rows, n, cosines, sines } = this;
    const { sweeps } = this;
    let r = 0;
    for (; r + 3 < rows; r += 4) {
      for (let k = 0; k < sweeps.length; k++) {
        const a = sweeps[k]!;
        const b = sweeps[k + 1];
        if (b !== undefined && b.start === a.start && b.dir === a.dir && b.to - b.from <= a.to - a.from && b.to > b.from) {
          rotateTwice(z, r * n + a.start, n, a.dir, cosines, sines, a.from, a.to, b.from, b.to);
          k++;
        } else rotateFour(z, r * n + a.start, n, a.dir, cosines, sines, a.from, a.to);
      }
    }
    for (; r < rows; r++) for (const { start, dir, from, to } of sweeps) rotateOne(z, r * n + start, dir, cosines, sines, from, to);
    this.sweeps = [];
    this.used = 0;
  }
}

function rotateOne(z: Float64Array, at: number, dir: number, cosines: Float64Array, sines: Float64Array, from: number, to: number): void {
  let carry = z[at]!;
  for (let t = from; t < to; t++) {
    const c = cosines[t]!;
    const s = sines[t]!;
    const x = z[at - dir]!;
    z[at] = s * x + c * carry;
    carry = c * x - s * carry;
    at -= dir;
  }
  z[at] = carry;
}

/** A sweep on four rows; what one rotation leaves for the next stays in registers. */
function rotateFour(
  z: Float64Array, at: number, n: number, dir: number, cosines: Float64Array, sines: Float64Array, from: number, to: number,
): void {
  let p1 = at + n;
  let p2 = p1 + n;
  let p3 = p2 + n;
  let h0 = z[at]!;
  let h1 = z[p1]!;
  let h2 = z[p2]!;
  let h3 = z[p3]!;
  for (let t = from; t < to; t++) {
    const c = cosines[t]!;
    const s = sines[t]!;
    const x0 = z[at - dir]!;
    const x1 = z[p1 - dir]!;
    const x2 = z[p2 - dir]!;
    const x3 = z[p3 - dir]!;
    z[at] = s * x0 + c * h0;
    z[p1] = s * x1 + c * h1;
    z[p2] = s * x2 + c * h2;
    z[p3] = s * x3 + c * h3;
    h0 = c * x0 - s * h0;
    h1 = c * x1 - s * h1;
    h2 = c * x2 - s * h2;
    h3 = c * x3 - s * h3;
    at -= dir;
    p1 -= dir;
    p2 -= dir;
    p3 -= dir;
  }
  z[at] = h0;
  z[p1] = h1;
  z[p2] = h2;
  z[p3] = h3;
}

/**
 * Two sweeps a and b (of no more rotations) from the same column, in one pass: b follows one column behind, so that each element is
 * loaded and stored once for two rotations.
 */
function rotateTwice(
  z: Float64Array, at: number, n: number, dir: number, cosines: Float64Array, sines: Float64Array,
  from: number, to: number, second: number, secondTo: number,
): void {
  let c = cosines[from]!;
  let s = sines[from]!;
  let q0 = at;
  let q1 = at + n;
  let q2 = q1 + n;
  let q3 = q2 + n;
  let x0 = z[q0 - dir]!, x1 = z[q1 - dir]!, x2 = z[q2 - dir]!, x3 = z[q3 - dir]!;
  let g0 = z[q0]!, g1 = z[q1]!, g2 = z[q2]!, g3 = z[q3]!;
  let h0 = s * x0 + c * g0, h1 = s * x1 + c * g1, h2 = s * x2 + c * g2, h3 = s * x3 + c * g3;
  g0 = c * x0 - s * g0;
  g1 = c * x1 - s * g1;
  g2 = c * x2 - s * g2;
  g3 = c * x3 - s * g3;
  // g: carries of the first sweep, at column q − dir; h: of the second, at column q
  const paired = Math.min(to, from + 1 + (secondTo - second));
  let t = from + 1;
  for (let u = second; t < paired; t++, u++) {
    c = cosines[t]!;
    s = sines[t]!;
    const d = cosines[u]!;
    const v = sines[u]!;
    const next = 2 * dir;
    x0 = z[q0 - next]!;
    x1 = z[q1 - next]!;
    x2 = z[q2 - next]!;
    x3 = z[q3 - next]!;
    const y0 = s * x0 + c * g0, y1 = s * x1 + c * g1, y2 = s * x2 + c * g2, y3 = s * x3 + c * g3;
    g0 = c * x0 - s * g0;
    g1 = c * x1 - s * g1;
    g2 = c * x2 - s * g2;
    g3 = c * x3 - s * g3;
    z[q0] = v * y0 + d * h0;
    z[q1] = v * y1 + d * h1;
    z[q2] = v * y2 + d * h2;
    z[q3] = v * y3 + d * h3;
    h0 = d * y0 - v * h0;
    h1 = d * y1 - v * h1;
    h2 = d * y2 - v * h2;
    h3 = d * y3 - v * h3;
    q0 -= dir;
    q1 -= dir;
    q2 -= dir;
    q3 -= dir;
  }
  // the carries go back to memory; what is left of either sweep runs alone
  z[q0] = h0;
  z[q1] = h1;
  z[q2] = h2;
  z[q3] = h3;
  z[q0 - dir] = g0;
  z[q1 - dir] = g1;
  z[q2 - dir] = g2;
  z[q3 - dir] = g3;
  if (t < to) rotateFour(z, q0 - dir, n, dir, cosines, sines, t, to);
  const done = paired - from - 1;
  if (second + done < secondTo) rotateFour(z, q0, n, dir, cosines, sines, second + done, secondTo);
}
