/** Graphs as ONNX models. */
import type { Graph, Node, TypedArray } from '@curv/tensor';
import { ModelBuilder, type Value } from './model/builder.js';
import type { ModelData, ModelValue } from './model/model.js';
import { encodeModel } from './model/protobuf.js';
import { OPERATORS } from './operators/table.js';
import { prepare } from './passes/prepare.js';
import { sizeOf } from './passes/shapes.js';

/** Options of `toOnnx`. */
export interface OnnxOptions {
  /** Names of the inputs and outputs, in the graph's order; `input0`, … and `output0`, … by default. */
  readonly inputNames?: readonly string[];
  readonly outputNames?: readonly string[];
  /** Values of the graph's last inputs, which become constants of the model. */
  readonly fixed?: readonly TypedArray[];
  /** Name of the graph; default `curv`. */
  readonly name?: string;
  /** Use operators of ONNX Runtime's own where they are faster. Other runtimes then refuse the model. Default false. */
  readonly contrib?: boolean;
}

/** A graph as an ONNX model, before it is written. */
function modelOf(graph: Graph, options: OnnxOptions = {}): ModelData {
  refuseUnknown(graph);
  const prepared = prepare(graph);
  const model = new ModelBuilder(options.contrib ?? false);
  const { fixed = [] } = options;
  const free = graph.inputs.length - fixed.length;
  const inputs = named(graph.inputs.slice(0, free), 'input', options.inputNames);
  const outputs = named(graph.outputs, 'output', options.outputNames);
  const repeated = [...inputs, ...outputs].map(({ name }) => name).find((name, i, all) => all.indexOf(name) !== i);
  if (repeated !== undefined) throw new RangeError(`toOnnx: names of inputs and outputs must differ, got ${repeated} twice`);
  const values = new Map<Node, Value>(prepared.inputs.map((node, i) => [node, i < free ? inputs[i]!.name : model.tensor(fixed[i - free]!, node.shape, node.dtype)]));
  for (const node of prepared.nodes) if (!values.has(node)) values.set(node, translate(model, node, values));
  prepared.outputs.forEach((node, i) => model.result(outputs[i]!.name, values.get(node)!));
  return model.finish(options.name ?? 'curv', inputs, outputs);
}

/**
 * Bytes of an ONNX file that computes a graph of `@curv/tensor`: operator set 17, static shapes.
 * @throws TypeError naming the primitive that ONNX cannot express; RangeError when the constants exceed the format's 2 GB
 */
export const toOnnx = (graph: Graph, options: OnnxOptions = {}): Uint8Array => encodeModel(modelOf(graph, options));

const named = (nodes: readonly Node[], kind: string, names: readonly string[] | undefined): ModelValue[] =>
  nodes.map(({ dtype, shape }, i) => ({ name: names?.[i] ?? `${kind}${i}`, dtype, shape }));

/** What passes expand before translation. */
const EXPANDED = new Set([
  'conv2d', 'conv2dInput', 'conv2dFilter', 'poolArgMax', 'poolGather', 'poolScatter', 'windowSum', 'windowSpread', 'cholesky', 'triangularSolve', 'input',
]);

function refuseUnknown(graph: Graph): void {
  const stranger = graph.nodes.find(({ op }) => !EXPANDED.has(op) && OPERATORS[op] === undefined);
  if (stranger !== undefined) throw new TypeError(`ONNX cannot express the primitive ${stranger.op}`);
}

function translate(model: ModelBuilder, node: Node, values: ReadonlyMap<Node, Value>): Value {
  const { shape, dtype, params } = node;
  // Nothing to compute; operators differ in what they make of empty operands.
  if (sizeOf(shape) === 0) return model.numbers([], shape, dtype);
  return OPERATORS[node.op]!(model, { node, params, shape, dtype, inputs: node.inputs.map((x) => values.get(x)!), operands: node.inputs });
}
