import config from '@curv-internal/config/rollup';

export default config();
