/** The curvature of a model that is dropped on the page or trained there. */
import { layersOf, savedProblem } from '@curv-internal/model-data';
import { type CurvatureOperator, hessian, hutchinsonTrace, lossSlice, type Problem, riskFunction, spectralDensity, topEigenpairs } from '@curv/hessian-core';
import type { Engine } from '@curv/tensor';
import type { Frame } from '@curv/plugin';
import { loadDigits } from '../digits.js';
import { bestEngine } from '../engines.js';
import type { LabOrder } from '../protocol.js';
import type { Host } from '../run-demo.js';
import { streaming } from '../streaming.js';

/** Share of the whole that each part takes. */
const PARTS = { model: 0.2, eigenvalues: 0.2, density: 0.25, layers: 0.15, landscape: 0.2 } as const;

/** Bytes that the vectors of an analysis may take in a page. */
const MEMORY = 1.5e9;

interface Lab extends Host {
  readonly engine: Engine;
  readonly order: LabOrder;
  readonly number: (name: string) => number;
  put(frame: Frame): void;
  progress(part: keyof typeof PARTS, share: number, text: string): void;
}

export async function runLab(order: LabOrder, host: Host): Promise<AsyncIterable<Frame>> {
  const { engine, notes } = await bestEngine(order.engine, [], host.onLost);
  host.onEngine(engine.name, notes);
  const names = Object.keys(PARTS) as (keyof typeof PARTS)[];
  return streaming((put) =>
    analyse({
      ...host,
      engine,
      order,
      put,
      number: (name) => Number(order.values[name]),
      progress(part, share, text) {
        const before = names.slice(0, names.indexOf(part)).reduce((sum, name) => sum + PARTS[name], 0);
        put({ kind: 'progress', done: before + PARTS[part] * Math.min(1, share), total: 1, text });
      },
    }),
  );
}

async function analyse(lab: Lab): Promise<void> {
  const { problem, summary } = lab.order.model.length > 0 ? await dropped(lab) : await trained(lab);
  lab.put({ kind: 'note', text: summary });
  const operator = hessian(problem, { signal: lab.signal });
  try {
    const n = operator.shape[0];
    const needed = 8 * n * (2 * lab.number('eigenvalues') + 60);
    if (needed > MEMORY) throw new RangeError(`the model has ${n} parameters: its analysis would take ${(needed / 1e9).toFixed(1)} GB here; use curv analyze --model, or choose fewer eigenvalues`);
    await requireFinite(problem);
    lab.put({ kind: 'note', text: `${n} parameters in ${layersOf(problem.params, undefined).length} layers.` });
    const paced = { ...operator, apply: async (v: Float64Array) => (await lab.pass(), operator.apply(v)) } as CurvatureOperator;
    const vectors = await eigenvalues(paced, lab);
    await density(paced, lab);
    await layers(problem, lab);
    await landscape(problem, vectors, lab);
  } finally {
    operator.dispose();
  }
}

/** @throws RangeError when a weight, or the loss, is NaN or infinite */
async function requireFinite(problem: Problem): Promise<void> {
  const risk = riskFunction(problem);
  try {
    const weights = await risk.point();
    const bad = weights.findIndex((w) => !Number.isFinite(w));
    if (bad >= 0) throw new RangeError(`weight ${bad + 1} of ${weights.length} is ${weights[bad]}; expected finite weights`);
    const loss = await risk(weights);
    if (!Number.isFinite(loss)) throw new RangeError(`the loss of the model on these examples is ${loss}; expected a finite number`);
  } finally {
    risk.dispose();
  }
}

async function trained({ order, engine, number, put, pass, signal, progress }: Lab): Promise<{ problem: Problem; summary: string }> {
  const { trainNet } = await import('./train-net.js');
  return trainNet({ data: order.data, hidden: number('hidden'), steps: number('steps'), examples: number('examples'), seed: order.seed, engine, signal, pass, put, onProgress: (share, text) => progress('model', share, text) });
}

async function dropped({ order, engine, number, put, signal, progress }: Lab): Promise<{ problem: Problem; summary: string }> {
  progress('model', 0.1, 'reading the model');
  const { readData, readModel } = await import('./files.js');
  const { fitted } = await import('@curv-internal/model-data');
  const net = await readModel(order.model);
  const loss = order.values['loss'];
  const saved = await savedProblem(net, async (wanted) => (order.data === null ? fitted(await loadDigits(), wanted) : readData(order.data, wanted)), {
    path: order.model.find(({ name }) => /\.json$/i.test(name))?.name ?? 'model.json',
    ...(loss !== 'as compiled' && { loss: String(loss) }),
    limit: number('examples'),
    engine,
  });
  const accuracy = await saved.accuracy(signal);
  if (accuracy !== null) put({ kind: 'metric', step: 0, values: { accuracy } });
  return { problem: saved.problem, summary: `The model as it was saved, ${saved.loss} on ${saved.samples} examples of ${saved.data.name}.` };
}

