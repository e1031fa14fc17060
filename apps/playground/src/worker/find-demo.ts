/** A demo's code, by the names of its package and its own. */
import type { CurvPlugin, Demo } from '@curv/plugin';
import { plugins } from 'virtual:curv-plugins';
import { messageOf } from '../message.js';

/** A plugin that has not loaded by then counts as broken. */
const PATIENCE = 10_000;

/** @throws Error when the plugin does not load, or does not keep the contract */
async function load({ name, load: start }: (typeof plugins)[number]): Promise<CurvPlugin> {
  const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error(`it did not load within ${PATIENCE / 1000} seconds`)), PATIENCE));
  try {
    const { default: plugin } = await Promise.race([start(), late]);
    if (typeof plugin?.contributes !== 'object') throw new Error('it has no default export { api, name, contributes }');
    return plugin;
  } catch (error) {
    throw new Error(`${name} could not be loaded: ${messageOf(error)}`, { cause: error });
  }
}

/** @throws Error when there is no such plugin or demo, or its plugin does not load */
export async function findDemo(plugin: string, name: string): Promise<Demo> {
  const found = plugins.find((p) => p.name === plugin);
  if (found === undefined) throw new Error(`no package ${plugin} is installed here`);
  const demo = (await load(found)).contributes.demos?.[name];
  if (demo === undefined) throw new Error(`${plugin} has no demo ${name}`);
  return demo;
}
