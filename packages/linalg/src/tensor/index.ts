/** Differentiable dense linear algebra on the tensors of `@curv/tensor`, over the last two axes. */
export { logAbsDeterminant, logDeterminant } from './log-determinant.js';
export { symmetricInverseSqrt, symmetricSqrt } from './symmetric-sqrt.js';
export { positiveDefiniteSolve, solve } from './solve.js';
export { svd, type TensorSVD } from './svd.js';
