/** Sums, products and quotients with their rounding errors. */

/** [a + b, its rounding error] (Knuth 1969). */
export function twoSum(a: number, b: number): readonly [number, number] {
  const sum = a + b;
  const part = sum - a;
  return [sum, a - (sum - part) + (b - part)];
}

/** [a b, its rounding error] (Dekker 1971, with Veltkamp's splitting); |a|, |b| < 1e290. */
export function twoProduct(a: number, b: number): readonly [number, number] {
  const product = a * b;
  const [ah, al] = split(a);
  const [bh, bl] = split(b);
  return [product, al * bl - (product - ah * bh - al * bh - ah * bl)];
}

function split(a: number): readonly [number, number] {
  const scaled = 134217729 * a;
  const high = scaled - (scaled - a);
  return [high, a - high];
}
