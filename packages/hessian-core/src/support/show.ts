/** Numbers in the benches' sentences. */
export const show = (x: number, digits = 3): string => (x !== 0 && (Math.abs(x) < 1e-3 || Math.abs(x) >= 1e5) ? x.toExponential(digits - 1) : x.toPrecision(digits));
