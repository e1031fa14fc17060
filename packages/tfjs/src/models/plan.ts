/** The graphs of Sequential and functional models, as lists of calls. */
import type { Config, Layer, LayerJson, MakeLayer, PartialShape, Plan, PlannedCall, Source } from './api.js';

const MODELS: readonly string[] = ['Functional', 'Model', 'Sequential'];

const shapeOf = (config: Config): PartialShape | null => (config['batchInputShape'] as PartialShape | undefined) ?? (config['batchShape'] as PartialShape | undefined) ?? null;
const dtypeOf = (config: Config): string => (typeof config['dtype'] === 'string' ? config['dtype'] : 'float32');

/** A chain of layers. */
export function sequentialPlan(config: Config, make: MakeLayer): Plan {
  const list = (Array.isArray(config) ? config : config['layers']) as readonly LayerJson[] | undefined;
  if (!Array.isArray(list) || list.length === 0) throw new TypeError('topology: a Sequential model must have layers');
  const layers = (list as readonly LayerJson[]).map((json) => make(json));
  const [first] = layers as [Layer];
  const input = first.plan?.inputs[0] ?? { name: first.className === 'InputLayer' ? first.name : `${first.name}_input`, shape: shapeOf(first.config), dtype: dtypeOf(first.config) };
  const calls: PlannedCall[] = layers.map((layer, i) => ({ key: `${i}:${layer.name}`, layer, inputs: [{ key: i === 0 ? 'input' : `${i - 1}:${layers[i - 1]!.name}`, index: 0 }] }));
  const last = calls[calls.length - 1]!;
  return { inputs: [{ ...input, key: 'input' }], calls, outputs: [{ name: last.layer.name, key: last.key, index: 0 }] };
}

/** [layer, node, tensor] as a source. A model as a layer has a node of its own, so calls of it count from 1. */
const sourceOf = ([name, node, index]: readonly [string, number, number, unknown?]): Source => ({ key: `${name}:${node}`, index });

type Reference = readonly [string, number, number];

/** A graph of layers. */
export function functionalPlan(config: Config, make: MakeLayer): Plan {
  const { layers: list, inputLayers, outputLayers } = config as { layers?: readonly LayerJson[]; inputLayers?: readonly Reference[]; outputLayers?: readonly Reference[] };
  if (!Array.isArray(list) || !Array.isArray(inputLayers) || !Array.isArray(outputLayers)) throw new TypeError('topology: a functional model must have layers, inputLayers and outputLayers');
  const all = new Map<string, PlannedCall>();
  const shapes = new Map<string, LayerJson>();
  for (const json of list as readonly LayerJson[]) {
    const layer = make(json);
    shapes.set(layer.name, json);
    for (const call of callsOf(json, layer)) all.set(call.key, call);
  }
  const inputs = (inputLayers as readonly Reference[]).map(([name]) => {
    const json = shapes.get(name);
    if (json === undefined) throw new TypeError(`topology: input layer "${name}" is not among the layers`);
    return { name, key: `${name}:0`, shape: shapeOf(json.config), dtype: dtypeOf(json.config) };
  });
  const outputs = (outputLayers as readonly Reference[]).map((reference) => ({ ...sourceOf(reference), name: reference[0] }));
  return { inputs, calls: ordered(all, new Set(inputs.map(({ key }) => key)), outputs), outputs };
}

function callsOf({ className, inboundNodes = [] }: LayerJson, layer: Layer): PlannedCall[] {
  const offset = MODELS.includes(className) ? 1 : 0;
  return inboundNodes.map((node, i) => {
    if (!Array.isArray(node) || !node.every((reference) => Array.isArray(reference) && typeof reference[0] === 'string')) {
      throw new TypeError(`layer "${layer.name}" (${layer.className}): inboundNodes must list [layer, node, tensor]; the form of Keras 3 is not supported (nor by TensorFlow.js 4)`);
    }
    return { key: `${layer.name}:${i + offset}`, layer, inputs: node.map((reference) => sourceOf(reference)) };
  });
}

/** The calls that outputs need, each after what it reads. @throws TypeError on a reference to nothing, or a cycle */
function ordered(all: ReadonlyMap<string, PlannedCall>, given: ReadonlySet<string>, outputs: readonly Source[]): PlannedCall[] {
  const done = new Set(given);
  const open = new Set<string>();
  const order: PlannedCall[] = [];
  const stack = outputs.map(({ key }) => key).reverse();
  while (stack.length > 0) {
    const key = stack[stack.length - 1]!;
    const call = all.get(key);
    if (done.has(key)) {
      stack.pop();
      continue;
    }
    if (call === undefined) throw new TypeError(`topology: output ${key} (layer:node) is used, but no layer gives it`);
    const missing = call.inputs.filter((source) => !done.has(source.key));
    if (missing.length === 0) {
      order.push(call);
      done.add(key);
      stack.pop();
    } else if (open.has(key) && missing.some((source) => open.has(source.key) && stack.includes(source.key))) {
      throw new TypeError(`topology: layer "${call.layer.name}" depends on itself`);
    } else {
      open.add(key);
      for (const source of [...missing].reverse()) stack.push(source.key);
    }
  }
  return order;
}
