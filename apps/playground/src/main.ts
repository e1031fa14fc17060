/** The page: its frame, and which view is in it. */
import './style.css';
import { catalogue } from 'virtual:curv-catalogue';
import { readPlace } from './address.js';
import { button, h, icons } from './dom.js';
import { lacks } from './engine-list.js';
import { toggleTheme } from './figures/theme.js';
import { demoPage } from './views/demo.js';
import { gallery, type View } from './views/gallery.js';

const main = h('main', { id: 'main', tabindex: -1 });
const links = [['#/', 'Gallery', 'gallery'], ['#/lab', 'Curvature lab', 'lab'], ['#/digits', 'Digit board', 'digits']] as const;
const nav = h('nav', { 'aria-label': 'Pages' }, ...links.map(([href, text, view]) => h('a', { href, 'data-view': view }, text)));
const missing = h('p', { id: 'lacks' });
void lacks().then((what) => (missing.textContent = what.length === 0 ? 'This browser has all that the engines need.' : `This browser lacks ${what.join(', ')}; other engines are taken.`));
document.body.append(
  h('a', { class: 'skip', href: '#main', onclick: (event: Event) => (event.preventDefault(), main.focus()) }, 'Skip to the content'),
  h('header', { class: 'site' }, h('a', { class: 'brand', href: '#/', 'aria-label': 'curv playground' }, h('span', { class: 'mark', 'aria-hidden': 'true' }), 'curv'), nav, button('Light or dark', icons.moon, toggleTheme, { class: 'icon', title: 'Light or dark' })),
  main,
  h('footer', {}, h('p', {}, 'Everything on this page is computed in your browser. '), missing),
);

let view: View | null = null;
/** Counts changes of place, so that a view that loads late does not replace a newer one. */
let turn = 0;

async function viewOf(): Promise<View> {
  const place = readPlace(location.hash);
  switch (place.view) {
    case 'demo':
      return demoPage(catalogue, place.plugin, place.demo, place.query);
    case 'lab':
      return (await import('./views/lab.js')).lab(place.query);
    case 'digits':
      return (await import('./views/board.js')).board(place.query);
    case 'gallery':
      return gallery(catalogue);
  }
}

async function show(): Promise<void> {
  const mine = ++turn;
  const next = await viewOf();
  if (mine !== turn) return next.dispose();
  view?.dispose();
  const first = view === null;
  view = next;
  main.replaceChildren(next.element);
  document.title = `${next.title} · curv playground`;
  const current = readPlace(location.hash).view;
  for (const link of nav.children) {
    if ((link as HTMLElement).dataset['view'] === current) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  if (first) return;
  scrollTo(0, 0);
  main.focus({ preventScroll: true });
}

addEventListener('hashchange', () => void show());
void show();
