/** jax-js on its wasm backend. */

/** @throws Error when the package is missing or does not start */
export async function startJax(): Promise<any> {
  // jax-js reads two globals that Node 20 lacks.
  const scope = globalThis as Record<string, unknown>;
  scope['navigator'] ??= {};
  scope['Float16Array'] ??= class {};
  const api: any = await import('@jax-js/jax');
  await api.init('cpu', 'wasm');
  api.defaultDevice('wasm');
  return api;
}
