/** The curvature lab: a model is dropped or trained, and looked at. */
import type { Params } from '@curv/plugin';
import { hashOf, readSeed, readValues, writeValues } from '../address.js';
import { button, h } from '../dom.js';
import { formatNumber } from '../number.js';
import type { Run } from '../run/run.js';
import { controlsFor } from './controls.js';
import { engineChoice } from './engine-choice.js';
import type { View } from './gallery.js';
import { RunPanel } from './run-panel.js';

const trainingParams: Params = {
  hidden: { type: 'int', default: 16, min: 1, max: 128, help: 'units of the hidden layer' },
  steps: { type: 'int', default: 300, min: 0, max: 5000, help: 'training steps, 64 examples each' },
};
const lossParams: Params = {
  loss: { type: 'choice', default: 'as compiled', choices: ['as compiled', 'softmaxCrossEntropy', 'categoricalCrossentropy', 'sparseCategoricalCrossentropy', 'binaryCrossentropy', 'meanSquaredError', 'meanAbsoluteError'], help: 'of the dropped model' },
};
const analysisParams: Params = {
  examples: { type: 'int', default: 300, min: 1, max: 10_000, log: true, help: 'examples that the curvature is taken over' },
  eigenvalues: { type: 'int', default: 8, min: 2, max: 40, help: 'how many of the largest' },
  probes: { type: 'int', default: 5, min: 1, max: 50, help: 'random vectors of density and traces' },
  radius: { type: 'number', default: 1, min: 1e-2, max: 100, log: true, help: 'how far the landscape reaches' },
  points: { type: 'int', default: 25, min: 5, max: 61, help: 'points along a side of the landscape' },
};
const allParams = { ...trainingParams, ...lossParams, ...analysisParams };

const isModel = ({ name }: File): boolean => /\.(json|bin|buf)$|shard/i.test(name);
const isData = ({ name }: File): boolean => /\.(csv|npz)$/i.test(name);

/** A place for files, by dropping or choosing. */
function dropZone(onFiles: (files: readonly File[]) => void): { readonly element: HTMLElement; readonly list: HTMLElement } {
  const list = h('ul', { 'aria-live': 'polite' });
  const input = h('input', { id: 'lab-files', type: 'file', multiple: true, accept: '.json,.bin,.csv,.npz' });
  input.addEventListener('change', () => {
    onFiles([...(input.files ?? [])]);
    input.value = '';
  });
  const element = h('div', { class: 'drop' }, h('label', { for: 'lab-files' }, 'Drop a model, data, or both'), h('p', { class: 'help' }, 'model.json with its weight shards (TensorFlow.js layers model); data as .npz (x, y) or .csv (label last). Without files a net learns the built-in digits.'), input, list);
  const over = (on: boolean) => (event: DragEvent) => {
    event.preventDefault();
    element.classList.toggle('over', on);
  };
  element.addEventListener('dragover', over(true));
  element.addEventListener('dragleave', over(false));
  element.addEventListener('drop', (event) => {
    over(false)(event);
    onFiles([...(event.dataTransfer?.files ?? [])]);
  });
  return { element, list };
}

/** What the quadratic model says where the walker stands. */
function besideTheLoss({ record }: Run, column: number, row: number): string {
  const grid = record.figures.get('Loss landscape along the two sharpest directions')?.grids.get('loss');
  const last = (name: string): number => record.metrics.get(name)?.values.at(-1) ?? NaN;
  if (!grid?.x) return '';
  const at = (i: number): number => grid.x![0] + ((grid.x![1] - grid.x![0]) * i) / (grid.width - 1);
  const quadratic = last('loss at the end') + 0.5 * (last('eigenvalue 1') * at(column) ** 2 + last('eigenvalue 2') * at(row) ** 2);
  return `loss ${formatNumber(grid.z[row * grid.width + column]!)}, curvature alone says ${formatNumber(quadratic)}`;
}

