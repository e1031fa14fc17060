/** Special functions, distributions on them, quadrature and seeded sampling, in float64. */
export type { Broadcast, UniformSource } from './api.js';
export { map } from './vectorize.js';
export { logGamma } from './gamma/log-gamma.js';
export { logBesselI } from './log-bessel/log-bessel-i.js';
export { logBesselK } from './log-bessel/log-bessel-k.js';
export type { LogBesselMethod, LogBesselOptions } from './log-bessel/options.js';
export { type BesselExpression, selectExpression } from './log-bessel/select-expression.js';
export {
  besselIRatio, besselKRatio, logBesselIDerivative, logBesselISecondDerivative, logBesselKDerivative, logBesselKOrderDerivative, logBesselKSecondDerivative,
} from './log-bessel/ratio.js';
export { sampleBeta } from './random/beta.js';
export { sampleGamma } from './random/gamma.js';
export { sampleGeneralizedGaussian } from './random/generalized-gaussian.js';
export { sampleNormal } from './random/normal.js';
export { sampleStudentT } from './random/student-t.js';
export { classifyVonMisesFisher, type VmfClassification, type VmfComponent } from './vmf/classify.js';
export { type Concentration, vmfConcentration, type VmfMethod } from './vmf/concentration.js';
export { fitVonMisesFisher, type VmfFit } from './vmf/fit.js';
export { vmfLogNormalizer } from './vmf/log-normalizer.js';
export { vmfLogPdf } from './vmf/log-pdf.js';
export { fitVonMisesFisherMixture, type VmfMixture, type VmfMixtureOptions } from './vmf/mixture.js';
export { sampleVonMisesFisher } from './vmf/sample.js';
