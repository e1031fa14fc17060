/** PyTorch on one thread as a contender, in a process of its own. */
import { pythonPeer } from '@curv-internal/python-peer';
import type { Contender } from './contender.js';
import { direction } from './models/index.js';
import program from './torch_peer.py';

/** @throws Error with the reason when there is no Python with torch */
export async function torch(): Promise<Contender> {
  const { ask, dispose } = pythonPeer('torch', program);
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
    dispose,
  };
}
