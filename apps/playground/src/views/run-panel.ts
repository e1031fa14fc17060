/** What demos and the lab share: the buttons of a run, how far it is, its figures and numbers, downloads. */
import { button, h, icons } from '../dom.js';
import { fetchPlotting, FigureCard, slice } from '../figures/figure-card.js';
import { fileName, save } from '../figures/export.js';
import { sharesOf } from '../figures/layout.js';
import { onTheme } from '../figures/theme.js';
import { formatNumber, formatTime } from '../number.js';
import { Run } from '../run/run.js';
import type { Order } from '../worker/protocol.js';

export interface PanelOptions {
  /** File names and headings. */
  readonly title: string;
  /** What a run starts with. @throws Error when the visitor's input does not do */
  order(): Order;
  readonly onReset?: () => void;
  /** More to say of a place on a surface. */
  readonly extra?: (run: Run, column: number, row: number) => string;
  /** What stands in place of the figures before the first run. */
  readonly before: HTMLElement;
  readonly onStart?: () => void;
  /** Something between the buttons and the figures. */
  readonly inset?: HTMLElement;
}

/** Figures are drawn at most this often, in ms, while a run goes on. */
const EVERY = 160;

const calm = matchMedia('(prefers-reduced-motion: reduce)');

const STATES: Readonly<Record<Run['state'], string>> = { idle: 'Ready', starting: 'Starting …', running: 'Running', paused: 'Paused', stopping: 'Stopping …', done: 'Done', stopped: 'Stopped', failed: 'Failed' };

/** The panel and its run. */
export class RunPanel {
  readonly element: HTMLElement;
  readonly run: Run = new Run(() => this.changed());
  private readonly startButton = button('Run', icons.play, () => this.toggle(), { class: 'primary' });
  private readonly stopButton = button('Stop', icons.stop, () => this.run.stop(), { disabled: true });
  private readonly bar = h('div', { class: 'bar', role: 'progressbar', 'aria-label': 'Progress', 'aria-valuemin': 0, 'aria-valuemax': 100 }, h('div', { class: 'fill' }));
  private readonly status = h('p', { class: 'status', role: 'status' });
  private readonly time = h('p', { class: 'time' });
  private readonly messages = h('div', { class: 'messages', 'aria-live': 'polite' });
  private readonly figures = h('div', { class: 'figures' });
  private readonly numbers = h('section', { class: 'card numbers', hidden: true, 'aria-label': 'Numbers of the run' });
  private readonly notes = h('section', { class: 'card notes', hidden: true, 'aria-label': 'Notes of the run' });
  private readonly cards = new Map<string, FigureCard>();
  private readonly empty: HTMLElement;
  private readonly close: (() => void)[] = [];
  private timer: number | undefined;
  private drawing = false;
  /** Something changed while a drawing was under way. */
  private again: { readonly force: boolean } | null = null;

  constructor(private readonly options: PanelOptions) {
    const reset = options.onReset && button('Reset', icons.reset, options.onReset, { title: 'Defaults, and seed 0' });
    const buttons = h('div', { class: 'buttons', role: 'group', 'aria-label': 'Run' }, this.startButton, this.stopButton, reset);
    this.empty = h('div', { class: 'empty card' }, options.before);
    const bar = h('div', { class: 'card run-bar' }, buttons, h('div', { class: 'meter' }, h('div', { class: 'meter-text' }, this.status, this.time), this.bar));
    this.element = h('div', { class: 'run' }, bar, this.messages, ...(options.inset ? [options.inset] : []), this.notes, this.empty, h('div', { class: 'figure-room' }, this.figures), this.numbers);
    this.close.push(onTheme(() => void this.drawAll(true)));
    let width = 0;
    const resized = new ResizeObserver(debounced(() => {
      // Figures make the panel taller as they come; only another width calls for new drawings.
      if (this.figures.clientWidth !== width && width !== 0) void this.drawAll(true);
      width = this.figures.clientWidth;
    }, 150));
    resized.observe(this.figures);
    const tick = setInterval(() => this.run.active && this.showState(), 200);
    this.close.push(() => resized.disconnect(), () => clearInterval(tick), () => this.run.end());
    this.showState();
    fetchPlotting();
    const ready = setTimeout(() => this.run.prepare(), 300);
    this.close.push(() => clearTimeout(ready));
  }

