/** Builds the package in the current folder: declarations by TypeScript 7, then bundles by rollup. */
import { execFileSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

const require = createRequire(import.meta.url);
const run = (file, ...args) => execFileSync(process.execPath, [file, ...args], { stdio: 'inherit' });
const packageFile = (name, file) => join(dirname(require.resolve(`${name}/package.json`)), file);

rmSync('dist', { recursive: true, force: true });
if (existsSync('tsconfig.build.json')) run(packageFile('typescript7', 'bin/tsc'), '-p', 'tsconfig.build.json');
run(packageFile('rollup', 'dist/bin/rollup'), '--config', 'rollup.config.js', '--silent');
