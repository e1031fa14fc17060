/** Times an element, ours and SciPy's in turn. */
import { type PythonPeer, toBase64 } from '@curv-internal/python-peer';
import { FUNCTIONS, type Kind } from './accuracy.js';
import type { Points } from './points.js';

export interface SpeedRow {
  readonly name: string;
  readonly kind: Kind;
  /** Microseconds an element, in order. */
  readonly ours: readonly number[];
  readonly scipy: readonly number[];
}

export async function speedOf(points: Points, python: PythonPeer | null, rounds: number, signal: AbortSignal): Promise<SpeedRow[]> {
  const ours: Record<Kind, number[]> = { i: [], k: [] };
  const scipy: Record<Kind, number[]> = { i: [], k: [] };
  const out = new Float64Array(points.v.length);
  for (let round = 0; round < rounds; round++) {
    signal.throwIfAborted();
    for (const kind of ['i', 'k'] as const) {
      const start = performance.now();
      FUNCTIONS[kind](points.v, points.x, { out });
      ours[kind].push(((performance.now() - start) / out.length) * 1e3);
    }
    if (python === null) continue;
    const answer = await python.ask({ do: 'log-scaled', v: toBase64(points.v), x: toBase64(points.x), rounds: 1 });
    for (const kind of ['i', 'k'] as const) scipy[kind].push(answer[kind].times[0] as number);
  }
  const ordered = (times: number[]): number[] => times.sort((a, b) => a - b);
  return (['i', 'k'] as const).map((kind) => ({ name: points.name, kind, ours: ordered(ours[kind]), scipy: ordered(scipy[kind]) }));
}