  /** Ends the run and everything that listens. */
  dispose(): void {
    this.close.forEach((end) => end());
  }

  start(): void {
    try {
      const order = this.options.order();
      this.cards.clear();
      this.figures.replaceChildren();
      this.options.onStart?.();
      // The last run's figures as data, for programs that drive the page.
      Object.assign(globalThis, { curvResult: () => this.result() });
      this.run.start(order);
      // Where the controls fill the screen, the figures would come unseen.
      if (this.element.getBoundingClientRect().top > innerHeight * 0.8) this.element.scrollIntoView({ behavior: calm.matches ? 'auto' : 'smooth' });
    } catch (error) {
      this.run.failure = error instanceof Error ? error.message : String(error);
      this.run.state = 'failed';
      this.changed();
    }
  }

  private toggle(): void {
    if (this.run.state === 'running') this.run.pause();
    else if (this.run.state === 'paused') this.run.resume();
    else if (!this.run.active) this.start();
  }

  private changed(): void {
    this.showState();
    this.timer ??= window.setTimeout(() => {
      this.timer = undefined;
      void this.drawAll(false);
    }, this.run.active ? EVERY : 0);
  }

  private showState(): void {
    const { state, record, engine, elapsed } = this.run;
    const label = state === 'running' ? ['Pause', icons.pause] : state === 'paused' ? ['Go on', icons.play] : state === 'idle' || this.run.active ? ['Run', icons.play] : ['Run again', icons.play];
    if (this.startButton.textContent !== label[0]) this.startButton.replaceChildren(...button(label[0]!, label[1]!, () => {}).childNodes);
    // Not disabled while it waits: a button that is loses the focus, and who has only the keyboard has to find it again.
    this.startButton.setAttribute('aria-disabled', String(state === 'starting' || state === 'stopping'));
    const idle = !['starting', 'running', 'paused'].includes(state);
    if (idle && document.activeElement === this.stopButton) this.startButton.focus();
    this.stopButton.disabled = idle;
    this.element.dataset['state'] = state;
    const text = [STATES[state], engine && `on ${engine}`, this.run.active && record.progress?.text].filter(Boolean).join(' · ');
    if (this.status.textContent !== text) this.status.textContent = text;
    this.showBar();
    const { progress } = record;
    const part = progress ? Math.min(1, progress.done / progress.total) : 0;
    const left = state === 'running' && part > 0.02 && part < 1 ? ` · about ${formatTime((elapsed * (1 - part)) / part)} left` : '';
    this.time.textContent = state === 'idle' ? '' : `${formatTime(elapsed)}${left}`;
  }

  private showBar(): void {
    const { state, record } = this.run;
    const part = state === 'done' ? 1 : record.progress ? Math.min(1, record.progress.done / record.progress.total) : null;
    const unknown = part === null && this.run.active;
    this.bar.classList.toggle('unknown', unknown && state === 'running');
    (this.bar.firstElementChild as HTMLElement).style.width = unknown ? '' : `${100 * (part ?? 0)}%`;
    if (part === null) this.bar.removeAttribute('aria-valuenow');
    else this.bar.setAttribute('aria-valuenow', String(Math.round(100 * part)));
  }

  /** Draws what has changed; one figure at a time, with a breath between, so that the page stays at hand. */
  private async drawAll(force: boolean): Promise<void> {
    if (this.drawing) {
      this.again = { force: force || this.again?.force === true };
      return;
    }
    this.drawing = true;
    const { state } = this.run;
    try {
      this.showMessages();
      this.showNumbers();
      for (const [title, figure] of this.run.record.figures) {
        let card = this.cards.get(title);
        if (card === undefined) {
          const { extra } = this.options;
          card = new FigureCard(figure, { ...(extra && { extra: (column, row) => extra(this.run, column, row) }), onView: () => void this.drawAll(false) });
          this.cards.set(title, card);
          this.figures.append(card.element);
        }
        card.take(figure);
      }
      this.layOut();
      await this.drawCards(force);
    } catch (error) {
      this.messages.append(message('warn', `A figure could not be drawn: ${error instanceof Error ? error.message : String(error)}`));
    } finally {
      this.drawing = false;
    }
    const { again } = this;
    this.again = null;
    if (again) await this.drawAll(again.force);
    else this.element.dataset['drawn'] = state;
  }

