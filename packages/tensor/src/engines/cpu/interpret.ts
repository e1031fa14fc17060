/** Loops without generated code, for realms whose policy forbids it: same results, slower. */
import { INITIAL } from './loop.js';
import type { Loop, Step } from './loop.js';

/** Compiles a loop to closures. */
export function interpret({ shape, values, out, reduce }: Loop): Step {
  const registers = new Float64Array(values.length);
  const views = [...values.map((value) => ('view' in value ? value.view : null)), out.view];
  const position = views.map(() => 0);
  const index = shape.map(() => 0);
  const sums = reduce === null ? null : new Float64Array(out.size);
  values.forEach((value, k) => {
    if (value.kind === 'const') registers[k] = value.value;
  });
  /** Next index, with every position moved along; false after the last. */
  const advance = (): boolean => {
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const wrapped = ++index[axis]! === shape[axis]!;
      const steps = wrapped ? 1 - shape[axis]! : 1;
      for (let k = 0; k < views.length; k++) if (views[k]) position[k]! += steps * views[k]!.strides[axis]!;
      if (!wrapped) return true;
      index[axis] = 0;
    }
    return false;
  };
  const rounded = (k: number | undefined): number => {
    const value = registers[k ?? 0]!;
    return k !== undefined && values[k]!.kind === 'op' ? Math.fround(value) : value;
  };
  return (slots) => {
    index.fill(0);
    views.forEach((view, k) => (position[k] = view?.offset ?? 0));
    sums?.fill(INITIAL[reduce!]);
    const target = sums ?? slots[out.slot]!;
    do {
      for (let k = 0; k < values.length; k++) {
        const value = values[k]!;
        if (value.kind === 'load') registers[k] = slots[value.slot]![position[k]!]!;
        else if (value.kind === 'iota') registers[k] = position[k]!;
        else if (value.kind === 'op') {
          const { args, formula } = value;
          const read = formula.jumps ? rounded : (i: number | undefined): number => registers[i ?? 0]!;
          registers[k] = formula.f(read(args[0]), read(args[1]), read(args[2]));
        }
      }
      const result = registers[values.length - 1]!;
      const at = position[values.length]!;
      if (sums === null) target[at] = result;
      else if (reduce === 'reduceSum') sums[at]! += result;
      else sums[at] = reduce === 'reduceMax' ? Math.max(sums[at]!, result) : Math.min(sums[at]!, result);
    } while (advance());
    if (sums !== null) slots[out.slot]!.set(sums);
  };
}
