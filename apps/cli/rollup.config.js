import config from '@curv-internal/config/rollup';

export default config({ entries: { bin: './src/bin.ts' }, declarations: false, banner: '#!/usr/bin/env node' });
