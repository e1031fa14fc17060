import type { UniformSource } from '../api.js';

const LAYERS = 128;
/** Where the tail begins, and the area of each layer (Doornik 2005, table 2, for 128 layers). */
const TAIL = 3.442619855899;
const AREA = 9.91256303526217e-3;

/** Right edges of the layers, from the widest; the base layer's is that of a rectangle of equal area. */
function edges(): Float64Array {
  const x = new Float64Array(LAYERS + 1);
  x[0] = AREA / Math.exp(-0.5 * TAIL * TAIL);
  x[1] = TAIL;
  for (let i = 2; i < LAYERS; i++) x[i] = Math.sqrt(-2 * Math.log(AREA / x[i - 1]! + Math.exp(-0.5 * x[i - 1]! * x[i - 1]!)));
  return x;
}

const EDGES: Float64Array = /* @__PURE__ */ edges();

/** Beyond TAIL, by Marsaglia's exponential rejection (1964). */
function tail(source: UniformSource): number {
  for (;;) {
    const x = -Math.log(1 - source.uniform()) / TAIL;
    const y = -Math.log(1 - source.uniform());
    if (2 * y >= x * x) return TAIL + x;
  }
}

/**
 * A standard normal draw by the ziggurat (Marsaglia & Tsang 2000, in Doornik's form of 2005). One uniform in 97 of 100 draws: 8 bits choose layer and
 * sign, the other 45 the place, so that the two are independent.
 */
export function sampleNormal(source: UniformSource): number {
  for (;;) {
    const scaled = source.uniform() * (2 * LAYERS);
    const choice = Math.floor(scaled);
    const layer = choice & (LAYERS - 1);
    const x = (scaled - choice) * EDGES[layer]!;
    const sign = choice >= LAYERS ? -1 : 1;
    if (x < EDGES[layer + 1]!) return sign * x;
    if (layer === 0) return sign * tail(source);
    const outer = Math.exp(-0.5 * (EDGES[layer]! * EDGES[layer]! - x * x));
    const inner = Math.exp(-0.5 * (EDGES[layer + 1]! * EDGES[layer + 1]! - x * x));
    if (outer + source.uniform() * (inner - outer) < 1) return sign * x;
  }
}