async function eigenvalues(operator: CurvatureOperator, { number, order, put, signal, progress }: Lab): Promise<readonly Float64Array[]> {
  const k = Math.min(Math.max(2, number('eigenvalues')), operator.shape[0]);
  const pairs = await topEigenpairs(operator, { k, seed: order.seed, signal, tolerance: 1e-4, onProgress: (p) => progress('eigenvalues', p.converged / k, `eigenvalues: ${p.converged} of ${k}, ${p.done} products`) });
  put({ kind: 'series', name: 'eigenvalues', figure: 'Largest eigenvalues of the Hessian', axes: { x: { label: 'number' }, y: { label: 'eigenvalue' } }, x: Array.from(pairs.values, (_, i) => i + 1), y: pairs.values, mark: 'bar' });
  put({ kind: 'metric', step: 0, values: { ...Object.fromEntries(Array.from(pairs.values.slice(0, 3), (value, i) => [`eigenvalue ${i + 1}`, value])), 'largest residual': Math.max(...pairs.residuals) } });
  if (!pairs.converged) put({ kind: 'note', text: 'Not all eigenpairs converged: see the residual.' });
  return pairs.vectors;
}

async function density(operator: CurvatureOperator, { number, order, put, signal, progress }: Lab): Promise<void> {
  const found = await spectralDensity(operator, { probes: number('probes'), steps: 30, seed: order.seed, signal, onProgress: (p) => progress('density', p.done / p.total, 'spectral density') });
  const floor = Math.max(...found.density) * 1e-6;
  put({ kind: 'series', name: 'density', figure: 'Spectral density of the Hessian', axes: { x: { label: 'eigenvalue' }, y: { label: 'density', log: true } }, x: found.grid, y: found.density.map((d) => Math.max(d, floor)) });
  put({ kind: 'metric', step: 0, values: { trace: found.trace.estimate, 'trace, standard error': found.trace.standardError } });
}

async function layers(problem: Problem, { number, order, put, pass, signal, progress }: Lab): Promise<void> {
  const names = layersOf(problem.params, undefined);
  const [traces, tops]: [number[], number[]] = [[], []];
  for (const [i, { name, parameters }] of names.entries()) {
    await pass();
    progress('layers', i / names.length, `layer ${name}`);
    const block = hessian(problem, { parameters, signal });
    traces.push((await hutchinsonTrace(block, { maxProbes: 2 * number('probes'), seed: order.seed, signal })).estimate);
    tops.push((await topEigenpairs(block, { k: 1, seed: order.seed, signal, tolerance: 1e-3 })).values[0]!);
    block.dispose();
  }
  const labels = names.map(({ name }) => name);
  const x = labels.map((_, i) => i);
  put({ kind: 'series', name: 'trace', figure: 'Trace of each layer', axes: { y: { label: 'trace' } }, x, y: traces, labels, mark: 'bar' });
  put({ kind: 'series', name: 'largest eigenvalue', figure: 'Largest eigenvalue of each layer', axes: { y: { label: 'eigenvalue' } }, x, y: tops, labels, mark: 'bar' });
}

async function landscape(problem: Problem, vectors: readonly Float64Array[], { number, put, pass, signal, progress }: Lab): Promise<void> {
  const risk = riskFunction(problem);
  const radius = number('radius');
  const center = await risk.point();
  const paced = async (w: Float64Array): Promise<number> => (await pass(), risk(w));
  put({ kind: 'metric', step: 0, values: { 'loss at the end': await risk(center) } });
  const { loss, points } = await lossSlice(paced, center, vectors.slice(0, 2), { radius, points: number('points'), signal, onProgress: (p) => progress('landscape', p.done / p.total, `landscape, ${p.done} of ${p.total} points`) });
  risk.dispose();
  const most = Math.max(...loss.filter(Number.isFinite));
  put({
    kind: 'grid', name: 'loss', figure: 'Loss landscape along the two sharpest directions', axes: { x: { label: 'along eigenvector 1' }, y: { label: 'along eigenvector 2' } },
    width: points, height: points, z: loss.map((value) => (Number.isFinite(value) ? value : most)), x: [-radius, radius], y: [-radius, radius], view: 'surface',
  });
}
