import type { BenchFrame } from '@curv/plugin';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Budget } from '../src/hvp/budget.js';
import type { Contender, Task } from '../src/hvp/contender.js';
import { measure, type Row } from '../src/hvp/measure.js';
import { MODELS } from '../src/hvp/models/index.js';

// A clock that moves only when a contender works.
beforeEach(() => void vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => void vi.useRealTimers());

/** A contender whose calls take so many milliseconds; the first ones take longer. */
function contender(name: string, ms: number, first = ms): { readonly contender: Contender; readonly calls: Record<Task, number> } {
  const calls: Record<Task, number> = { gradient: 0, hvp: 0, ggnvp: 0, examples: 0 };
  const work = (task: Task): number => {
    const took = calls[task]++ === 0 ? first : ms;
    vi.advanceTimersByTime(took);
    return took;
  };
  return {
    calls,
    contender: {
      name,
      dtypes: ['float64'],
      prepare: async () => ({
        time: async (task) => work(task),
        async values(task) {
          work(task);
          return Float64Array.of(1, 2);
        },
        dispose() {},
      }),
    },
  };
}

async function rowsOf(contenders: readonly Contender[], rounds: number, seconds: number, models = 1): Promise<{ rows: Row[]; frames: BenchFrame[] }> {
  const stream = measure({ models: MODELS.slice(0, models), contenders, reference: contender('reference', 1).contender, rounds, budget: new Budget(seconds, models), signal: new AbortController().signal });
  const frames: BenchFrame[] = [];
  for (;;) {
    const { value, done } = await stream.next();
    if (done) return { rows: value, frames };
    frames.push(value);
  }
}

describe('measure', () => {
  it('times the slow less often, and leaves out the further tasks of who needs 10 s for a first call', async () => {
    const [quick, medium, slow] = [contender('quick', 40), contender('medium', 2000), contender('slow', 11_000, 15_000)];
    const { rows } = await rowsOf([quick.contender, medium.contender, slow.contender], 10, 1000);
    // Spells of 80 ms, ten rounds, and the first call.
    expect(quick.calls).toEqual({ gradient: 21, hvp: 21, ggnvp: 21, examples: 21 });
    expect(medium.calls).toEqual({ gradient: 3, hvp: 3, ggnvp: 3, examples: 3 });
    expect(slow.calls).toEqual({ gradient: 2, hvp: 0, ggnvp: 0, examples: 0 });
    const row = rows.find((r) => r.contender === 'slow' && r.dtype === 'float64')!;
    expect(row.times.gradient).toEqual({ min: 11_000, median: 11_000, first: 15_000 });
    expect(row.missing.hvp).toBe('left out: the first gradient took 15 s');
    expect(rows.find((r) => r.contender === 'slow' && r.dtype === 'float32')!.absent).toBe('no float32');
  });

  it('ends the rounds of a model when its share of the time is up, but not before three', async () => {
    const steady = contender('steady', 500);
    // 20 s for two models: 2 s of first calls, then 2 s a round.
    const { rows, frames } = await rowsOf([steady.contender], 50, 20, 2);
    expect(rows.length).toBe(4);
    expect(steady.calls.gradient).toBeLessThanOrEqual(2 * (1 + 5));
    const hurried = contender('hurried', 500);
    await rowsOf([hurried.contender], 50, 1);
    expect(hurried.calls.gradient).toBe(1 + 3);
    // Progress never goes back, nor beyond the whole.
    const steps = frames.flatMap((f) => (f.kind === 'progress' ? [f] : []));
    steps.forEach(({ done, total }, i) => expect(done >= (steps[i - 1]?.done ?? 0) && done <= total).toBe(true));
  });
});
