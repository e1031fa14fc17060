/** PyTorch on one thread as a contender, in a process of its own. */
import { type ChildProcessWithoutNullStreams, execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Contender } from './contender.js';
import { direction } from './models/index.js';

/** The first Python that has torch. @throws Error with the reason when none has */
function findPython(): string {
  for (const python of ['python3', '/usr/bin/python3']) {
    try {
      execFileSync(python, ['-c', 'import torch'], { stdio: 'ignore' });
      return python;
    } catch {
      // not this one
    }
  }
  throw new Error('no python3 with torch (Debian: apt-get install python3-torch)');
}

export async function torch(): Promise<Contender> {
  const python = findPython();
  const script = fileURLToPath(new URL('./torch_peer.py', import.meta.url));
  const child: ChildProcessWithoutNullStreams = spawn(python, [script], { env: { ...process.env, OMP_NUM_THREADS: '1', MKL_NUM_THREADS: '1' } });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let complaint = '';
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const ask = async (request: object): Promise<any> => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await lines.next();
    if (done) throw new Error(`PyTorch ended: ${complaint.trim().split('\n').pop() ?? 'no message'}`);
    const answer = JSON.parse(value as string);
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer;
  };
  let prepared = 0;
  return {
    name: 'PyTorch, 1 thread',
    dtypes: ['float32', 'float64'],
    async prepare(model, dtype) {
      const directions = Object.fromEntries(Object.entries(model.params).map(([k, s]) => [k, direction(s)]));
      const id = prepared++;
      await ask({ do: 'prepare', id, model: model.id, dtype, params: model.params, direction: directions, input: model.input, labels: model.labels });
      return {
        time: async (task) => (await ask({ do: 'time', id, task })).ms as number,
        values: async (task) => Float64Array.from((await ask({ do: 'values', id, task })).values as number[]),
        dispose: () => ask({ do: 'forget', id }),
      };
    },
    dispose: () => void child.kill(),
  };
}
