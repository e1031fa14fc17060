/** All demos by package, with search. */
import type { Catalogue } from '../catalogue.js';
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
export function gallery(catalogue: Catalogue): View {
  const thumbnails = new Thumbnails();
  const search = h('input', { id: 'search', type: 'search', placeholder: 'Search demos', autocomplete: 'off', 'aria-label': 'Search demos' });
  const count = h('p', { class: 'count', role: 'status' });
  const list = h('div', { class: 'packages' });
  const sections = new Map<string, HTMLElement>();
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

  const filter = (): void => {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    for (const plugin of catalogue.plugins) {
      const hits = plugin.demos.filter((demo) => fits(demo, words));
      for (const demo of plugin.demos) cards.get(demo)!.hidden = !hits.includes(demo);
      sections.get(plugin.name)!.hidden = plugin.problem === undefined ? hits.length === 0 : words.length > 0;
      shown += hits.length;
    }
    const total = catalogue.plugins.reduce((sum, { demos }) => sum + demos.length, 0);
    count.textContent = catalogue.failure || (words.length > 0 ? `${shown} of ${total} demos` : catalogue.complete ? `${total} demos of ${catalogue.plugins.filter(({ demos }) => demos.length > 0).length} packages` : 'Loading the packages …');
  };

  const update = (): void => {
    for (const plugin of catalogue.plugins) if (!sections.has(plugin.name)) sections.set(plugin.name, sectionOf(plugin));
    list.replaceChildren(...catalogue.plugins.map(({ name }) => sections.get(name)!), ...(catalogue.complete || catalogue.plugins.length > 0 ? [] : skeleton()));
    filter();
  };
  search.addEventListener('input', filter);
  const forget = catalogue.listen(update);
  update();

  const intro = h('div', { class: 'intro' }, h('h1', {}, 'Curvature you can see'), h('p', { class: 'lead' }, 'Exact second derivatives of real models, and what they are good for. Every demo runs in this browser; nothing is sent anywhere.'));
  const tools = h('div', { class: 'links' }, toolCard('lab', 'Curvature lab', 'Drop a trained TensorFlow.js model, or train one here: eigenvalues, spectrum, layers, and a loss landscape to walk on.'), toolCard('digits', 'Digit board', 'Draw a digit while two optimizers train side by side, and watch which one reads you first.'));
  const element = h('div', { class: 'gallery' }, intro, tools, h('div', { class: 'search-row' }, h('div', { class: 'search' }, icon(icons.search), search), count), list);
  return {
    title: 'Gallery',
    element,
    dispose() {
      forget();
      thumbnails.dispose();
    },
  };
}

const toolCard = (path: string, title: string, text: string): HTMLElement => h('a', { class: `card tool tool-${path}`, href: hashOf(path) }, h('h2', {}, title), h('p', {}, text));

const skeleton = (): HTMLElement[] => [h('ul', { class: 'cards', 'aria-hidden': 'true' }, ...Array.from({ length: 6 }, () => h('li', {}, h('div', { class: 'card demo skeleton' }, h('div', { class: 'thumb' }), h('div', { class: 'demo-text' })))))];
