/** What this package offers the apps. */
import type { CurvPlugin } from '@curv/plugin';

const plugin: CurvPlugin = { api: 1, name: '@curv/special-fns', contributes: { demos: {} } };
export default plugin;
