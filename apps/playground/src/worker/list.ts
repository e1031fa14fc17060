/** What the plugins offer. */
import type { CurvPlugin, Demo } from '@curv/plugin';
import { plugins, warnings } from 'virtual:curv-plugins';
import { messageOf } from '../message.js';
import type { DemoCard, PluginCard } from './protocol.js';

/** A plugin that has not loaded by then is passed over. */
const PATIENCE = 10_000;

/** Loads a plugin. @throws Error when it does not load, or does not keep the contract */
async function load({ name, load: start }: (typeof plugins)[number]): Promise<CurvPlugin> {
  const late = new Promise<never>((_, reject) => setTimeout(() => reject(new Error(`it did not load within ${PATIENCE / 1000} seconds`)), PATIENCE));
  const { default: plugin } = await Promise.race([start(), late]);
  if (typeof plugin?.contributes !== 'object') throw new Error(`${name} has no default export { api, name, contributes }`);
  return plugin;
}

function cardOf(plugin: string, name: string, demo: Demo): DemoCard {
  const { load: _, ...rest } = demo;
  // A copy by JSON: what is no plain data in it must not keep the page from showing the rest.
  return { ...(JSON.parse(JSON.stringify(rest)) as Omit<DemoCard, 'plugin' | 'name'>), plugin, name };
}

/** Tells of each plugin as soon as it has loaded. */
export async function listPlugins(tell: (plugin: PluginCard) => void): Promise<void> {
  for (const { name, reason } of warnings) tell({ name, title: name, demos: [], problem: reason });
  await Promise.all(
    plugins.map(async (found) => {
      const { name, title } = found;
      try {
        const { contributes } = await load(found);
        tell({ name, title, demos: Object.entries(contributes.demos ?? {}).map(([id, demo]) => cardOf(name, id, demo)) });
      } catch (error) {
        tell({ name, title, demos: [], problem: messageOf(error) });
      }
    }),
  );
}

/** One demo. @throws Error when there is no such plugin or demo */
export async function findDemo(plugin: string, name: string): Promise<Demo> {
  const found = plugins.find((p) => p.name === plugin);
  if (found === undefined) throw new Error(`no package ${plugin} is installed here`);
  const demo = (await load(found)).contributes.demos?.[name];
  if (demo === undefined) throw new Error(`${plugin} has no demo ${name}`);
  return demo;
}
