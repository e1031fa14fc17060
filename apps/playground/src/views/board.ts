/** The digit board: two optimizers train side by side and read what is drawn. */
import type { Params } from '@curv/plugin';
import { hashOf, readValues, writeValues } from '../address.js';
import { button, h } from '../dom.js';
import { theme } from '../figures/theme.js';
import { labelsOf } from '../worker/board/labels.js';
import { controlsFor } from './controls.js';
import { engineChoice } from './engine-choice.js';
import type { View } from './gallery.js';
import type { Values } from '../worker/protocol.js';
import { Pad } from './pad.js';
import { RunPanel } from './run-panel.js';

const names = ['sgd', 'adam', 'adamw', 'lion', 'rmsprop', 'adagrad', 'sophiaH', 'sophiaG', 'adaHessian'] as const;
const params: Params = {
  left: { type: 'choice', default: 'sgd', choices: names, help: 'optimizer of the left net' },
  right: { type: 'choice', default: 'sophiaG', choices: names, help: 'optimizer of the right net' },
  rate: { type: 'number', default: 1, min: 0.01, max: 100, log: true, help: 'learning rates, in units of what is usual for each' },
  hidden: { type: 'int', default: 24, min: 1, max: 128, help: 'hidden units of both nets' },
  steps: { type: 'int', default: 1500, min: 10, max: 20_000, log: true, help: 'steps of 64 digits' },
};

/** One net's answer: the digit, and how sure it is of each. */
class Answer {
  readonly element: HTMLElement;
  private readonly digit = h('b', {}, '–');
  private readonly name = h('h2', {});
  private readonly said = h('p', { class: 'hint', 'aria-live': 'polite' }, 'no answer yet');
  private readonly rows = Array.from({ length: 10 }, (_, i) => h('li', {}, h('span', {}, i), h('i', { 'aria-hidden': 'true' }), h('span', { class: 'n' }, '–')));

  constructor(side: number) {
    this.element = h('section', { class: 'card answer', 'aria-label': side === 0 ? 'Answer of the left net' : 'Answer of the right net' }, h('div', { class: 'answer-head' }, h('div', {}, this.name, this.said), this.digit), h('ol', { class: 'odds' }, ...this.rows));
  }

  /** `slot`: place in the palette of the net's curves. */
  show(name: string, slot: number, odds: Float32Array | undefined): void {
    this.name.textContent = name;
    this.element.style.setProperty('--tone', theme().palette[slot]!);
    const best = odds && odds.some((p) => p > 0) ? odds.indexOf(Math.max(...odds)) : -1;
    this.digit.textContent = best < 0 ? '–' : String(best);
    const text = best < 0 ? 'no answer yet' : odds![best]! > 0.9 ? 'sure' : odds![best]! > 0.5 ? 'fairly sure' : 'guessing';
    if (this.said.textContent !== text) this.said.textContent = text;
    this.rows.forEach((row, i) => {
      row.classList.toggle('top', i === best);
      row.style.setProperty('--odds', `${100 * (odds?.[i] ?? 0)}%`);
      row.lastElementChild!.textContent = odds && best >= 0 ? `${(100 * odds[i]!).toFixed(1)} %` : '–';
    });
  }
}

export function board(query: Readonly<Record<string, string>>): View {
  const { values, seed, problems } = readValues(params, query);
  const remember = (): void => history.replaceState(null, '', hashOf('digits', { ...writeValues(params, controls.values()), ...(engine.value() !== 'cpu' && { engine: engine.value() }), ...(seed !== 0 && { seed: String(seed) }) }));
  const controls = controlsFor(params, values, remember);
  const engine = engineChoice(query['engine'] ?? 'cpu', [], remember);
  let pixels: Float32Array = new Float32Array(64);
  let sent: Float32Array | null = null;
  const labelled = (chosen: Values): readonly [string, string] => labelsOf(String(chosen['left']), String(chosen['right']));
  let trained = labelled(values);
  const inset = h('div', { class: 'board-main' });
  const panel = new RunPanel({
    title: 'digit board',
    inset,
    before: h('div', { class: 'before' }, h('p', {}, h('b', {}, 'Press Run'), ': loss and accuracy of both nets are drawn here while they learn, and the answers above change with every few steps.')),
    order() {
      sent = null;
      const chosen = controls.values();
      trained = labelled(chosen);
      return { kind: 'board', engine: engine.value(), seed, values: chosen };
    },
  });
  const answers = [new Answer(0), new Answer(1)];
  const empty = (): boolean => pixels.every((v) => v === 0);
  const send = (): void => {
    if (sent === pixels || panel.run.state !== 'running') return;
    sent = pixels;
    panel.run.say({ type: 'drawing', pixels });
  };
  const pad = new Pad((drawn) => {
    pixels = drawn;
    send();
  });
  const refresh = setInterval(() => {
    send();
    answers.forEach((answer, i) => answer.show(trained[i]!, panel.run.record.figures.size > 0 ? panel.run.record.slotOf(trained[i]!) : i, empty() ? undefined : panel.run.answers[i]));
  }, 120);
  const examples = h('div', { class: 'tools', role: 'group', 'aria-label': 'Draw a digit for me' }, ...Array.from({ length: 10 }, (_, digit) => button(String(digit), null, () => pad.example(digit), { class: 'chip', 'aria-label': `Draw a ${digit}` })));
  const padCard = h('section', { class: 'card pad-card', 'aria-label': 'Drawing' }, h('h2', {}, 'Draw a digit'), pad.canvas, h('div', { class: 'pad-row' }, button('Clear', null, () => pad.clear()), h('div', { class: 'pad-row' }, h('span', { class: 'hint' }, 'What the nets see'), pad.seen)), h('p', { class: 'hint' }, 'Or take one:'), examples);
  const side = h('form', { class: 'card side', 'aria-label': 'Optimizers', onsubmit: (event: Event) => (event.preventDefault(), panel.run.active || panel.start()) }, h('h2', {}, 'Optimizers'), controls.element, engine.element);
  const head = h('div', { class: 'page-head' }, h('h1', {}, 'Digit board'), h('p', { class: 'lead' }, 'Both nets start from the same weights and see the same 1500 digits; only the optimizers differ. Press Run, draw, and watch the answers change while they learn.'));
  const wrong = problems.length > 0 && h('div', { class: 'message warn', role: 'alert' }, h('p', {}, `The address gave values that do not fit, and defaults were taken: ${problems.join('; ')}`));
  inset.append(padCard, h('div', { class: 'answers' }, ...answers.map(({ element }) => element)));
  pad.example(3);
  return {
    title: 'Digit board',
    element: h('div', { class: 'demo-page' }, head, wrong, h('div', { class: 'columns' }, side, panel.element)),
    dispose() {
      clearInterval(refresh);
      panel.dispose();
    },
  };
}
