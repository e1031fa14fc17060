/** The cpu engine in a realm without WebAssembly: a worker of its own. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { cpuTime } from '../cpu-time.js';
import type { FloatType } from '../hvp/contender.js';
import type { Contender } from './contenders.js';

const PROGRAM = `
const { parentPort, workerData } = require('node:worker_threads');
globalThis.WebAssembly = undefined;
const ready = import(workerData).then(({ compile, cpu, tensor }) => ({ f: compile((a, b) => a.matmul(b), { engine: cpu }), tensor }));
let inputs;
parentPort.on('message', async ({ n, dtype }) => {
  const { f, tensor } = await ready;
  inputs ??= [1, 2].map((phase) => tensor(Float64Array.from({ length: n * n }, (_, i) => Math.sin(0.7 * i + phase)), [n, n], dtype));
  f(...inputs).dataSync();
  parentPort.postMessage(0);
});`;

export const withoutVectors: Contender = {
  name: 'curv cpu, no vectors',
  prepare(problem, dtype: FloatType) {
    if (problem.operation !== 'matmul') throw new Error('products only');
    const worker = new Worker(PROGRAM, { eval: true, workerData: import.meta.resolve('@curv/tensor') });
    const n = problem.inputs[0]!.shape[0]!;
    return {
      time: async () => {
        const start = cpuTime();
        worker.postMessage({ n, dtype });
        await once(worker, 'message');
        return cpuTime() - start;
      },
      dispose: () => void worker.terminate(),
    };
  },
};
