/** The parts of an analysis that can be chosen. */
import { UsageError } from '../errors.js';

/** Sections in the order in which they run, with what they give. */
export const SECTIONS = {
  check: 'whether the Hessian operator is symmetric, linear, deterministic, and agrees with differences',
  hessian: 'largest eigenvalues, density and trace of the Hessian',
  'gauss-newton': 'the same of the Gauss-Newton matrix',
  residual: 'the same of what it leaves of the Hessian, H − G',
  covariance: 'the same of the covariance of the examples’ gradients',
  layers: 'trace and largest eigenvalue of each layer’s block of the Hessian',
  cost: 'time of a gradient and of products',
} as const;

export type Section = keyof typeof SECTIONS;

/** What runs when nothing is chosen. */
export const DEFAULT_SECTIONS: readonly Section[] = ['check', 'hessian', 'gauss-newton', 'layers', 'cost'];

/** Reads `--sections a,b`; `all` stands for every one. @throws UsageError naming what there is */
export function readSections(text: string): Section[] {
  const names = Object.keys(SECTIONS) as Section[];
  const given = text.split(',').map((name) => name.trim());
  if (given.length === 1 && given[0] === 'all') return names;
  const unknown = given.find((name) => !names.includes(name as Section));
  if (unknown !== undefined) throw new UsageError(`--sections: expected a list of ${names.join(', ')}, or all; got ${unknown === '' ? 'an empty name' : unknown}`);
  return names.filter((name) => given.includes(name));
}
