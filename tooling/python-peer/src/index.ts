/**
 * A Python program as a peer of a bench: a process of its own on one thread, asked by lines of JSON.
 * `import program from './peer.py'` gives the program's text.
 */
// A package whose bench has a peer is built without types of Node.
/* oxlint-disable triple-slash-reference -- ambient declarations cannot be imported */
/// <reference types="node" />
/// <reference path="./python.d.ts" />
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface PythonPeer {
  /** @throws Error where the program answers with an `error` */
  ask(request: object): Promise<any>;
  dispose(): void;
}

/** The first Python that has the module. @throws Error with the reason when none has */
function findPython(module: string): string {
  for (const python of ['python3', '/usr/bin/python3']) {
    try {
      execFileSync(python, ['-c', `import ${module}`], { stdio: 'ignore' });
      return python;
    } catch {
      // not this one
    }
  }
  throw new Error(`no python3 with ${module} (Debian: apt-get install python3-${module})`);
}

/** Makes a module of each text before the program runs. */
const preludeOf = (modules: Readonly<Record<string, string>>): string =>
  Object.entries(modules)
    .map(([name, text]) => `import sys, types\nsys.modules["${name}"] = types.ModuleType("${name}")\nexec(${JSON.stringify(text)}, sys.modules["${name}"].__dict__)\n`)
    .join('');

/**
 * Starts a program, given as its text.
 * @param module what the Python must have
 * @param modules texts of further modules that the program imports, by name
 * @throws Error with the reason when there is no Python with the module
 */
export function pythonPeer(module: string, program: string, modules: Readonly<Record<string, string>> = {}): PythonPeer {
  const python = findPython(module);
  const env = { ...process.env, OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1', OPENBLAS_NUM_THREADS: '1' };
  const child: ChildProcessWithoutNullStreams = spawn(python, ['-c', preludeOf(modules) + program], { env });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  return {
    async ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`the peer with ${module} ended: ${complaint.trim().split('\n').pop() ?? 'no message'}`);
      const answer = JSON.parse(value as string);
      if (answer.error !== undefined) throw new Error(answer.error as string);
      return answer;
    },
    dispose: () => void child.kill(),
  };
}

/** Float64 arrays as base64, little-endian. */
export const toBase64 = (values: Float64Array): string => Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('base64');

export function fromBase64(text: string): Float64Array {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  return new Float64Array(bytes.buffer);
}
