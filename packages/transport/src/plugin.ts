/** What this package offers the apps. */
import type { CurvPlugin } from '@curv/plugin';

const plugin: CurvPlugin = { api: 1, name: '@curv/transport', contributes: {} };
export default plugin;
