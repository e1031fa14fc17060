/** The `cpu` engine. */
import type { Engine, TypedArray } from '../../api.js';
import { plan } from './plan.js';

/**
 * Runs graphs on the calling thread, in float64, float32, int32 and bool. Storages are the typed arrays themselves. Planning (fusion,
 * buffer reuse, constants) happens in `compile`; `run` allocates its outputs only. Loops are compiled from generated text where the realm
 * allows it, and interpreted otherwise. Matrix products and convolutions run on 128-bit vectors of WebAssembly, in the dtype of the operands, and
 * in TypeScript and double precision where there are none.
 */
export const cpu: Engine<TypedArray> = {
  name: 'cpu',
  dtypes: ['float32', 'float64', 'int32', 'bool'],
  synchronous: true,
  compile: plan,
  upload: (data) => data,
  read: async (storage) => storage,
  readSync: (storage) => storage,
  release: () => {},
  memory: () => ({ storages: 0 }),
};