  private layOut(): void {
    const cards = [...this.cards.values()];
    const shares = sharesOf(cards.map(({ size }) => size), !this.run.active);
    cards.forEach((card, i) => (card.share = shares[i]!));
  }

  private async drawCards(force: boolean): Promise<void> {
    const rooms = [...this.cards.values()].map((card) => [card, card.width] as const);
    for (const [card, room] of rooms) {
      await slice();
      await card.draw(room, force);
    }
  }

  private showMessages(): void {
    const { state, failure, notes, record } = this.run;
    const shown = [
      ...notes.map((note) => message('info', note)),
      ...(state === 'failed' ? [message('error', failure, button('Try again', icons.play, () => this.start()))] : []),
      ...(state === 'stopped' ? [message('info', 'Stopped. What was computed so far is shown.')] : []),
    ];
    if (shown.map((m) => m.textContent).join('\n') !== [...this.messages.children].map((m) => m.textContent).join('\n')) this.messages.replaceChildren(...shown);
    this.empty.hidden = state !== 'idle';
    this.notes.hidden = record.notes.length === 0;
    if (this.notes.childElementCount !== Math.min(record.notes.length, 30) || record.notes.length === 0) this.notes.replaceChildren(...record.notes.slice(-30).map((note) => h('p', {}, note)));
  }

  private showNumbers(): void {
    const { metrics, frames } = this.run.record;
    this.numbers.hidden = metrics.size === 0 && frames.length === 0;
    if (this.numbers.hidden) return;
    const rows = [...metrics].map(([name, { values }]) => [name, values.at(-1)!, Math.min(...values.slice(-5000)), Math.max(...values.slice(-5000)), values.length] as const);
    // A number that a run says once has no course.
    const once = rows.every(([, , , , steps]) => steps === 1);
    const titles = once ? ['number', 'value'] : ['number', 'last', 'lowest', 'highest', 'steps'];
    const head = h('tr', {}, ...titles.map((title, i) => h('th', { scope: 'col', class: i > 0 && 'n' }, title)));
    const cells = ([, last, low, high, steps]: (typeof rows)[number]): string[] => (steps === 1 ? [formatNumber(last), '', '', '1'] : [last, low, high, steps].map(formatNumber));
    const body = rows.map((row) => h('tr', {}, h('th', { scope: 'row' }, row[0]), ...cells(row).slice(0, titles.length - 1).map((text) => h('td', { class: 'n' }, text))));
    const table = rows.length > 0 ? h('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Table of numbers' }, h('table', { class: once && 'once' }, h('thead', {}, head), h('tbody', {}, ...body))) : h('p', { class: 'hint' }, 'This run gives curves and maps only; JSON holds them all.');
    this.numbers.replaceChildren(h('div', { class: 'figure-head' }, h('h2', {}, 'Numbers of the run'), h('div', { class: 'tools' }, button('JSON', icons.download, () => this.saveJson(), { class: 'chip', 'aria-label': 'Download all figures as JSON' }))), table);
  }

  /** Everything that the run said. */
  result(): object {
    const { state, engine, elapsed, record, failure } = this.run;
    const plain = (value: unknown): unknown => (ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value);
    return { title: this.options.title, state, engine, milliseconds: Math.round(elapsed), ...(failure && { failure }), frames: record.frames.map((frame) => Object.fromEntries(Object.entries(frame).map(([key, value]) => [key, plain(value)]))) };
  }

  private saveJson(): void {
    save(fileName(this.options.title, 'json'), new Blob([JSON.stringify(this.result())], { type: 'application/json' }));
  }
}

function message(kind: 'info' | 'warn' | 'error', text: string, action?: HTMLElement): HTMLElement {
  return h('div', { class: `message ${kind}`, role: kind === 'error' ? 'alert' : null }, h('p', {}, text), action);
}

function debounced(run: () => void, ms: number): () => void {
  let timer: number | undefined;
  return () => {
    clearTimeout(timer);
    timer = window.setTimeout(run, ms);
  };
}
