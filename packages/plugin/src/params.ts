/** Parameter values from what a user gave. */
import type { Param, Params, ParamValues } from './api.js';

/**
 * Checked values of all parameters; those not given take their defaults. Text is converted.
 * @throws RangeError naming an unknown parameter, or one whose value does not fit
 */
export function readParams<P extends Params>(params: P, given: Readonly<Record<string, unknown>>): ParamValues<P> {
  for (const name of Object.keys(given)) {
    if (!(name in params)) throw new RangeError(`unknown parameter ${name}; there are ${Object.keys(params).join(', ') || 'none'}`);
  }
  const values = Object.entries(params).map(([name, param]) => [name, given[name] === undefined ? param.default : readParam(name, param, given[name])]);
  return Object.fromEntries(values) as ParamValues<P>;
}

function readParam(name: string, param: Param, value: unknown): unknown {
  switch (param.type) {
    case 'bool':
      if (typeof value === 'boolean') return value;
      if (value === 'true' || value === 'false') return value === 'true';
      throw new RangeError(`${name}: expected true or false, got ${String(value)}`);
    case 'choice':
      if (param.choices.includes(String(value))) return String(value);
      throw new RangeError(`${name}: expected one of ${param.choices.join(', ')}, got ${String(value)}`);
    default: {
      const number = typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : NaN;
      const { min = -Infinity, max = Infinity } = param;
      const kind = param.type === 'int' ? 'an integer' : 'a number';
      if (!Number.isFinite(number) || (param.type === 'int' && !Number.isInteger(number)) || number < min || number > max) {
        throw new RangeError(`${name}: expected ${kind}${rangeText(min, max)}, got ${String(value)}`);
      }
      return number;
    }
  }
}

function rangeText(min: number, max: number): string {
  if (min > -Infinity && max < Infinity) return ` from ${min} to ${max}`;
  if (min > -Infinity) return ` of at least ${min}`;
  return max < Infinity ? ` of at most ${max}` : '';
}
