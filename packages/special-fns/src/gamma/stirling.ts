/** B₂ₖ/(2k(2k−1)), k = 1, …, 11 (DLMF 5.11.1). */
const COEFFICIENTS: readonly number[] = [
  1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188, -691 / 360360, 1 / 156, -3617 / 122400, 43867 / 244188, -174611 / 125400, 77683 / 5796,
];

/** ln Γ(x) − (x−½) ln x + x − ½ ln 2π for x ≥ 8: error below 1e-19. */
export function stirlingSeries(x: number): number {
  const inverse = 1 / x;
  const square = inverse * inverse;
  let sum = 0;
  for (let k = COEFFICIENTS.length - 1; k >= 0; k--) sum = sum * square + COEFFICIENTS[k]!;
  return sum * inverse;
}
