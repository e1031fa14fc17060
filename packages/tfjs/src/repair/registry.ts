/** Registering gradients and kernels so that the registries can be put back. */
import type { GradConfig, KernelConfig } from '@tensorflow/tfjs-core';
import type { TensorFlow } from './api.js';
import type { Undo } from './engine/patch.js';

export function registerGradient(tf: TensorFlow, config: GradConfig): Undo {
  const { kernelName } = config;
  const before = tf.getGradient(kernelName) as GradConfig | undefined;
  tf.registerGradient(config);
  return () => {
    if (tf.getGradient(kernelName) !== config) return;
    if (before) tf.registerGradient(before);
    else tf.unregisterGradient(kernelName);
  };
}

/** TensorFlow.js's map of kernels: `tf.unregisterKernel` of 4.x throws for kernels that are registered, and replacing one warns. */
function kernelsByKey(): Map<string, KernelConfig> | undefined {
  return (globalThis as { _tfGlobals?: Map<string, Map<string, KernelConfig>> })._tfGlobals?.get('kernelRegistry');
}

/** Registers a kernel that a backend lacks, or in the place of its own. @returns null where that cannot be undone */
export function registerKernel(config: KernelConfig): Undo | null {
  const registry = kernelsByKey();
  if (registry === undefined) return null;
  const key = `${config.backendName}_${config.kernelName}`;
  const before = registry.get(key);
  registry.set(key, config);
  return () => {
    if (registry.get(key) !== config) return;
    if (before) registry.set(key, before);
    else registry.delete(key);
  };
}

/** The backends that have kernels in this namespace's registry, of those that are known. */
export function backendsOf(tf: TensorFlow): string[] {
  return ['cpu', 'wasm', 'webgl', 'webgpu', 'tensorflow'].filter((name) => tf.getKernelsForBackend(name).length > 0);
}
