/** Numbers and times for people. */

/** A whole number as an exponent. */
const raised = (power: number): string => [...String(power)].map((c) => (c === '-' ? '⁻' : '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(c)])).join('');

/** Four significant digits, in exponent form where that is shorter to read. */
export function formatNumber(x: number): string {
  if (!Number.isFinite(x)) return String(x);
  const size = Math.abs(x);
  if (x === 0 || (Number.isInteger(x) && size < 1e7)) return String(x).replace('-', '−');
  const power = Math.log10(size);
  if (Number.isInteger(power) && (power < -3 || power > 6)) return `${x < 0 ? '−' : ''}10${raised(power)}`;
  const text = size >= 1e-3 && size < 1e6 ? String(Number(x.toPrecision(4))) : x.toExponential(2).replace(/e\+?(-?\d+)/, (_, digits: string) => `×10${raised(Number(digits))}`);
  return text.replace('-', '−');
}

/** A duration of milliseconds. */
export function formatTime(ms: number): string {
  if (ms < 950) return `${Math.round(ms / 10) * 10} ms`;
  if (ms < 60_000) return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
  return `${Math.floor(ms / 60_000)} min ${Math.round((ms % 60_000) / 1000)} s`;
}
