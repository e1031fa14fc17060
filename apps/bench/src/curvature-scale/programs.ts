/** The measured programs: text of ES modules for processes of their own (see support/child.ts). */

/** A dense tanh classifier and a problem on it: parameters and data from a formula. */
const PROBLEM = `
const { hessian, slidingFisherInverse, topEigenpairs } = await load('hessian-core');
const { cpu, softmaxCrossEntropy, tensor } = await load('tensor');
const array = (shape, phase, scale) => {
  const n = shape.reduce((a, b) => a * b, 1);
  return tensor(Float32Array.from({ length: n }, (_, i) => scale * Math.sin(0.7 * i + phase + 1e-4 * (i % 9973) ** 2)), shape);
};
/** inputs-hidden-10 with parameters of about d in all. */
const makeProblem = (inputs, d, batchSize, batches) => {
  const hidden = Math.round(d / (inputs + 11));
  const params = { w1: array([inputs, hidden], 1, 1 / Math.sqrt(inputs)), b1: array([hidden], 2, 0.1), w2: array([hidden, 10], 3, 2 / Math.sqrt(hidden)), b2: array([10], 4, 0.1) };
  const data = Array.from({ length: batches }, (_, k) => ({ size: batchSize, data: { x: array([batchSize, inputs], 5 + k, 1), y: tensor(Int32Array.from({ length: batchSize }, (_, i) => i % 10), [batchSize]) } }));
  return { params, batches: data, reduction: 'mean', engine: cpu, model: (p, { x }) => x.matmul(p.w1).add(p.b1).tanh().matmul(p.w2).add(p.b2), outputLoss: (z, { y }) => softmaxCrossEntropy(z, y) };
};
const say = (result) => console.log(JSON.stringify(result));`;

export interface EigenpairsResult {
  readonly parameters: number;
  readonly values: readonly number[];
  readonly residuals: readonly number[];
  readonly converged: boolean;
  readonly products: number;
  readonly seconds: number;
  readonly bytes: number;
}

/** Ten largest eigenpairs with a basis of 14 vectors in float32; those handed out are copies in float64. */
export const eigenpairs = (d: number): string => `${PROBLEM}
const start = performance.now();
const operator = hessian(makeProblem(1000, ${d}, 16, 1));
const found = await topEigenpairs(operator, { k: 10, basisSize: 14, tolerance: 1e-2, maxProducts: 120 });
say({ parameters: operator.shape[0], values: [...found.values], residuals: [...found.residuals], converged: found.converged, products: found.products, seconds: (performance.now() - start) / 1000, bytes: maxRss() });`;

/** Largest resident memory of a full window in use. */
export const window = (m: number, d: number): string => `${PROBLEM}
const w = slidingFisherInverse({ dimension: ${d}, window: ${m}, damping: 1e-3 });
const g = new Float32Array(${d});
for (let i = 0; i < ${m} + 4; i++) { for (let j = 0; j < ${d}; j++) g[j] = Math.sin(i + j); w.pushApply(g); }
say({ bytes: maxRss() });`;

/** Least milliseconds of a Hessian-vector product for each setting [parameters, batches]. */
export const products = (settings: readonly (readonly [number, number])[], repeats: number): string => `${PROBLEM}
const operators = ${JSON.stringify(settings)}.map(([d, batches]) => hessian(makeProblem(500, d, 32, batches), { keep: 'never' }));
const times = operators.map(() => Infinity);
for (let round = 0; round < ${repeats}; round++) {
  for (const [i, operator] of operators.entries()) {
    const v = new Float64Array(operator.shape[0]).fill(1);
    const start = performance.now();
    await operator.apply(v);
    times[i] = Math.min(times[i], performance.now() - start);
  }
}
say(times);`;
