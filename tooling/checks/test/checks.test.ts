import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const here = dirname(fileURLToPath(import.meta.url));
let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'curv checks '));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(files: Record<string, string>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
}

function run(script: string, args: string[] = [root], env: NodeJS.ProcessEnv = process.env): { status: number; text: string } {
  try {
    return { status: 0, text: execFileSync(process.execPath, [join(here, '..', script), ...args], { encoding: 'utf8', stdio: 'pipe', env }) };
  } catch (error) {
    const { status, stderr } = error as { status: number; stderr: string };
    return { status, text: stderr };
  }
}

const manifest = (name: string, dependencies: Record<string, string> = {}): string => JSON.stringify({ name: `@curv/${name}`, dependencies });

describe('boundaries', () => {
  const check = (): { status: number; text: string } => run('boundaries.mjs');

  it('passes arrows that point down', () => {
    write({
      'packages/tensor/package.json': manifest('tensor'),
      'packages/tensor/src/index.ts': "export * from './a.js';",
      'packages/hessian-core/package.json': manifest('hessian-core', { '@curv/tensor': 'workspace:^', '@curv/linalg': 'workspace:^' }),
      'packages/hessian-core/src/index.ts': "import { a } from '@curv/tensor';\nimport type { B } from '@curv/linalg';",
      'packages/tfjs/package.json': manifest('tfjs', { '@curv/tensor': 'workspace:^', '@tensorflow/tfjs-core': '^4' }),
      'packages/tfjs/src/index.ts': "import '@curv/tensor';\nimport * as tf from '@tensorflow/tfjs-core';",
    });
    expect(check()).toEqual({ status: 0, text: 'boundaries: ok\n' });
  });

  it.each([
    ['tensor', '@curv/linalg', /tensor imports nothing of ours/],
    ['linalg', '@curv/hessian-core', /arrows point down only/],
    ['transport', '@curv/rl', /a domain never imports another domain/],
    ['linalg', '@curv/tfjs', /engines are chosen by apps and users/],
    ['tfjs', '@curv/linalg', /an engine imports tensor alone/],
    ['hessian-core', '@tensorflow/tfjs-core', /an engine is named where only tensor may be/],
    ['hessian-core', 'onnxruntime-node', /an engine is named where only tensor may be/],
    ['hessian-core', '@curv/cli', /nobody imports an app/],
  ])('refuses %s importing %s', (name, target, why) => {
    write({
      'apps/cli/package.json': manifest('cli'),
      [`packages/${name}/package.json`]: manifest(name, { [target]: 'workspace:^' }),
      [`packages/${name}/src/a.ts`]: `const x = await import('${target}');`,
    });
    const { status, text } = check();
    expect(status).toBe(1);
    expect(text).toMatch(why);
  });

  it('refuses an app that names a domain, an import that is not declared, and a fixed version of our own', () => {
    write({
      'apps/cli/package.json': manifest('cli', { '@curv/transport': '1.0.0' }),
      'apps/cli/src/a.ts': "import '@curv/transport';\nimport 'commander';",
    });
    const { text } = check();
    expect(text).toMatch(/an app finds domains by discovery/);
    expect(text).toMatch(/commander: not declared/);
    expect(text).toMatch(/must be a workspace dependency, got 1\.0\.0/);
  });

  it('does not take comments for imports', () => {
    write({ 'packages/tensor/package.json': manifest('tensor'), 'packages/tensor/src/a.ts': "// import '@curv/linalg'\n/* from 'x' */" });
    expect(check().status).toBe(0);
  });
});

describe('house rules', () => {
  const sound = { 'packages/a/package.json': manifest('a'), 'packages/a/README.md': '# a', 'packages/a/src/index.ts': "export { b } from './b.js';\nexport {\n  c,\n  d,\n} from './c.js';\n" };

  it('passes a sound package', () => {
    write(sound);
    expect(run('house.mjs')).toEqual({ status: 0, text: 'house rules: ok\n' });
  });

  it.each([
    ['packages/a/src/long.ts', Array.from({ length: 251 }, (_, i) => `const x${i} = ${i};`).join('\n'), /long\.ts: 251 code lines, at most 250/],
    ['packages/a/src/b.ts', 'export const x = Math.random();', /Math\.random/],
    ['packages/a/src/index.ts', 'export const x = 1;', /an index only re-exports/],
  ])('refuses %s', (file, text, why) => {
    write({ ...sound, [file]: text });
    const result = run('house.mjs');
    expect(result.status).toBe(1);
    expect(result.text).toMatch(why);
  });

  it('refuses a package without a README, and a machine path in a tracked file', () => {
    const { 'packages/a/README.md': _, ...rest } = sound;
    write({ ...rest, 'notes.md': `see ${'/home'}/somebody/file` });
    execFileSync('git', ['init', '-q'], { cwd: root });
    execFileSync('git', ['add', '-A'], { cwd: root });
    const { text } = run('house.mjs');
    expect(text).toMatch(/packages\/a: README\.md is missing/);
    expect(text).toMatch(/notes\.md:1: names a registry host or a path of a machine/);
  });
});

describe('new-package', () => {
  const make = (...args: string[]): { status: number; text: string } => run('../new-package.mjs', args, { ...process.env, CURV_ROOT: root });

  it('writes a complete package', () => {
    write({ LICENSE: 'MIT' });
    expect(make('fast-things').status).toBe(0);
    for (const file of ['package.json', 'src/index.ts', 'src/plugin.ts', 'test/rosenbrock.test.ts', 'README.md', 'tsconfig.json', 'rollup.config.js']) {
      expect(existsSync(join(root, 'packages/fast-things', file))).toBe(true);
    }
    expect(existsSync(join(root, '.changeset/new-fast-things.md'))).toBe(true);
    expect(run('house.mjs').status).toBe(0);
    expect(run('boundaries.mjs').status).toBe(0);
  });

  it.each([
    [['Fast'], /lower-case words joined by hyphens/],
    [['../x'], /lower-case words/],
    [[], /expected one name, got 0/],
    [['a', 'b'], /expected one name, got 2/],
    [['a', '--colour'], /Unknown option '--colour'/],
  ])('refuses %j', (args, why) => {
    write({ LICENSE: 'MIT' });
    const { status, text } = make(...args);
    expect(status).toBe(2);
    expect(text).toMatch(why);
    expect(existsSync(join(root, 'packages'))).toBe(false);
  });

  it('refuses to overwrite', () => {
    write({ LICENSE: 'MIT', 'packages/taken/package.json': '{}' });
    expect(make('taken')).toMatchObject({ status: 2, text: expect.stringMatching(/packages\/taken exists already/) });
  });
});
