/** Timing in turn: a slow spell of the machine meets all contenders. */
import { breathe } from '@curv/plugin';
import type { FloatType } from '../hvp/contender.js';
import type { Case } from './cases.js';
import type { Contender, Prepared, Timer } from './contenders.js';

/** Minimum milliseconds of each timer over rounds in turn; a round of one takes 30 ms or one run. */
export async function inTurn(timers: readonly Timer[], rounds: number, signal: AbortSignal): Promise<number[]> {
  const best = timers.map(() => Infinity);
  for (let round = 0; round < rounds; round++) {
    for (const [i, time] of timers.entries()) {
      for (let spent = 0; spent < 30; ) {
        const ms = await time();
        spent += Math.max(ms, 1e-3);
        best[i] = Math.min(best[i]!, ms);
      }
      await breathe(signal);
    }
  }
  return best;
}

/** Times of one operation in one dtype, by contender; a text says why there is none. */
export interface Row {
  readonly problem: Case;
  readonly dtype: FloatType;
  readonly times: ReadonlyMap<string, number | string>;
  /** Result of the cpu engine. */
  readonly result: Float64Array;
}

export async function measureCase(problem: Case, dtype: FloatType, contenders: readonly Contender[], rounds: number, signal: AbortSignal): Promise<Row> {
  const times = new Map<string, number | string>();
  const ready: [Contender, Prepared][] = [];
  for (const contender of contenders) {
    try {
      const prepared = await contender.prepare(problem, dtype);
      await prepared.time();
      const second = await prepared.time();
      // who takes so long is not worth more of them
      if (second > 1000 && contender !== contenders[0]) {
        times.set(contender.name, second);
        prepared.dispose?.();
      } else ready.push([contender, prepared]);
    } catch (error) {
      times.set(contender.name, (error as Error).message.split('\n')[0]!);
    }
  }
  const best = await inTurn(ready.map(([, { time }]) => time), rounds, signal);
  ready.forEach(([{ name }], i) => times.set(name, best[i]!));
  const result = await ready[0]![1].result!(); // the cpu engine comes first
  for (const [, prepared] of ready) prepared.dispose?.();
  return { problem, dtype, times, result };
}
