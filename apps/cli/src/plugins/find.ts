/** One contribution by its name. */
import type { CurvPlugin } from '@curv/plugin';
import { messageOf, UsageError } from '../errors.js';
import { type Discovery, type Found, shortName } from '@curv/plugin/node';

/** A contribution with where it came from. */
export interface Contribution<T> {
  readonly plugin: Found;
  readonly name: string;
  readonly value: T;
}

/** Loads a plugin; what goes wrong names it. */
export async function loadPlugin(found: Found): Promise<CurvPlugin> {
  try {
    return await found.load();
  } catch (error) {
    throw new UsageError(`plugin ${found.name} could not be loaded: ${messageOf(error)}`);
  }
}

/** All contributions of a kind; plugins that do not load are told to `warn`. */
export async function contributions<K extends 'demos' | 'benches'>(
  { plugins }: Discovery,
  kind: K,
  warn: (text: string) => void,
): Promise<Contribution<NonNullable<CurvPlugin['contributes'][K]>[string]>[]> {
  const lists = await Promise.all(
    plugins.map(async (plugin) => {
      try {
        const all = Object.entries((await loadPlugin(plugin)).contributes[kind] ?? {});
        return all.map(([name, value]) => ({ plugin, name, value: value as NonNullable<CurvPlugin['contributes'][K]>[string] }));
      } catch (error) {
        warn(messageOf(error));
        return [];
      }
    }),
  );
  return lists.flat();
}

/** PLUGIN/NAME, where the scope of first-party plugins may be left out. @throws UsageError listing what there is */
export async function findContribution<K extends 'demos' | 'benches'>(discovery: Discovery, kind: K, wanted: string): Promise<Contribution<NonNullable<CurvPlugin['contributes'][K]>[string]>> {
  const all = await contributions(discovery, kind, () => {});
  const names = ({ plugin, name }: { plugin: Found; name: string }): string[] => [`${plugin.name}/${name}`, `${shortName(plugin.name)}/${name}`];
  const hits = all.filter((c) => names(c).includes(wanted) || (kind === 'benches' && c.name === wanted));
  if (hits.length === 1) return hits[0]!;
  const known = all.map((c) => (kind === 'benches' ? c.name : names(c)[1]!)).join(', ') || 'none';
  throw new UsageError(`no ${kind === 'demos' ? 'demo' : 'bench'} ${wanted}; there are ${known}`);
}
