/** The menu of engines; what this browser lacks is said and cannot be chosen. */
import { engineList } from '../engine-list.js';
import { choiceControl } from './controls.js';
import { h } from '../dom.js';

/** A menu of engines, and a line that says what is missing. */
export function engineChoice(wanted: string, needs: readonly string[], onChange: () => void): { readonly element: HTMLElement; value(): string; set(name: string): void } {
  const shown = [...engineList].reverse();
  const why = (engine: (typeof shown)[number]): string | null => {
    const lacking = engine.missing();
    if (lacking !== null) return `this browser lacks ${lacking}`;
    const dtype = needs.find((need) => !engine.dtypes.includes(need as never));
    return dtype === undefined ? null : `has no ${dtype}`;
  };
  const reasons = shown.map(why);
  const titles = shown.map(({ title }, i) => (reasons[i] === null ? title : `${title} (${reasons[i]})`));
  const control = choiceControl('engine', { default: 'cpu', choices: shown.map(({ name }) => name), titles }, onChange);
  shown.forEach((_, i) => (control.select.options[i]!.disabled = reasons[i] !== null));
  const missing = shown.flatMap(({ name }, i) => (reasons[i] === null ? [] : [`${name}: ${reasons[i]}`]));
  const note = h('p', { class: 'help' });
  const say = (name: string): void => {
    const i = shown.findIndex((engine) => engine.name === name);
    const refused = i < 0 ? `there is no engine ${name}` : reasons[i];
    const next = i < 0 || refused === null ? null : shown.slice(0, i).reverse().find((_, k) => reasons[i - 1 - k] === null);
    control.set(refused === null ? name : (next?.name ?? 'cpu'));
    note.textContent = refused === null ? missing.join('; ') : `${name}: ${refused}; ${String(control.get())} is taken instead`;
  };
  say(wanted);
  control.element.append(note);
  return { element: control.element, value: () => String(control.get()), set: say };
}
