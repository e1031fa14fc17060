import config from '@curv-internal/config/vitest';

export default config();
