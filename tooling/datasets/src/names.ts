/** English first names. */
import { inflate } from './unpack.js';

/** Unique names in lower case, a to z, sorted. */
export const names = async (): Promise<readonly string[]> => new TextDecoder().decode(await inflate((await import('./data/names.js')).packed)).split('\n');
