/** Newton-CG. */
import type { LineSearch, Minimizer } from '../api.js';
import { newtonDirection, type NewtonOptions } from '../descents/newton-direction.js';
import { lineSearchMethod } from '../line-search-method.js';
import { moreThuente } from '../searches/more-thuente.js';

/** Truncated Newton with a line search; `curvature: 'gaussNewton'` makes it the Gauss-Newton method. */
export const newtonCg = ({ search = moreThuente(), ...options }: NewtonOptions & { readonly search?: LineSearch } = {}): Minimizer => lineSearchMethod(newtonDirection(options), search);
