/** Benches of the engines beside their peers. */
import type { CurvPlugin } from '@curv/plugin';
import { hvp } from './hvp/bench.js';
import { linalg } from './linalg/bench.js';
import { logBessel } from './log-bessel/bench.js';
import { tfjsRepair } from './tfjs-repair/bench.js';

const plugin: CurvPlugin = { api: 1, name: '@curv/bench', contributes: { benches: { hvp, linalg, 'log-bessel': logBessel, 'tfjs-repair': tfjsRepair } } };
export default plugin;
