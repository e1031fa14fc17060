/** Where a visitor is: the part of the address after #, so that any static host will do. */
import type { Param, Params } from '@curv/plugin';
import { readParams } from '@curv/plugin';
import type { Values } from './worker/protocol.js';
import { messageOf } from './message.js';

export type Place =
  | { readonly view: 'gallery'; readonly query: Readonly<Record<string, string>> }
  | { readonly view: 'lab' | 'digits'; readonly query: Readonly<Record<string, string>> }
  | { readonly view: 'demo'; readonly plugin: string; readonly demo: string; readonly query: Readonly<Record<string, string>> };

/** A part of an address; one that is wrongly encoded stands for itself. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** Reads an address such as `#/demo/@curv/optimizers/race?steps=60&seed=1`. */
export function readPlace(hash: string): Place {
  const [path = '', search = ''] = hash.replace(/^#\/?/, '').split('?');
  const query = Object.fromEntries(new URLSearchParams(search));
  const parts = path.split('/').map(decoded);
  if (parts[0] === 'lab' || parts[0] === 'digits') return { view: parts[0], query };
  if (parts[0] === 'demo' && parts.length >= 3) return { view: 'demo', plugin: parts.slice(1, -1).join('/'), demo: parts.at(-1)!, query };
  return { view: 'gallery', query };
}

/** The address of a place; parameters at their defaults are left out. */
export function hashOf(path: string, query: Readonly<Record<string, string>> = {}): string {
  const search = new URLSearchParams(query).toString();
  return `#/${path}${search === '' ? '' : `?${search}`}`;
}

/** Values and seed that an address gives, and what in it does not fit; what does not fit takes its default. */
export function readValues(params: Params, query: Readonly<Record<string, string>>): { values: Values; seed: number; problems: string[] } {
  const problems: string[] = [];
  const values = Object.entries(params).map(([name, param]) => {
    const given = query[`p.${name}`];
    if (given === undefined) return [name, param.default];
    try {
      return [name, readParams({ [name]: param }, { [name]: given })[name]];
    } catch (error) {
      problems.push(messageOf(error));
      return [name, param.default];
    }
  });
  for (const key of Object.keys(query)) if (key.startsWith('p.') && !(key.slice(2) in params)) problems.push(`there is no parameter ${key.slice(2)}`);
  const seed = query['seed'] === undefined ? 0 : readSeed(query['seed']);
  if (seed === null) problems.push(`seed: expected a whole number from 0 on, got ${query['seed']!}`);
  return { values: Object.fromEntries(values) as Values, seed: seed ?? 0, problems };
}

/** The values as an address holds them. */
export function writeValues(params: Params, values: Values): Record<string, string> {
  const changed = Object.entries(params).filter(([name, { default: usual }]: [string, Param]) => values[name] !== usual);
  return Object.fromEntries(changed.map(([name]) => [`p.${name}`, String(values[name])]));
}

/** A whole number from 0 on, or null. */
export function readSeed(text: string | undefined): number | null {
  const seed = Number(text);
  return text !== undefined && text.trim() !== '' && Number.isSafeInteger(seed) && seed >= 0 ? seed : null;
}
