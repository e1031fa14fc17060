/** What this package offers the apps. */
import type { CurvPlugin } from '@curv/plugin';
import { sns } from './benches/sns/bench.js';

const plugin: CurvPlugin = { api: 1, name: '@curv/transport', contributes: { benches: { sns } } };
export default plugin;
