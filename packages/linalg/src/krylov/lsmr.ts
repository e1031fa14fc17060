import type { LinearOperator } from '../api.js';
import { norm } from '../vector.js';
import { Bidiagonalization, type LeastSquaresOptions, type LeastSquaresResult, leastSquaresSettings, type LeastSquaresStatus, verdict } from './least-squares.js';

/**
 * As `lsqr`, but minimizing ‖Aᵀr‖ in each Krylov space, so that both ‖r‖ and ‖Aᵀr‖ fall at every step and it can stop early (D. C.-L. Fong &
 * M. A. Saunders, SIAM J. Sci. Comput. 33, 2011, arXiv:1006.0758). Memory: 6 vectors.
 * @throws TypeError, RangeError on wrong arguments or products that are not finite; the signal's reason
 */
export async function lsmr(operator: LinearOperator, b: Float64Array, options: LeastSquaresOptions = {}): Promise<LeastSquaresResult> {
  const settings = leastSquaresSettings('lsmr', operator, b, options);
  const { damping, maxIterations } = settings;
  const process = await Bidiagonalization.start('lsmr', operator, b, options.signal);
  const n = operator.shape[1];
  const x = new Float64Array(n);
  const size = process.beta;
  const h = process.v.slice();
  const hBar = new Float64Array(n);
  let alphaBar = process.alpha;
  let zetaBar = process.alpha * process.beta;
  let [rho, rhoBar, cBar, sBar] = [1, 1, 1, 0];
  const tracked = new ResidualNorm(process.beta);
  const seen = new Conditioning(process.alpha);
  let residual = size;
  const end = (status: LeastSquaresStatus): LeastSquaresResult => ({
    x,
    status,
    converged: status === 'converged' || status === 'least-squares',
    iterations: process.products.count,
    residual,
    normalResidual: Math.abs(zetaBar),
    normEstimate: seen.norm,
    conditionEstimate: seen.condition,
  });
  if (zetaBar === 0) return end(residual === 0 ? 'converged' : 'least-squares');
  while (process.products.count < maxIterations) {
    await process.step();
    const { alpha, beta, v } = process;
    // P̂, P, P̄: section 2.4 and algorithm LSMR
    const alphaHat = Math.hypot(alphaBar, damping);
    const cHat = alphaBar / alphaHat;
    const sHat = damping / alphaHat;
    const rhoOld = rho;
    rho = Math.hypot(alphaHat, beta);
    const c = alphaHat / rho;
    const s = beta / rho;
    const theta = s * alpha;
    alphaBar = c * alpha;
    const rhoBarOld = rhoBar;
    const thetaBar = sBar * rho;
    const turned = cBar * rho;
    rhoBar = Math.hypot(turned, theta);
    cBar = turned / rhoBar;
    sBar = theta / rhoBar;
    const zeta = cBar * zetaBar;
    zetaBar *= -sBar;
    for (let i = 0; i < n; i++) {
      hBar[i] = h[i]! - ((thetaBar * rho) / (rhoOld * rhoBarOld)) * hBar[i]!;
      x[i]! += (zeta / (rho * rhoBar)) * hBar[i]!;
      h[i] = v[i]! - (theta / rho) * h[i]!;
    }
    residual = tracked.next(cHat, sHat, c, s, thetaBar, rhoBar, zeta);
    const known = seen.next(alpha, Math.hypot(beta, damping), rhoBarOld, turned);
    options.onProgress?.({ iteration: process.products.count, maxIterations, residual });
    const status = verdict(settings, { b: size, x: norm(x), residual, normalResidual: Math.abs(zetaBar), norm: known, condition: seen.condition });
    if (status !== null) return end(status);
  }
  return end('max-iterations');
}

/** Norm and condition of the part of A that has been seen (Fong & Saunders, section 3.3). */
class Conditioning {
  condition = 1;
  private largest = 0;
  private smallest = Infinity;
  private squares: number;
  private steps = 0;

  constructor(alpha: number) {
    this.squares = alpha ** 2;
  }

  get norm(): number {
    return Math.sqrt(this.squares);
  }

  /** The norm without the column that is not complete. */
  next(alpha: number, below: number, rhoBarOld: number, turned: number): number {
    this.squares += below ** 2;
    const known = this.norm;
    this.squares += alpha ** 2;
    if (this.steps++ > 0) {
      this.largest = Math.max(this.largest, rhoBarOld);
      this.smallest = Math.min(this.smallest, rhoBarOld);
    }
    this.condition = Math.max(this.largest, turned) / Math.min(this.smallest, turned);
    return known;
  }
}

/** ‖r‖ by one more triangularization (Fong & Saunders, section 3.1). */
class ResidualNorm {
  private betaDD: number;
  private betaD = 0;
  private rhoDOld = 1;
  private tauTildeOld = 0;
  private thetaTilde = 0;
  private zetaOld = 0;
  private squares = 0;

  constructor(beta: number) {
    this.betaDD = beta;
  }

  next(cHat: number, sHat: number, c: number, s: number, thetaBar: number, rhoBar: number, zeta: number): number {
    const betaAcute = cHat * this.betaDD;
    const betaCheck = -sHat * this.betaDD;
    const betaHat = c * betaAcute;
    this.betaDD = -s * betaAcute;
    const thetaTildeOld = this.thetaTilde;
    const rhoTildeOld = Math.hypot(this.rhoDOld, thetaBar);
    const cTilde = this.rhoDOld / rhoTildeOld;
    const sTilde = thetaBar / rhoTildeOld;
    this.thetaTilde = sTilde * rhoBar;
    this.rhoDOld = cTilde * rhoBar;
    this.betaD = -sTilde * this.betaD + cTilde * betaHat;
    this.tauTildeOld = (this.zetaOld - thetaTildeOld * this.tauTildeOld) / rhoTildeOld;
    const tauD = (zeta - this.thetaTilde * this.tauTildeOld) / this.rhoDOld;
    this.zetaOld = zeta;
    this.squares += betaCheck ** 2;
    return Math.sqrt(this.squares + (this.betaD - tauD) ** 2 + this.betaDD ** 2);
  }
}
