/** What a problem can answer, made from its functions. */
import { ggnvp, grad, hvp, type Tensor, vmap } from '@curv/tensor';
import type { Draw, Need, Optimizer, Oracles, Params, Problem } from '../api.js';
import { layerMoments } from './layer-moments.js';
import { likelihoods, sampledGradient } from './likelihood.js';

/** The problem's loss as one function. @throws TypeError when it has none */
export function lossOf(problem: Problem): (params: Params, batch: unknown) => Tensor {
  const { loss, model, outputLoss } = problem;
  if (loss) return (params, batch) => loss(params, batch);
  if (model && outputLoss) return (params, batch) => outputLoss(model(params, batch), batch);
  throw new TypeError('problem: expected loss, or model and outputLoss');
}

/** What has to be there for a need to be met, or null when it is. */
const MISSING: Readonly<Record<Need, (problem: Problem) => string | null>> = {
  value: () => null,
  hvp: () => null,
  ggnvp: ({ model, outputLoss }) => (model && outputLoss ? null : 'model and outputLoss'),
  gradSamples: ({ exampleLoss }) => (exampleLoss ? null : 'exampleLoss'),
  layerMoments: ({ model, likelihood }) => (model && likelihood ? null : 'model and likelihood'),
  sampledGradient: ({ model, likelihood }) => (model && likelihood ? null : 'model and likelihood'),
};

/** Refuses a problem before the first step. @throws TypeError naming every part that the optimizer needs and the problem lacks */
export function checkNeeds(problem: Problem, { name, needs }: Pick<Optimizer, 'name' | 'needs'>): void {
  lossOf(problem);
  const { likelihood } = problem;
  if (likelihood !== undefined && !likelihoods.includes(likelihood)) throw new TypeError(`problem.likelihood: expected one of ${likelihoods.join(', ')}, got ${String(likelihood)}`);
  const missing = needs.flatMap((need) => {
    const what = MISSING[need](problem);
    return what === null ? [] : [`${what} (for ${need})`];
  });
  if (missing.length > 0) throw new TypeError(`problem: ${name} needs ${missing.join(', ')}`);
}

/**
 * The answers at given parameters and batch; each is traced when it is first asked for.
 * @param curved gives the batch of curvature
 */
export function oraclesOf(problem: Problem, params: Params, batch: unknown, curved: () => unknown, value: Tensor, draw: Draw): Oracles {
  const { model, outputLoss, exampleLoss, likelihood, weights } = problem;
  const loss = lossOf(problem);
  return {
    value,
    hvp: (v) => hvp(loss)(params, v, curved()) as Params,
    ...(model && outputLoss && { ggnvp: (v: Params) => ggnvp((p: Params, b: unknown) => model(p, b) as unknown, (o: unknown, b: unknown) => outputLoss(o, b))(params, v, curved()) as Params }),
    ...(exampleLoss && { gradSamples: () => vmap(grad((p: Params, example: unknown) => exampleLoss(p, example)), { inAxes: [null, 0] })(params, batch) as Params }),
    ...(model && likelihood && { layerMoments: () => layerMoments(likelihood, problem, params, curved(), draw) }),
    ...(model && likelihood && {
      sampledGradient: () => {
        const data = curved();
        return sampledGradient(likelihood, (p) => model(p, data) as Tensor, params, draw, weights?.(data));
      },
    }),
  };
}
