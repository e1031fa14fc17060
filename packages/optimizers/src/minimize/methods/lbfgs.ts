/** L-BFGS. */
import type { LineSearch, Minimizer } from '../api.js';
import { type BfgsOptions, limitedBfgs } from '../descents/limited-bfgs.js';
import { lineSearchMethod } from '../line-search-method.js';
import { moreThuente } from '../searches/more-thuente.js';

/** Limited-memory BFGS with a strong-Wolfe search (`moreThuente`), or another such as `hagerZhang()`. */
export const lbfgs = ({ search = moreThuente(), ...options }: BfgsOptions & { readonly search?: LineSearch } = {}): Minimizer => lineSearchMethod(limitedBfgs(options), search);
