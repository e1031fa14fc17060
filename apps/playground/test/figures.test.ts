import { describe, expect, it } from 'vitest';
import { sharesOf } from '../src/figures/layout.js';
import { RunRecord } from '../src/run/record.js';

describe('colours', () => {
  const series = (name: string, figure: string) => ({ kind: 'series', name, figure, x: [1], y: [2] }) as const;
  const slotsOf = (record: RunRecord): Record<string, Record<string, number>> =>
    Object.fromEntries([...record.figures].map(([title, figure]) => [title, Object.fromEntries([...figure.series.keys()].map((name) => [name, figure.slotOf(name)]))]));

  it('are one for each name in all figures, whatever stands beside it', () => {
    const record = new RunRecord();
    record.add({ kind: 'grid', name: 'ground', figure: 'paths', width: 1, height: 1, z: [0] });
    for (const name of ['sgd', 'adam', 'lion']) for (const figure of ['paths', 'values']) record.add(series(name, figure));
    for (const name of ['bound', 'lion', 'sgd']) record.add(series(name, 'rates'));
    expect(slotsOf(record)).toEqual({ paths: { sgd: 0, adam: 1, lion: 2 }, values: { sgd: 0, adam: 1, lion: 2 }, rates: { bound: 1, lion: 2, sgd: 0 } });
  });

  it('are different in one figure, also for names that were alone before, whose figures are drawn again', () => {
    const record = new RunRecord();
    record.add(series('a', 'first'));
    record.add(series('b', 'second'));
    const before = record.figures.get('second')!.version;
    expect(slotsOf(record)).toEqual({ first: { a: 0 }, second: { b: 0 } });
    record.add(series('a', 'both'));
    record.add(series('b', 'both'));
    expect(slotsOf(record)).toEqual({ first: { a: 0 }, second: { b: 1 }, both: { a: 0, b: 1 } });
    expect(record.figures.get('second')!.version).toBeGreaterThan(before);
  });
});

describe('the places of names', () => {
  it('come in the order in which the run mentions them, not in that in which their curves begin', () => {
    const record = new RunRecord();
    record.add({ kind: 'metric', step: 0, figure: 'accuracy', values: { left: 0.1 } });
    record.add({ kind: 'metric', step: 0, figure: 'accuracy', values: { right: 0.1 } });
    record.add({ kind: 'series', name: 'right', figure: 'loss', x: [1], y: [2] });
    record.add({ kind: 'series', name: 'left', figure: 'loss', x: [1], y: [2] });
    const { slotOf } = record.figures.get('loss')!;
    expect([slotOf('left'), slotOf('right')]).toEqual([0, 1]);
  });
});

describe('the layout', () => {
  it.each([
    ['two in a row; the last one of an odd number fills its row', ['usual', 'small', 'usual'], true, ['half', 'half', 'row']],
    ['but waits while more may come', ['usual', 'usual', 'usual'], false, ['half', 'half', 'half']],
    ['a surface, and what is alone before it, fill their rows', ['usual', 'large', 'usual', 'usual'], true, ['row', 'row', 'half', 'half']],
    ['many small ones stand three in a row', ['small', 'small', 'small', 'small', 'usual', 'small'], true, ['third', 'third', 'third', 'third', 'half', 'half']],
    ['two small ones do not', ['usual', 'small', 'small'], true, ['half', 'half', 'row']],
    ['what is alone before many small ones fills its row', ['usual', 'small', 'small', 'small'], true, ['row', 'third', 'third', 'third']],
  ] as const)('%s', (_, sizes, last, shares) => expect(sharesOf(sizes, last)).toEqual(shares));
});
