/**
 * The passes of a mixed-radix Fourier transform in Stockham's order (no bit reversal; W. T. Cochran et al. 1967): complex numbers interleaved,
 * from one array to another. Two passes over memory for each factor of four were measured six times as fast as a split into transforms that fit the caches. Unchecked.
 */

/** One factor of the length. */
export interface Pass {
  readonly radix: number;
  /** Length before this pass, divided by the radix. */
  readonly m: number;
  /** w^(p j) for p < m, j = 1 … radix − 1, with w = exp(−2πi / (m radix)): interleaved, p by p. */
  readonly twiddles: Float64Array;
  /** exp(−2πi j / radix), interleaved; for radices without a pass of their own. */
  readonly roots: Float64Array;
}

/** exp(−2πi k/n) with the argument reduced to an eighth of a turn, so that it is accurate to rounding. */
export function rootOfUnity(k: number, n: number): [number, number] {
  let t = 8 * (((k % n) + n) % n);
  const octant = Math.floor(t / n);
  t -= octant * n;
  const odd = octant & 1;
  const angle = ((odd ? n - t : t) / n) * (Math.PI / 4);
  // within the quarter from the last axis
  const [x, y] = odd ? [Math.sin(angle), Math.cos(angle)] : [Math.cos(angle), Math.sin(angle)];
  switch (octant >> 1) {
    case 0:
      return [x, -y];
    case 1:
      return [-y, -x];
    case 2:
      return [-x, y];
    default:
      return [y, x];
  }
}

/** @throws RangeError never; a factor above 4 stands for itself */
export function passesOf(n: number): Pass[] {
  const factors: number[] = [];
  let left = n;
  for (const p of [4, 2, 3, 5]) {
    while (left % p === 0) {
      factors.push(p);
      left /= p;
    }
  }
  for (let p = 7; left > 1; p += 2) {
    while (left % p === 0) {
      factors.push(p);
      left /= p;
    }
    if (p * p > left && left > 1) {
      factors.push(left);
      left = 1;
    }
  }
  let length = n;
  return factors.map((radix) => {
    const m = length / radix;
    const twiddles = new Float64Array(2 * m * (radix - 1));
    for (let p = 0, at = 0; p < m; p++) {
      for (let j = 1; j < radix; j++, at += 2) [twiddles[at], twiddles[at + 1]] = rootOfUnity(p * j, length) as [number, number];
    }
    const roots = new Float64Array(2 * radix);
    for (let j = 0; j < radix; j++) [roots[2 * j], roots[2 * j + 1]] = rootOfUnity(j, radix) as [number, number];
    length = m;
    return { radix, m, twiddles, roots };
  });
}

/** Transforms x; the result is in x where the number of passes is even, else in y. */
export function runPasses(passes: readonly Pass[], x: Float64Array, y: Float64Array): void {
  let stride = 1;
  let from = x;
  let to = y;
  for (const pass of passes) {
    if (pass.radix === 4) pass4(pass, stride, from, to);
    else if (pass.radix === 2) pass2(pass, stride, from, to);
    else if (pass.radix === 3) pass3(pass, stride, from, to);
    else passAny(pass, stride, from, to);
    stride *= pass.radix;
    [from, to] = [to, from];
  }
}

function pass2({ m, twiddles }: Pass, s: number, x: Float64Array, y: Float64Array): void {
  const half = 2 * s * m;
  for (let p = 0; p < m; p++) {
    const wr = twiddles[2 * p]!;
    const wi = twiddles[2 * p + 1]!;
    let a = 2 * s * p;
    let b = 4 * s * p;
    for (let q = 0; q < s; q++, a += 2, b += 2) {
      const ar = x[a]!, ai = x[a + 1]!, br = x[a + half]!, bi = x[a + half + 1]!;
      y[b] = ar + br;
      y[b + 1] = ai + bi;
      const dr = ar - br, di = ai - bi;
      y[b + 2 * s] = dr * wr - di * wi;
      y[b + 2 * s + 1] = dr * wi + di * wr;
    }
  }
}

const SIN60 = Math.sqrt(3) / 2;

