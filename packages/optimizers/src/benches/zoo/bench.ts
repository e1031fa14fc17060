/** What the `zoo` bench claims. */
import { type Bench, claim } from '@curv/plugin';

export const zoo: Bench = {
  title: 'the problem zoo: evaluations of every method on every problem, beside SciPy',
  claims: {
    'nist-solved': claim('NIST problems solved by Levenberg-Marquardt, of 54 starts', '>=', 54, { peer: "SciPy's least_squares(lm), to 6 digits" }),
    'nist-digits': claim('certified digits, lower and average difficulty, fewest', '>=', 9, { peer: "SciPy's least_squares(lm)" }),
    'nist-digits-higher': claim('certified digits, higher difficulty, fewest', '>=', 6, { peer: "SciPy's least_squares(lm)" }),
    'lm-scipy': claim("residuals of Levenberg-Marquardt to the target ÷ those of SciPy's lm, geometric mean", '<=', 1.1),
    'lbfgs-scipy': claim("values of L-BFGS to the target ÷ those of SciPy's L-BFGS-B, geometric mean", '<=', 1.1),
    'trust-scipy': claim("values of the trust region to the target ÷ those of SciPy's trust-ncg, geometric mean", '<=', 1.1),
    'trust-products': claim('its Hessian products ÷ those of trust-ncg, geometric mean', '<=', 1.1),
    'newton-scipy': claim("values and products of Newton-CG ÷ those of SciPy's Newton-CG, geometric mean", '<=', 1.1),
    'lbfgs-reach': claim('problems that L-BFGS solves and SciPy does not − the other way round', '>=', 0),
    'convex': claim('convex problems × second-order methods that miss the target', '<=', 0),
  },
  load: async () => (await import('./run.js')).run,
};