export function lab(query: Readonly<Record<string, string>>): View {
  const { values, seed: first, problems } = readValues(allParams, query);
  let model: readonly File[] = [];
  let data: File | null = null;
  const seed = h('input', { id: 'lab-seed', type: 'text', inputmode: 'numeric', autocomplete: 'off' });
  seed.value = String(first);
  const remember = (): void => {
    seed.toggleAttribute('aria-invalid', readSeed(seed.value) === null);
    const chosen = { ...training.values(), ...losses.values(), ...analysis.values() };
    if (readSeed(seed.value) !== null) history.replaceState(null, '', hashOf('lab', { ...writeValues(allParams, chosen), ...(engine.value() !== 'cpu' && { engine: engine.value() }), ...(seed.value !== '0' && { seed: seed.value }) }));
  };
  const training = controlsFor(trainingParams, values, remember);
  const losses = controlsFor(lossParams, values, remember);
  const analysis = controlsFor(analysisParams, values, remember);
  const engine = engineChoice(query['engine'] ?? 'cpu', [], remember);
  seed.addEventListener('input', remember);

  const showFiles = (): void => {
    const rows = [...model.map(({ name, size }) => h('li', {}, `${name} · ${formatNumber(Math.ceil(size / 1024))} kB`)), ...(data ? [h('li', {}, `${data.name} · data`)] : [])];
    drop.list.replaceChildren(...rows, ...(rows.length > 0 ? [h('li', {}, button('Remove all', null, () => take(null), { class: 'chip' }))] : []));
    training.element.hidden = model.length > 0;
    losses.element.hidden = model.length === 0;
  };
  const take = (files: readonly File[] | null): void => {
    const wrong = files?.filter((file) => !isModel(file) && !isData(file)) ?? [];
    complaint.hidden = wrong.length === 0;
    complaint.textContent = `Not taken: ${wrong.map(({ name }) => name).join(', ')}. Expected model.json, weight shards (.bin), .csv or .npz.`;
    if (files === null) [model, data] = [[], null];
    else {
      const found = files.filter(isModel);
      if (found.length > 0) model = found.some(({ name }) => /\.json$/i.test(name)) ? found : [...model, ...found];
      data = files.find(isData) ?? data;
    }
    showFiles();
  };
  const drop = dropZone(take);
  const complaint = h('p', { class: 'problem', role: 'alert', hidden: true });
  const panel = new RunPanel({
    title: 'curvature lab',
    extra: besideTheLoss,
    before: h('div', { class: 'before' }, h('p', {}, h('b', {}, 'Press Run'), ', and a small net learns 1797 handwritten digits here. Then come, one after the other:'), h('ol', {}, ...['the largest eigenvalues of its Hessian', 'the density of all of them, and the trace', 'each layer by itself', 'the landscape along the two sharpest directions, to turn and to walk on'].map((text) => h('li', {}, text)))),
    order() {
      const number = readSeed(seed.value);
      if (number === null) throw new RangeError(`seed: expected a whole number from 0 on, got ${seed.value}`);
      return { kind: 'lab', engine: engine.value(), seed: number, values: { ...training.values(), ...losses.values(), ...analysis.values() }, model, data };
    },
  });
  showFiles();
  const side = h(
    'form',
    { class: 'card side', 'aria-label': 'Model and analysis', onsubmit: (event: Event) => (event.preventDefault(), panel.run.active || panel.start()) },
    h('h2', {}, 'Model'), drop.element, complaint, training.element, losses.element, h('h2', {}, 'Analysis'), analysis.element, engine.element,
    h('div', { class: 'control' }, h('label', { for: 'lab-seed' }, 'seed'), seed),
  );
  const about = h('section', { class: 'card about', 'aria-label': 'About the lab' }, h('h2', {}, 'What is computed'), h('p', {}, 'All figures come from exact Hessian-vector products: the largest eigenvalues by thick-restart Lanczos, the spectral density and the trace by stochastic Lanczos quadrature, each layer’s block by itself, and the loss on the plane of the two sharpest directions. Walk on the surface with the arrow keys: beside the loss stands what the curvature alone would say.'), h('p', { class: 'citation' }, 'Ghorbani, Krishnan & Xiao 2019, An investigation into neural net optimization via Hessian eigenvalue density; Li et al. 2018, Visualizing the loss landscape of neural nets.'));
  const wrong = problems.length > 0 && h('div', { class: 'message warn', role: 'alert' }, h('p', {}, `The address gave values that do not fit, and defaults were taken: ${problems.join('; ')}`));
  const head = h('div', { class: 'page-head' }, h('h1', {}, 'Curvature lab'), h('p', { class: 'lead' }, 'How sharp is a trained net, in which directions, and what does the valley look like? Your files stay in this browser.'));
  return { title: 'Curvature lab', element: h('div', { class: 'demo-page' }, head, wrong, h('div', { class: 'columns' }, side, h('div', { class: 'main-column' }, panel.element, about))), dispose: () => panel.dispose() };
}
