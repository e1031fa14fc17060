/** Running the built command as a user does. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const bin = fileURLToPath(new URL('../dist/bin.js', import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
  readonly ms: number;
}

/** Runs `curv` with arguments; `interruptAfter` sends SIGINT when the text has appeared on standard output or error. */
export function curv(args: readonly string[], options: { readonly cwd?: string; readonly interruptAfter?: string } = {}): Promise<Finished> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [bin, ...args], { cwd: options.cwd, env: { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '' } });
    let [out, err] = ['', ''];
    let interrupted = 0;
    const watch = (): void => {
      if (options.interruptAfter && interrupted === 0 && (out + err).includes(options.interruptAfter)) {
        interrupted = performance.now();
        child.kill('SIGINT');
      }
    };
    child.stdout.on('data', (chunk: Buffer) => ((out += chunk.toString()), watch()));
    child.stderr.on('data', (chunk: Buffer) => ((err += chunk.toString()), watch()));
    child.on('close', (code) => resolve({ code, out, err, ms: interrupted ? performance.now() - interrupted : 0 }));
  });
}
