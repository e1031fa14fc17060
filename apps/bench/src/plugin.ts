/** Benches that set engines and methods beside their peers. */
import type { CurvPlugin } from '@curv/plugin';
import { curvaturePeers } from './curvature-peers/bench.js';
import { curvatureScale } from './curvature-scale/bench.js';
import { hvp } from './hvp/bench.js';
import { kernels } from './kernels/bench.js';
import { linalg } from './linalg/bench.js';
import { logBessel } from './log-bessel/bench.js';
import { mFac } from './m-fac/bench.js';
import { optimizerCost } from './optimizer-cost/bench.js';
import { scaling } from './scaling/bench.js';
import { specialAccuracy } from './special-accuracy/bench.js';
import { tfjsModels } from './tfjs-models/bench.js';
import { tfjsRepair } from './tfjs-repair/bench.js';

const plugin: CurvPlugin = {
  api: 1,
  name: '@curv/bench',
  contributes: {
    benches: {
      'curvature-peers': curvaturePeers,
      'curvature-scale': curvatureScale,
      hvp,
      kernels,
      linalg,
      'log-bessel': logBessel,
      'm-fac': mFac,
      'optimizer-cost': optimizerCost,
      scaling,
      'special-accuracy': specialAccuracy,
      'tfjs-models': tfjsModels,
      'tfjs-repair': tfjsRepair,
    },
  },
};
export default plugin;
