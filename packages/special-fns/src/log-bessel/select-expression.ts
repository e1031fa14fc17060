/** Which expression computes log I_v(x) and log K_v(x). */

/** A row of the table of input ranges. */
export type BesselExpression = 'mu3' | 'mu20' | 'U4' | 'U6' | 'U9' | 'U13' | 'fallback';

const EXPRESSIONS: readonly BesselExpression[] = ['mu3', 'mu20', 'U4', 'U6', 'U9', 'U13', 'fallback'];

/**
 * Beyond these v²/x the Hankel sums, though good enough relative to the logarithm, leave errors that show in differences of logarithms
 * (1e-8 absolute at v²/x = 6, x = 60); the uniform expansions take over.
 */
const MU3_LIMIT = 0.002;
const MU20_LIMIT = 2;

/** Index into EXPRESSIONS; v ≥ 0, x > 0. The guards come first: they spare the logarithms. */
export function expressionIndex(v: number, x: number): number {
  const square = v * v;
  if (x > 1400 && v < 3.05) return 0;
  if (v > 3.1 && square < MU3_LIMIT * x && 0.6229 * Math.log(x) - 3.2318 > Math.log(v)) return 0;
  if (x > 30 && v < 15.3919) return 1;
  if (x > 59.6925 && square < MU20_LIMIT * x && 0.5113 * Math.log(x) + 0.7939 > Math.log(v)) return 1;
  if (v > 163.6993 || (x > 274.2377 && v > 0.3)) return 2;
  if (v > 56.9971 || (x > 84.4153 && v > 0.46)) return 3;
  if (v > 20.1534 || (x > 35.9074 && v > 0.6)) return 4;
  if (v > 12.6964 || (x > 19.6931 && v > 0.7)) return 5;
  return 6;
}

/**
 * The expression that `logBesselI` and `logBesselK` use at order v ≥ 0 and argument x > 0: the first row that matches of Table 1 of Plesner,
 * Sørensen & Hauberg (2024, arXiv:2409.08729), with guards on v²/x in the two Hankel rows. Cost: at most two logarithms.
 * @throws RangeError unless v ≥ 0 and x > 0
 */
export function selectExpression(v: number, x: number): BesselExpression {
  if (!(v >= 0)) throw new RangeError(`selectExpression: v must be at least 0, got ${String(v)}`);
  if (!(x > 0)) throw new RangeError(`selectExpression: x must be greater than 0, got ${String(x)}`);
  return EXPRESSIONS[expressionIndex(v, x)]!;
}
