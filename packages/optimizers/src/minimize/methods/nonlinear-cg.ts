/** Nonlinear conjugate gradients. */
import type { LineSearch, Minimizer } from '../api.js';
import { conjugateDirections, type ConjugateOptions } from '../descents/nonlinear-cg.js';
import { lineSearchMethod } from '../line-search-method.js';
import { moreThuente } from '../searches/more-thuente.js';

/** Nonlinear conjugate gradients with a nearly exact search: over the zoo it needs fewer evaluations than the looser searches. */
export const nonlinearCg = ({ search = moreThuente({ curvature: 0.1 }), ...options }: ConjugateOptions & { readonly search?: LineSearch } = {}): Minimizer =>
  lineSearchMethod(conjugateDirections(options), search);
