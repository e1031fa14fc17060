import config from '@curv-internal/config/rollup';

/** The page of the webgl bench is bundled from this. */
const entries = { 'tfjs-repair-look': 'src/tfjs-repair/look.ts' };

export default config({ declarations: false, entries });