function pass3({ m, twiddles }: Pass, s: number, x: Float64Array, y: Float64Array): void {
  const third = 2 * s * m;
  for (let p = 0; p < m; p++) {
    const ur = twiddles[4 * p]!, ui = twiddles[4 * p + 1]!, vr = twiddles[4 * p + 2]!, vi = twiddles[4 * p + 3]!;
    let a = 2 * s * p;
    let b = 6 * s * p;
    for (let q = 0; q < s; q++, a += 2, b += 2) {
      const ar = x[a]!, ai = x[a + 1]!;
      const br = x[a + third]!, bi = x[a + third + 1]!;
      const cr = x[a + 2 * third]!, ci = x[a + 2 * third + 1]!;
      const tr = br + cr, ti = bi + ci;
      const er = ar - tr / 2, ei = ai - ti / 2;
      const fr = SIN60 * (bi - ci), fi = SIN60 * (cr - br);
      y[b] = ar + tr;
      y[b + 1] = ai + ti;
      const gr = er + fr, gi = ei + fi, hr = er - fr, hi = ei - fi;
      y[b + 2 * s] = gr * ur - gi * ui;
      y[b + 2 * s + 1] = gr * ui + gi * ur;
      y[b + 4 * s] = hr * vr - hi * vi;
      y[b + 4 * s + 1] = hr * vi + hi * vr;
    }
  }
}

function pass4({ m, twiddles }: Pass, s: number, x: Float64Array, y: Float64Array): void {
  const quarter = 2 * s * m;
  for (let p = 0; p < m; p++) {
    const t = 6 * p;
    const ur = twiddles[t]!, ui = twiddles[t + 1]!, vr = twiddles[t + 2]!, vi = twiddles[t + 3]!, wr = twiddles[t + 4]!, wi = twiddles[t + 5]!;
    let a = 2 * s * p;
    let b = 8 * s * p;
    for (let q = 0; q < s; q++, a += 2, b += 2) {
      const ar = x[a]!, ai = x[a + 1]!;
      const br = x[a + quarter]!, bi = x[a + quarter + 1]!;
      const cr = x[a + 2 * quarter]!, ci = x[a + 2 * quarter + 1]!;
      const dr = x[a + 3 * quarter]!, di = x[a + 3 * quarter + 1]!;
      const er = ar + cr, ei = ai + ci, fr = ar - cr, fi = ai - ci;
      const gr = br + dr, gi = bi + di, hr = bi - di, hi = dr - br;
      y[b] = er + gr;
      y[b + 1] = ei + gi;
      const kr = fr + hr, ki = fi + hi, lr = er - gr, li = ei - gi, nr = fr - hr, ni = fi - hi;
      y[b + 2 * s] = kr * ur - ki * ui;
      y[b + 2 * s + 1] = kr * ui + ki * ur;
      y[b + 4 * s] = lr * vr - li * vi;
      y[b + 4 * s + 1] = lr * vi + li * vr;
      y[b + 6 * s] = nr * wr - ni * wi;
      y[b + 6 * s + 1] = nr * wi + ni * wr;
    }
  }
}

/** Odd radices: sums and differences of opposite terms, O(radix²). */
function passAny({ radix, m, twiddles, roots }: Pass, s: number, x: Float64Array, y: Float64Array): void {
  const part = 2 * s * m;
  const half = (radix - 1) / 2;
  const sums = new Float64Array(4 * half);
  for (let p = 0; p < m; p++) {
    for (let q = 0; q < s; q++) {
      const a = 2 * (s * p + q);
      const b = 2 * (s * radix * p + q);
      const ar = x[a]!, ai = x[a + 1]!;
      let tr = ar;
      let ti = ai;
      for (let k = 1; k <= half; k++) {
        const u = a + k * part;
        const v = a + (radix - k) * part;
        const at = 4 * (k - 1);
        sums[at] = x[u]! + x[v]!;
        sums[at + 1] = x[u + 1]! + x[v + 1]!;
        sums[at + 2] = x[u]! - x[v]!;
        sums[at + 3] = x[u + 1]! - x[v + 1]!;
        tr += sums[at]!;
        ti += sums[at + 1]!;
      }
      y[b] = tr;
      y[b + 1] = ti;
      for (let j = 1; j <= half; j++) {
        let er = ar, ei = ai, fr = 0, fi = 0;
        for (let k = 1, turn = 0; k <= half; k++) {
          turn += j;
          if (turn >= radix) turn -= radix;
          const c = roots[2 * turn]!;
          const sine = roots[2 * turn + 1]!;
          const at = 4 * (k - 1);
          er += c * sums[at]!;
          ei += c * sums[at + 1]!;
          // i sin · difference
          fr -= sine * sums[at + 3]!;
          fi += sine * sums[at + 2]!;
        }
        store(y, b + 2 * s * j, er + fr, ei + fi, twiddles, 2 * (p * (radix - 1) + j - 1));
        store(y, b + 2 * s * (radix - j), er - fr, ei - fi, twiddles, 2 * (p * (radix - 1) + radix - j - 1));
      }
    }
  }
}

function store(y: Float64Array, at: number, re: number, im: number, twiddles: Float64Array, w: number): void {
  y[at] = re * twiddles[w]! - im * twiddles[w + 1]!;
  y[at + 1] = re * twiddles[w + 1]! + im * twiddles[w]!;
}
