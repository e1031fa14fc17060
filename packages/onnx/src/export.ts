/** Functions as ONNX files. */
import { flatten, traceClosure, type TreeDef, type TreeFunction } from '@curv/tensor';
import { type OnnxOptions, toOnnx } from './to-onnx.js';

/** Options of `exportOnnx`. */
export interface ExportOptions extends Pick<OnnxOptions, 'name' | 'contrib'> {
  /** Names of the arguments, such as `['params', 'x']`; `argument0`, … by default. */
  readonly names?: readonly string[];
  /** Name of the result; default `output`. */
  readonly result?: string;
}

/**
 * A pure function of trees of tensors as an ONNX file: a loss, its gradient, a Hessian-vector product, a whole training step. Inputs and outputs are the
 * tensors of the arguments and of the result, named by their paths (`params.w1`, `output.w1`); shapes are the example's. What the function closes over
 * becomes part of the file.
 * @param example the function's arguments; only their structure, shapes and dtypes matter
 * @returns the file's bytes, for any ONNX runtime (operator set 17)
 * @throws TypeError naming a primitive that ONNX cannot express; RangeError when the constants exceed the format's 2 GB
 */
export async function exportOnnx(f: TreeFunction, example: readonly unknown[], options: ExportOptions = {}): Promise<Uint8Array> {
  if (typeof f !== 'function') throw new TypeError(`exportOnnx: expected a function, got ${typeof f}`);
  if (!Array.isArray(example)) throw new TypeError(`exportOnnx: example must be the array of the function's arguments, got ${typeof example}`);
  const { names = example.map((_, i) => `argument${i}`), result = 'output', ...rest } = options;
  if (names.length !== example.length) throw new RangeError(`exportOnnx: expected ${example.length} names, one for each argument, got ${names.length}`);
  const { graph, captures, output } = traceClosure(f)(...(example as unknown[]));
  return toOnnx(graph, {
    ...rest,
    inputNames: example.flatMap((argument, i) => pathsOf(flatten(argument).def, names[i]!)),
    outputNames: pathsOf(output, result),
    fixed: await Promise.all(captures.map((tensor) => tensor.data())),
  });
}

/** Paths of a structure's tensors, in order. */
function pathsOf(def: TreeDef, path: string): string[] {
  switch (def.kind) {
    case 'leaf':
      return [path];
    case 'static':
      return [];
    case 'array':
      return def.items.flatMap((item, i) => pathsOf(item, `${path}.${i}`));
    case 'object':
      return def.items.flatMap((item, i) => pathsOf(item, `${path}.${def.keys[i]!}`));
  }
}
