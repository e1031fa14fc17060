/** Who else has the functions. */
import { createRequire } from 'node:module';
import cephes from 'cephes';
import { fromBase64, type PythonPeer, toBase64 } from '@curv-internal/python-peer';
import type { AccuracyTable } from './tables.js';

type Call = (...args: number[]) => number;

/** scipy.special's functions, in the order of our arguments. */
const SCIPY: Readonly<Record<string, string>> = {
  gamma: 'gamma', logGamma: 'gammaln', digamma: 'digamma', polygamma: 'lambda m, x: np.array([polygamma(int(a), b) for a, b in zip(m, x)])', beta: 'beta', logBeta: 'betaln', erf: 'erf', erfc: 'erfc',
  erfcx: 'erfcx', inverseErf: 'erfinv', inverseErfc: 'erfcinv', normalCdf: 'ndtr', normalLogCdf: 'log_ndtr', normalQuantile: 'ndtri', expIntegralE1: 'exp1', expIntegralEi: 'expi', expIntegralEn: 'expn',
  log1pExp: 'lambda x: np.logaddexp(0, x)', sigmoid: 'expit', logit: 'logit', besselJ: 'jv', besselY: 'yv', besselI: 'iv', besselK: 'kv',
  sphericalBesselJ: 'lambda n, x: spherical_jn(n.astype(int), x)', sphericalBesselY: 'lambda n, x: spherical_yn(n.astype(int), x)', sphericalBesselI: 'lambda n, x: spherical_in(n.astype(int), x)',
  sphericalBesselK: 'lambda n, x: spherical_kn(n.astype(int), x)', legendre: 'lambda n, x: eval_legendre(n.astype(int), x)', chebyshevT: 'lambda n, x: eval_chebyt(n.astype(int), x)',
  chebyshevU: 'lambda n, x: eval_chebyu(n.astype(int), x)', hermite: 'lambda n, x: eval_hermite(n.astype(int), x)', laguerre: 'lambda n, x, a=0: eval_genlaguerre(n.astype(int), a, x)', gammaP: 'gammainc', gammaQ: 'gammaincc',
  incompleteBeta: 'betainc', inverseGammaP: 'gammaincinv', inverseIncompleteBeta: 'betaincinv', inverseGammaQ: 'gammainccinv', incompleteBetaComplement: 'lambda a, b, x: betainc(b, a, 1 - x)',
  inverseIncompleteBetaComplement: 'lambda a, b, q: 1 - betaincinv(b, a, q)', binomialPmf: 'stats.binom.pmf', binomialCdf: 'bdtr', binomialSurvival: 'bdtrc',
  'clopperPearson.low': 'lambda k, n, c: betaincinv(k, n - k + 1, (1 - c) / 2)', 'clopperPearson.high': 'lambda k, n, c: 1 - betaincinv(n - k, k + 1, (1 - c) / 2)',
  logSumExp: 'lambda *x: logsumexp(np.stack(x), axis=0)', 'softmax[0]': 'lambda *x: softmax(np.stack(x), axis=0)[0]', 'logSoftmax[0]': 'lambda *x: log_softmax(np.stack(x), axis=0)[0]',
  logBesselI: 'lambda v, x: np.log(ive(v, x)) + x', logBesselK: 'lambda v, x: np.log(kve(v, x)) - x', besselIRatio: 'lambda v, x: ive(v + 1, x) / ive(v, x)', besselKRatio: 'lambda v, x: kve(v + 1, x) / kve(v, x)',
  'gaussLegendre.nodes': 'rule(roots_legendre, 0)', 'gaussLegendre.weights': 'rule(roots_legendre, 1)', 'gaussHermite.nodes': 'rule(roots_hermite, 0)', 'gaussHermite.weights': 'rule(roots_hermite, 1)',
  'gaussLaguerre.nodes': 'rule(roots_genlaguerre, 0)', 'gaussLaguerre.weights': 'rule(roots_genlaguerre, 1)', 'gaussChebyshev.nodes': 'rule(roots_chebyt, 0)', 'gaussChebyshev.weights': 'rule(roots_chebyt, 1)',
};

/** Values of SciPy; null where it lacks the function. */
export async function scipyValues(python: PythonPeer, table: AccuracyTable): Promise<Float64Array | null> {
  const name = SCIPY[table.function];
  if (name === undefined) return null;
  return fromBase64((await python.ask({ do: 'evaluate', function: name, args: table.args.map(toBase64) })).values);
}

/** stdlib packages, @stdlib/math-base-special-NAME; `reorder` gives their arguments from ours. */
const STDLIB: Readonly<Record<string, readonly [name: string, reorder?: (...args: number[]) => unknown[]]>> = {
  gamma: ['gamma'], logGamma: ['gammaln'], digamma: ['digamma'], polygamma: ['polygamma'], beta: ['beta'], logBeta: ['betaln'], erf: ['erf'], erfc: ['erfc'], erfcx: ['erfcx'], inverseErf: ['erfinv'],
  inverseErfc: ['erfcinv'], gammaP: ['gammainc', (a, x) => [x, a]], gammaQ: ['gammainc', (a, x) => [x, a, true, true]], incompleteBeta: ['betainc', (a, b, x) => [x, a, b]],
  inverseGammaP: ['gammaincinv', (a, p) => [p, a]], inverseIncompleteBeta: ['betaincinv', (a, b, p) => [p, a, b]],
};

/** stdlib is no dependency (its functions come in some 240 packages): found where it is installed or on NODE_PATH. @returns null where absent */
export function stdlib(name: string): Call | null {
  const entry = STDLIB[name];
  if (entry === undefined) return null;
  const [short, reorder] = entry;
  try {
    const f = createRequire(import.meta.url)(`@stdlib/math-base-special-${short}`) as (...args: unknown[]) => number;
    return reorder ? (...args) => f(...reorder(...args)) : f;
  } catch {
    return null;
  }
}

const CEPHES: Readonly<Record<string, readonly [name: string, reorder?: (...args: number[]) => number[]]>> = {
  gamma: ['gamma'], logGamma: ['lgam'], digamma: ['psi'], beta: ['beta'], logBeta: ['lbeta'], erf: ['erf'], erfc: ['erfc'], normalCdf: ['ndtr'], normalQuantile: ['ndtri'], expIntegralEi: ['ei'], expIntegralEn: ['expn'],
  besselJ: ['jv'], besselY: ['yv'], besselI: ['iv'], gammaP: ['igam'], gammaQ: ['igamc'], incompleteBeta: ['incbet'], inverseIncompleteBeta: ['incbi'],
};

/** The cephes library in WebAssembly; it throws where it is not sure of a value, which counts as NaN. */
export function cephesCall(name: string): Call | null {
  const entry = CEPHES[name];
  if (entry === undefined || cephes[entry[0]] === undefined) return null;
  const f = cephes[entry[0]]!;
  return (...args) => {
    try {
      const found: unknown = f(...args);
      return typeof found === 'number' ? found : NaN;
    } catch {
      return NaN;
    }
  };
}

export const cephesReady: Promise<void> = cephes.compiled;
