import { cosPi, sinPi } from '../gamma/sin-pi.js';

export interface BesselPair {
  readonly j: number;
  readonly y: number;
}

/** J_v and Y_v for x large against v² (DLMF 10.17.3 and 10.17.4): √(2/πx) (P cos ω ∓ Q sin ω), ω = x − (v/2 + ¼)π, whose two parts are not subtracted as numbers. */
export function hankelPair(v: number, x: number): BesselPair {
  const mu = 4 * v * v;
  let term = 1;
  let [p, q] = [1, 0];
  for (let k = 1; k < 80; k++) {
    const odd = 2 * k - 1;
    const next = (term * (mu - odd * odd)) / (8 * k * x);
    // Asymptotic: beyond the smallest term the sum gets worse.
    if (Math.abs(next) > Math.abs(term) && k > v) break;
    term = next;
    const sign = k % 4 < 2 ? 1 : -1;
    if (k % 2 === 1) q += sign * term;
    else p += sign * term;
    if (Math.abs(term) < 1e-17) break;
  }
  const shift = 0.5 * v + 0.25;
  const [c, s] = [Math.cos(x), Math.sin(x)];
  const [cosShift, sinShift] = [cosPi(shift), sinPi(shift)];
  const cosine = c * cosShift + s * sinShift;
  const sine = s * cosShift - c * sinShift;
  const amplitude = Math.sqrt(2 / (Math.PI * x));
  return { j: amplitude * (p * cosine - q * sine), y: amplitude * (p * sine + q * cosine) };
}
