import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';
import { curvPlugins } from './build/curv-plugins.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** Threads of WebAssembly need cross-origin isolation. */
const isolation = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

/** Nothing may be fetched from elsewhere. */
const policy = (scripts: string): string =>
  `default-src 'self'; script-src 'self' ${scripts} blob:; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self' data: blob:; object-src 'none'; base-uri 'none'`;

const WORKER = /\/assets\/worker-[\w-]+\.js$/;

/** Workers, which compute, may make code besides, and only they: the engine cpu writes a loop for each fused kernel, and would have to interpret it. */
const answerHeaders: Plugin = {
  name: 'answer-headers',
  configurePreviewServer: ({ middlewares }) =>
    void middlewares.use(({ url = '' }, response, next) => {
      const scripts = WORKER.test(url.split('?')[0]!) ? "'wasm-unsafe-eval' 'unsafe-eval'" : "'wasm-unsafe-eval'";
      for (const [name, value] of Object.entries({ ...isolation, 'Content-Security-Policy': policy(scripts) })) response.setHeader(name, value);
      next();
    }),
};

/** More plugins, by folder or name: CURV_PLUGINS=a,b. */
const extra = (process.env['CURV_PLUGINS'] ?? '').split(',').filter(Boolean);

/** Threads of TensorFlow.js start from the text of a bundled function, which minifying breaks: they get its file instead. */
const tfjsThreads: Plugin = {
  name: 'tfjs-threads',
  transform(code, id) {
    if (!/tfjs-backend-wasm[\\/]dist[\\/]backend_wasm\.js$/.test(id)) return null;
    const blob = /new Blob\(\[`var WasmBackendModuleThreadedSimd = ` \+\s*wasmFactoryThreadedSimd\.toString\(\)\], \{ type: 'text\/javascript' \}\)/;
    if (!blob.test(code)) throw new Error(`${id} starts its threads in another way than expected`);
    return `import threadScript from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.js?url';\n${code.replace(blob, 'threadScript')}`;
  },
};

const plugins = (): Plugin[] => [tfjsThreads, curvPlugins({ cwd: process.env['CURV_PROJECT'] ?? here('../..'), app: import.meta.url, plugin: extra })];

/** A plugin's chunk bears its package's name. */
const chunkFileNames = ({ facadeModuleId }: { facadeModuleId?: string | null }): string => {
  const name = /([^/]+)\/(?:dist\/|src\/)?plugin\.js$/.exec(facadeModuleId ?? '')?.[1];
  return name ? `assets/plugin-${name}-[hash].js` : 'assets/[name]-[hash].js';
};

export default defineConfig({
  root: here('.'),
  base: './',
  plugins: [...plugins(), answerHeaders],
  resolve: {
    alias: [
      // In a page there is no Node, and one build of ONNX Runtime is enough.
      { find: /^onnxruntime-node$/, replacement: here('build/no-onnxruntime-node.ts') },
      { find: /^onnxruntime-web$/, replacement: 'onnxruntime-web/wasm' },
      { find: /^csv-parse\/sync$/, replacement: 'csv-parse/browser/esm/sync' },
      { find: /^@curv-internal\/([\w-]+)$/, replacement: here('../../tooling/$1/src/index.ts') },
    ],
  },
  worker: { format: 'es', plugins, rolldownOptions: { output: { chunkFileNames } } },
  build: { target: 'es2022', outDir: process.env['CURV_OUT'] ?? 'dist', emptyOutDir: true, chunkSizeWarningLimit: 20_000, modulePreload: { polyfill: false }, reportCompressedSize: false },
  preview: { host: '127.0.0.1', port: 4173 },
});
