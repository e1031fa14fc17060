/** The menu of engines; what this browser lacks is said and cannot be chosen. */
import { type EngineCard, engineList, probe } from '../engine-list.js';
import { choiceControl } from './controls.js';
import { h } from '../dom.js';

/** A menu of engines, and a line that says what is missing. */
export function engineChoice(wanted: string, needs: readonly string[], onChange: () => void): { readonly element: HTMLElement; value(): string } {
  const shown = [...engineList].reverse();
  const why = (engine: EngineCard): string | null => {
    const lacking = engine.missing();
    if (lacking !== null) return `this browser lacks ${lacking}`;
    const dtype = needs.find((need) => !engine.dtypes.includes(need as never));
    return dtype === undefined ? null : `has no ${dtype}`;
  };
  const control = choiceControl('engine', { default: 'cpu', choices: shown.map(({ name }) => name), titles: shown.map(({ title }) => title) }, onChange);
  control.select.dataset['long'] = '';
  const note = h('p', { class: 'help' });
  const say = (name: string): void => {
    const reasons = shown.map(why);
    shown.forEach(({ title }, i) => {
      const option = control.select.options[i]!;
      option.disabled = reasons[i] !== null;
      option.textContent = reasons[i] === null ? title : `${title} (${reasons[i]})`;
    });
    const i = shown.findIndex((engine) => engine.name === name);
    const refused = i < 0 ? `there is no engine ${name}` : reasons[i];
    const next = shown.slice(0, Math.max(0, i)).findLast((_, k) => reasons[k] === null);
    control.set(refused === null ? name : (next?.name ?? 'cpu'));
    const missing = shown.flatMap((one, k) => (reasons[k] === null ? [] : [`${one.name}: ${reasons[k]}`]));
    note.textContent = refused === null ? missing.join('; ') : `${name}: ${refused}; ${String(control.get())} is taken instead`;
  };
  say(wanted);
  const before = control.get();
  // What the visitor chose meanwhile stands.
  void probe().then(() => say(control.get() === before ? wanted : String(control.get())));
  control.element.append(note);
  return { element: control.element, value: () => String(control.get()) };
}
