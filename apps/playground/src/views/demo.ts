/** One demo: controls, its run, what it is about. */
import { hashOf, readSeed, readValues, writeValues } from '../address.js';
import { button, h, icon, icons } from '../dom.js';
import type { DemoCard, PluginCard } from '../worker/protocol.js';
import { controlsFor } from './controls.js';
import { copyButton } from './copy.js';
import { engineChoice } from './engine-choice.js';
import type { View } from './gallery.js';
import { RunPanel } from './run-panel.js';
import { Thumbnails } from './thumbnails.js';

type Query = Readonly<Record<string, string>>;

/** arXiv numbers and DOIs as links. */
function linked(text: string): HTMLElement {
  const parts = text.split(/(arXiv:\d{4}\.\d{4,5}|doi:10\.\S+[^\s.,;)])/i);
  const address = (part: string): string => (/^arxiv/i.test(part) ? `https://arxiv.org/abs/${part.slice(6)}` : `https://doi.org/${part.slice(4)}`);
  return h('p', { class: 'citation' }, ...parts.map((part, i) => (i % 2 === 1 ? h('a', { href: address(part), rel: 'noreferrer' }, part) : part)));
}

/** Code whose lines are broken, where they are too long, to a deeper indent; its text is the code as it is. */
function codeOf(text: string): HTMLElement {
  const lines = text.split('\n');
  const indent = (line: string): number => /^ */.exec(line)![0].length + 4;
  return h('pre', { tabindex: 0, 'aria-label': 'Code' }, h('code', {}, ...lines.map((line, i) => h('span', { class: 'line', style: `--indent: ${indent(line)}ch` }, i + 1 < lines.length ? `${line}\n` : line))));
}

function about({ explanation, citations, example, summary }: DemoCard): HTMLElement {
  return h(
    'section',
    { class: 'card about', 'aria-label': 'About this demo' },
    h('h2', {}, 'What happens here'),
    h('p', {}, explanation ?? summary),
    ...(citations ?? []).map(linked),
    ...(example === undefined ? [] : [h('div', { class: 'code' }, h('div', { class: 'figure-head' }, h('h3', {}, 'The same in code'), copyButton('Copy', () => example)), codeOf(example))]),
  );
}

/** A small run's picture, until the first run. */
function previewOf(demo: DemoCard): { readonly element: HTMLElement; end(): void } {
  const heavy = (demo.megabytes ?? 0) > 1;
  const stage = h('div', { class: 'thumb preview', 'aria-hidden': 'true' });
  const thumbnails = heavy ? null : new Thumbnails(1);
  thumbnails?.watch(demo, stage);
  return { element: h('div', { class: 'before' }, heavy ? null : stage, h('p', {}, heavy ? 'Press Run: figures appear as they are computed.' : 'A small run, as a foretaste. Press Run for the whole, with axes and numbers.')), end: () => thumbnails?.dispose() };
}

function page(demo: DemoCard, query: Query): View {
  const { values, seed: first, problems } = readValues(demo.params, query);
  const seed = h('input', { id: 'seed', type: 'text', inputmode: 'numeric', autocomplete: 'off', 'aria-describedby': 'seed-help' });
  seed.value = String(first);
  const address = (): string => hashOf(`demo/${demo.plugin}/${demo.name}`, { ...writeValues(demo.params, controls.values()), ...(engine.value() !== 'cpu' && { engine: engine.value() }), ...(seed.value !== '0' && { seed: seed.value }) });
  const remember = (): void => {
    seed.toggleAttribute('aria-invalid', readSeed(seed.value) === null);
    if (readSeed(seed.value) !== null) history.replaceState(null, '', address());
  };
  const controls = controlsFor(demo.params, values, remember);
  const engine = engineChoice(query['engine'] ?? 'cpu', demo.needs ?? [], remember);
  seed.addEventListener('input', remember);
  const draw = button('New seed', icons.dice, () => ((seed.value = String(crypto.getRandomValues(new Uint32Array(1))[0]! % 100_000)), remember()), { class: 'chip' });
  const preview = previewOf(demo);
  const panel = new RunPanel({
    title: `${demo.plugin} ${demo.name}`,
    before: preview.element,
    onStart: preview.end,
    order() {
      const number = readSeed(seed.value);
      if (number === null) throw new RangeError(`seed: expected a whole number from 0 on, got ${seed.value}`);
      return { kind: 'demo', plugin: demo.plugin, name: demo.name, values: controls.values(), engine: engine.value(), seed: number };
    },
    onReset() {
      controls.set(Object.fromEntries(Object.entries(demo.params).map(([name, param]) => [name, param.default])));
      seed.value = '0';
      remember();
    },
  });
  const link = copyButton('Copy link', () => new URL(address(), location.href).href, icons.link);
  const side = h(
    'form',
    { class: 'card side', 'aria-label': 'Parameters', onsubmit: (event: Event) => (event.preventDefault(), panel.run.active || panel.start()) },
    h('h2', {}, 'Parameters'),
    controls.element,
    engine.element,
    h('div', { class: 'control' }, h('label', { for: 'seed' }, 'seed'), h('div', { class: 'field' }, seed, draw), h('p', { class: 'help', id: 'seed-help' }, 'the same seed gives the same figures')),
    link,
  );
  const head = h('div', { class: 'page-head' }, h('a', { class: 'back', href: '#/' }, icon(icons.back), 'All demos'), h('h1', {}, demo.title), h('p', { class: 'lead' }, demo.summary), h('code', {}, `${demo.plugin}/${demo.name}`), (demo.megabytes ?? 0) > 1 && h('p', { class: 'hint' }, `A run loads about ${demo.megabytes} MB of data from this server.`));
  const wrong = problems.length > 0 && h('div', { class: 'message warn', role: 'alert' }, h('p', {}, `The address gave values that do not fit, and defaults were taken: ${problems.join('; ')}`));
  const dispose = (): void => {
    preview.end();
    panel.dispose();
  };
  return { title: demo.title, element: h('div', { class: 'demo-page' }, head, wrong, h('div', { class: 'columns' }, side, h('div', { class: 'main-column' }, panel.element, about(demo)))), dispose };
}

/** The page of a demo, or that there is none. */
export function demoPage(catalogue: readonly PluginCard[], plugin: string, name: string, query: Query): View {
  const found = catalogue.find((one) => one.name === plugin);
  const demo = found?.demos.find((one) => one.name === name);
  if (demo) return page(demo, query);
  const why = found?.problem ?? `No installed package offers ${plugin}/${name}.`;
  return { title: name, element: h('div', { class: 'card empty' }, h('h1', {}, 'There is no such demo'), h('p', {}, why), h('a', { href: '#/' }, 'All demos')), dispose: () => {} };
}
