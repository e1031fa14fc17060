/** `curv analyze --model` as a user runs it, in a process of its own, with its time and its largest resident set. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modelFiles } from '@curv/tfjs/node';
import type { ModelArtifactsLike } from '@curv/tfjs';
import { PNG } from 'pngjs';
import { picture, SIZE } from './images.js';
import { CLASSES } from './mobilenet.js';

/** What the command found. */
export interface Analysis {
  readonly eigenvalues: readonly number[];
  readonly residuals: readonly number[];
  readonly products: number;
  readonly converged: boolean;
  readonly minutes: number;
  /** Null where the system does not tell. */
  readonly gibibytes: number | null;
  readonly images: number;
}

/** Peak resident set of a process in KiB, from Linux's /proc. */
async function peakOf(pid: number): Promise<number | null> {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1] ?? NaN) || null;
  } catch {
    return null;
  }
}

/** Saves the model and a folder of images, and analyses them. @throws with what the command says when it fails */
export async function analyze(artifacts: ModelArtifactsLike, images: number, signal: AbortSignal): Promise<Analysis> {
  const folder = await mkdtemp(join(tmpdir(), 'curv-models-'));
  try {
    await modelFiles(join(folder, 'model')).save(artifacts as never);
    for (const [i, name] of CLASSES.entries()) {
      await mkdir(join(folder, 'images', name), { recursive: true });
      await writeFile(join(folder, 'images', name, 'a.png'), png(picture(i + 1)));
    }
    // The bench runs inside of the command that it measures.
    const args = [process.argv[1]!, 'analyze', '--model', join(folder, 'model'), '--data', join(folder, 'images'), '--limit', String(images)];
    return await watched([...args, '--engine', 'cpu', '--sections', 'hessian', '--no-density', '--eigenvalues', '5', '--json', '--out', join(folder, 'report')], images, signal);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function watched(args: readonly string[], images: number, signal: AbortSignal): Promise<Analysis> {
  const start = performance.now();
  const child = spawn(process.execPath, args, { signal, stdio: ['ignore', 'pipe', 'pipe'], killSignal: 'SIGINT' });
  let [out, err, peak] = ['', '', null as number | null];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  // The mark only rises, so a second's rhythm misses at most the end.
  const timer = setInterval(() => void peakOf(child.pid!).then((value) => (peak = value ?? peak)), 1000);
  const code = await new Promise<number | null>((resolve, reject) => child.on('close', resolve).on('error', reject)).finally(() => clearInterval(timer));
  if (code !== 0) throw new Error(`curv analyze ended with ${code}: ${err.trim()}`);
  const { matrices } = JSON.parse(out) as { matrices: readonly [Pick<Analysis, 'eigenvalues' | 'residuals' | 'products' | 'converged'>] };
  const { eigenvalues, residuals, products, converged } = matrices[0];
  return { eigenvalues, residuals, products, converged, minutes: (performance.now() - start) / 60_000, gibibytes: peak === null ? null : peak / 2 ** 20, images };
}

function png(values: Float32Array): Buffer {
  const image = new PNG({ width: SIZE, height: SIZE });
  for (let i = 0; i < SIZE * SIZE; i++) image.data.set([0, 1, 2].map((c) => Math.round(255 * values[3 * i + c]!)).concat(255), 4 * i);
  return PNG.sync.write(image);
}
