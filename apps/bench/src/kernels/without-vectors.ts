/** The cpu engine in a realm without WebAssembly: a worker of its own. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
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
  // the system counts the time of a thread exactly only for the thread that asks
  const begin = process.cpuUsage();
  f(...inputs).dataSync();
  const { user, system } = process.cpuUsage(begin);
  parentPort.postMessage((user + system) / 1000);
});`;

export const withoutVectors: Contender = {
  name: 'curv cpu, no vectors',
  prepare(problem, dtype: FloatType) {
    if (problem.operation !== 'matmul') throw new Error('products only');
    const worker = new Worker(PROGRAM, { eval: true, workerData: import.meta.resolve('@curv/tensor') });
    const n = problem.inputs[0]!.shape[0]!;
    return {
      time: async () => {
        worker.postMessage({ n, dtype });
        const [ms] = (await once(worker, 'message')) as [number];
        return ms;
      },
      dispose: () => void worker.terminate(),
    };
  },
};
