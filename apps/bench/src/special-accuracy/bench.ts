/** What the `special-accuracy` bench claims. */
import type { Bench, Claim } from '@curv/plugin';

const claim = (text: string, op: '<=' | '>=', value: number, names: Pick<Claim, 'baseline' | 'peer' | 'unit'> = {}): Claim => ({ text, threshold: { op, value }, ...names });
const peer = { peer: 'SciPy, where it has the function' };

const claims: Readonly<Record<string, Claim>> = {
  elementary: claim('largest error of gamma, error function, normal and logistic functions', '<=', 4, { unit: 'ulp', ...peer }),
  rest: claim('largest error of the rest, relative or in the region’s metric', '<=', 1e-13, peer),
  finite: claim('share of finite values', '>=', 1),
};

export const specialAccuracy: Bench = {
  title: 'special functions against 30 digits over their domains, beside SciPy and npm packages',
  claims,
  load: async () => (await import('./run.js')).run,
};
