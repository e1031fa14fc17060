import { copyFileSync, mkdirSync } from 'node:fs';
import config from '@curv-internal/config/rollup';

/** The PyTorch peer is a Python program that lies beside the bundle. */
const copyPeer = {
  name: 'copy-peer',
  writeBundle() {
    mkdirSync('dist/chunks', { recursive: true });
    for (const folder of ['dist', 'dist/chunks']) copyFileSync('src/hvp/torch_peer.py', `${folder}/torch_peer.py`);
  },
};

/** The page of the webgl bench is bundled from this. */
const entries = { 'tfjs-repair-look': 'src/tfjs-repair/look.ts' };

export default config({ declarations: false, entries }).map((part) => ({ ...part, plugins: [...part.plugins, copyPeer] }));
