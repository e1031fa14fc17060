/** All demos by package, with search. */
import { h, icon, icons } from '../dom.js';
import type { DemoCard, PluginCard } from '../worker/protocol.js';
import { hashOf } from '../address.js';
import { Thumbnails } from './thumbnails.js';

export interface View {
  readonly title: string;
  readonly element: HTMLElement;
  dispose(): void;
}

const fits = (demo: DemoCard, words: readonly string[]): boolean => {
  const text = [demo.plugin, demo.name, demo.title, demo.summary, demo.explanation ?? '', ...(demo.citations ?? [])].join(' ').toLowerCase();
  return words.every((word) => text.includes(word));
};

function demoCard(demo: DemoCard, thumbnails: Thumbnails): HTMLElement {
  const stage = h('div', { class: 'thumb', 'aria-hidden': 'true' });
  if ((demo.megabytes ?? 0) <= 1) thumbnails.watch(demo, stage);
  else {
    stage.dataset['state'] = 'empty';
    stage.append(`Loads ${demo.megabytes} MB of data when run`);
  }
  const id = `demo-${demo.plugin}-${demo.name}`.replace(/[^\w-]/g, '-');
  return h(
    'li',
    {},
    h('a', { class: 'card demo', href: hashOf(`demo/${demo.plugin}/${demo.name}`), 'aria-labelledby': `${id}-title`, 'aria-describedby': `${id}-summary` }, stage, h('div', { class: 'demo-text' }, h('h3', { id: `${id}-title` }, demo.title), h('p', { id: `${id}-summary` }, demo.summary))),
  );
}

const warningCard = ({ name, problem = '' }: PluginCard): HTMLElement =>
  h('div', { class: 'card warning', role: 'note', 'data-plugin': name }, icon(icons.warning), h('div', {}, h('h3', {}, `${name} could not be loaded`), h('p', {}, problem), h('p', { class: 'hint' }, 'The other packages are not affected.')));

/** The first page. */
export function gallery(catalogue: readonly PluginCard[]): View {
  const thumbnails = new Thumbnails();
  const search = h('input', { id: 'search', type: 'search', placeholder: 'Search demos', autocomplete: 'off', 'aria-label': 'Search demos' });
  const count = h('p', { class: 'count', role: 'status' });
  const cards = new Map<DemoCard, HTMLElement>();

  const sectionOf = (plugin: PluginCard): HTMLElement => {
    if (plugin.problem !== undefined) return h('section', { 'data-plugin': plugin.name }, warningCard(plugin));
    const rows = plugin.demos.map((demo) => {
      const card = demoCard(demo, thumbnails);
      cards.set(demo, card);
      return card;
    });
    const id = `package-${plugin.name.replace(/[^\w-]/g, '-')}`;
    return h('section', { 'aria-labelledby': id, 'data-plugin': plugin.name }, h('div', { class: 'package-head' }, h('h2', { id }, plugin.title), h('code', {}, plugin.name)), h('ul', { class: 'cards' }, ...rows));
  };
  const sections = new Map(catalogue.map((plugin) => [plugin.name, sectionOf(plugin)]));
  const nothing = h('p', { class: 'card empty', hidden: true }, 'No demo fits. Words are looked for in titles, texts, citations and package names.');

  const filter = (): void => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const plugin of catalogue) {
      const hits = plugin.demos.filter((demo) => fits(demo, words));
      for (const demo of plugin.demos) cards.get(demo)!.hidden = !hits.includes(demo);
      sections.get(plugin.name)!.hidden = plugin.problem === undefined ? hits.length === 0 : words.length > 0;
      shown += hits.length;
    }
    nothing.hidden = shown > 0 || cards.size === 0;
    count.textContent = words.length > 0 ? `${shown} of ${cards.size} demos` : `${cards.size} demos of ${catalogue.filter(({ demos }) => demos.length > 0).length} packages`;
  };
  search.addEventListener('input', filter);
  filter();

  const intro = h('div', { class: 'intro' }, h('h1', {}, 'Curvature you can see'), h('p', { class: 'lead' }, 'Exact second derivatives of real models, and what they are good for. Every demo runs in this browser; nothing is sent anywhere.'));
  const tools = h('div', { class: 'links' }, toolCard('lab', 'Curvature lab', 'Drop a trained TensorFlow.js model, or train one here: eigenvalues, spectrum, layers, and a loss landscape to walk on.'), toolCard('digits', 'Digit board', 'Draw a digit while two optimizers train side by side, and watch which one reads you first.'));
  const element = h('div', { class: 'gallery' }, intro, tools, h('div', { class: 'search-row' }, h('div', { class: 'search' }, icon(icons.search), search), count), nothing, h('div', { class: 'packages' }, ...sections.values()));
  return {
    title: 'Gallery',
    element,
    dispose: () => thumbnails.dispose(),
  };
}

const toolCard = (path: string, title: string, text: string): HTMLElement => h('a', { class: `card tool tool-${path}`, href: hashOf(path) }, h('h2', {}, title), h('p', {}, text));
