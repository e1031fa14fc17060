/** Benches of the engines beside their peers. */
import type { CurvPlugin } from '@curv/plugin';
import { curvaturePeers } from './curvature-peers/bench.js';
import { curvatureScale } from './curvature-scale/bench.js';
import { hvp } from './hvp/bench.js';
import { logBessel } from './log-bessel/bench.js';
import { mFac } from './m-fac/bench.js';
import { tfjsRepair } from './tfjs-repair/bench.js';

const plugin: CurvPlugin = {
  api: 1,
  name: '@curv/bench',
  contributes: { benches: { hvp, 'log-bessel': logBessel, 'tfjs-repair': tfjsRepair, 'm-fac': mFac, 'curvature-peers': curvaturePeers, 'curvature-scale': curvatureScale } },
};
export default plugin;
