/** Controls made from declared parameters. */
import type { Param, Params } from '@curv/plugin';
import { readParams } from '@curv/plugin';
import { h } from '../dom.js';
import { messageOf } from '../message.js';
import type { Values } from '../worker/protocol.js';

type NumberParam = Extract<Param, { type: 'number' | 'int' }>;

let count = 0;

/** camelCase and kebab-case as words. */
const words = (name: string): string => name.replace(/([a-z])([A-Z])/g, '$1 $2').replace(/-/g, ' ').toLowerCase();

/** A slider's position, 0 to 1000, of a value and back. */
function scaleOf({ min = 0, max = 1, log = false, type }: NumberParam): { to(value: number): number; from(place: number): number } {
  const wide = log || (min > 0 && max / min >= 1000);
  const [low, high] = wide ? [Math.log(min), Math.log(max)] : [min, max];
  const tidy = (value: number): number => (type === 'int' ? Math.round(value) : Number(value.toPrecision(3)));
  return {
    to: (value) => (1000 * ((wide ? Math.log(Math.max(value, min)) : value) - low)) / (high - low),
    from: (place) => Math.min(max, Math.max(min, tidy(wide ? Math.exp(low + ((high - low) * place) / 1000) : low + ((high - low) * place) / 1000))),
  };
}

/** What a set of controls gives. */
export interface Controls {
  readonly element: HTMLElement;
  values(): Values;
  set(values: Values): void;
}

interface Control {
  readonly element: HTMLElement;
  get(): number | boolean | string;
  set(value: number | boolean | string): void;
}

type OnChange = () => void;

function numberControl(name: string, param: NumberParam, onChange: OnChange): Control {
  const id = `control-${count++}`;
  const problem = h('p', { class: 'problem', id: `${id}-problem`, role: 'alert', hidden: true });
  const field = h('input', { id, type: 'text', inputmode: param.type === 'int' ? 'numeric' : 'decimal', autocomplete: 'off', 'aria-describedby': `${id}-help ${id}-problem` });
  const bounded = param.min !== undefined && param.max !== undefined && param.max > param.min;
  const scale = scaleOf(param);
  const slider = bounded ? h('input', { type: 'range', min: 0, max: 1000, step: 1, 'aria-label': `${words(name)}, slider` }) : null;
  let value = param.default;
  const show = (text = true): void => {
    if (text) field.value = String(value);
    if (slider) {
      slider.value = String(scale.to(value));
      slider.style.setProperty('--part', `${scale.to(value) / 10}%`);
      slider.setAttribute('aria-valuetext', `${value}${param.unit ? ` ${param.unit}` : ''}`);
    }
    problem.hidden = true;
    field.removeAttribute('aria-invalid');
  };
  slider?.addEventListener('input', () => {
    value = scale.from(Number(slider.value));
    show();
    onChange();
  });
  field.addEventListener('input', () => {
    try {
      value = Number(readParams({ [name]: param }, { [name]: field.value })[name]);
      show(false);
      onChange();
    } catch (error) {
      problem.textContent = messageOf(error);
      problem.hidden = false;
      field.setAttribute('aria-invalid', 'true');
    }
  });
  field.addEventListener('change', () => show());
  show();
  const element = h('div', { class: 'control number' }, h('div', { class: 'field' }, h('label', { for: id }, words(name)), field, param.unit && h('span', { class: 'unit' }, param.unit)), slider, h('p', { class: 'help', id: `${id}-help` }, param.help), problem);
  return { element, get: () => value, set: (next) => ((value = Number(next)), show()) };
}

function boolControl(name: string, param: Extract<Param, { type: 'bool' }>, onChange: OnChange): Control {
  const id = `control-${count++}`;
  const box = h('input', { id, type: 'checkbox', 'aria-describedby': `${id}-help`, onchange: onChange });
  box.checked = param.default;
  const element = h('div', { class: 'control' }, h('div', { class: 'check' }, box, h('label', { for: id }, words(name))), h('p', { class: 'help', id: `${id}-help` }, param.help));
  return { element, get: () => box.checked, set: (value) => void (box.checked = value === true) };
}

/** A choice from a list: a menu with its label. */
export function choiceControl(name: string, param: { readonly default: string; readonly choices: readonly string[]; readonly help?: string; readonly titles?: readonly string[] }, onChange: OnChange): Control & { readonly select: HTMLSelectElement } {
  const id = `control-${count++}`;
  const select = h('select', { id, 'aria-describedby': `${id}-help`, onchange: onChange }, ...param.choices.map((choice, i) => h('option', { value: choice }, param.titles?.[i] ?? choice)));
  select.value = param.default;
  const element = h('div', { class: 'control choice' }, h('div', { class: 'field' }, h('label', { for: id }, words(name)), select), h('p', { class: 'help', id: `${id}-help` }, param.help));
  return { element, select, get: () => select.value, set: (value) => void (select.value = String(value)) };
}

/** One control a parameter. */
export function controlsFor(params: Params, values: Values, onChange: OnChange): Controls {
  const controls = Object.entries(params).map(([name, param]) => {
    const control = param.type === 'bool' ? boolControl(name, param, onChange) : param.type === 'choice' ? choiceControl(name, param, onChange) : numberControl(name, param, onChange);
    return [name, control] as const;
  });
  const set = (next: Values): void => controls.forEach(([name, control]) => next[name] !== undefined && control.set(next[name]));
  set(values);
  return { element: h('div', { class: 'controls' }, ...controls.map(([, control]) => control.element)), values: () => Object.fromEntries(controls.map(([name, control]) => [name, control.get()])), set };
}
