import { describe, expect, it } from 'vitest';
import { RunRecord } from '../src/run/record.js';
import { formatNumber, formatTime } from '../src/number.js';
import { shrink } from '../src/figures/grid.js';

describe('the record of a run', () => {
  it('sorts frames into figures', () => {
    const record = new RunRecord();
    record.add({ kind: 'note', text: 'begin' });
    record.add({ kind: 'metric', step: 1, values: { loss: 3, largest: 9 } });
    expect(record.figures.size).toBe(0);
    record.add({ kind: 'metric', step: 2, values: { loss: 2 } });
    record.add({ kind: 'grid', name: 'ground', figure: 'paths', width: 1, height: 1, z: [0] });
    record.add({ kind: 'series', name: 'path', figure: 'paths', axes: { x: { label: 'x' } }, x: [1], y: [2] });
    record.add({ kind: 'series', name: 'path', figure: 'paths', x: [1, 2], y: [2, 3] });
    record.add({ kind: 'progress', done: 1, total: 4, text: 'a quarter' });
    expect([...record.figures.keys()]).toEqual(['loss', 'paths']);
    const paths = record.figures.get('paths')!;
    expect([paths.grids.size, paths.series.size, paths.series.get('path')!.y.length, paths.axes.x]).toEqual([1, 1, 2, { label: 'x' }]);
    expect(record.metrics.get('loss')).toEqual({ steps: [1, 2], values: [3, 2] });
    expect(record.metrics.get('largest')).toEqual({ steps: [1], values: [9] });
    expect(record.notes).toEqual(['begin']);
    expect(record.progress!.text).toBe('a quarter');
    expect(record.frames).toHaveLength(6);
  });

  it('does not stumble over a kind that it does not know', () => {
    const record = new RunRecord();
    record.add({ kind: 'hologram', name: 'x' } as never);
    expect(record.figures.size).toBe(0);
  });
});

describe('what is shown', () => {
  it.each([[0, '0'], [1234567, '1234567'], [0.1234567, '0.1235'], [-0.5, '−0.5'], [1e-7, '10⁻⁷'], [2.5e-7, '2.50×10⁻⁷'], [1.5e12, '1.50×10¹²'], [1e9, '10⁹'], [Infinity, 'Infinity']])('%d as %s', (x, text) => expect(formatNumber(x)).toBe(text));
  it.each([[120, '120 ms'], [1500, '1.5 s'], [42_400, '42 s'], [125_000, '2 min 5 s']])('%d ms as %s', (ms, text) => expect(formatTime(ms)).toBe(text));

  it('averages the cells of a large grid', () => {
    const cells = shrink({ width: 4, height: 2, z: [1, 3, 5, 7, 1, 3, 5, 7] }, 2);
    expect([cells.width, cells.height, [...cells.z], cells.low, cells.high]).toEqual([2, 1, [2, 6], 2, 6]);
    expect(shrink({ width: 2, height: 2, z: [0, 1, 1, 0] }, 8).levels).toEqual([0, 1]);
  });
});
