import { copyFileSync, mkdirSync } from 'node:fs';
import { basename } from 'node:path';
import config from '@curv-internal/config/rollup';

/** Peers in Python lie beside the bundle. */
const PEERS = ['src/hvp/torch_peer.py', 'src/kernels/kernels_peer.py', 'src/special-accuracy/scipy_peer.py', 'src/curvature-peers/curvature_peer.py', 'src/linalg/linalg_peer.py'];

const copyPeers = {
  name: 'copy-peers',
  writeBundle() {
    mkdirSync('dist/chunks', { recursive: true });
    for (const folder of ['dist', 'dist/chunks']) for (const peer of PEERS) copyFileSync(peer, `${folder}/${basename(peer)}`);
  },
};

/** The page of the webgl bench is bundled from this. */
const entries = { 'tfjs-repair-look': 'src/tfjs-repair/look.ts' };

export default config({ declarations: false, entries }).map((part) => ({ ...part, plugins: [...part.plugins, copyPeers] }));
