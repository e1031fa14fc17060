/** Functions of tensors, differentiable to any order. */
export { besselIRatio, besselKRatio, logBesselI, logBesselK } from './log-bessel.js';
export { vmfLogNormalizer, vmfLogPdf } from './von-mises-fisher.js';
