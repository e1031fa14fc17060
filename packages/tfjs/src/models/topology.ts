/** Topologies as files hold them: keys and names of settings in snake_case. */
import type { LayerJson } from './api.js';

const camel = (text: string): string => (text.length <= 1 || !text.includes('_') ? text : text.replace(/_+(\w|$)/g, (_, next: string) => next.toUpperCase()));

/** Fields whose lists start with a layer's name. */
const REFERENCES: readonly string[] = ['inboundNodes', 'inputLayers', 'outputLayers'];

/** From snake_case to camelCase as TensorFlow.js does it: keys and strings, but no names of layers. */
function toCamel(value: unknown, field: string): unknown {
  if (typeof value === 'string') return camel(value);
  if (Array.isArray(value)) return value.map((item: unknown, i) => (i === 0 && typeof item === 'string' && REFERENCES.includes(field) ? item : toCamel(item, field)));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, item]): [string, unknown] => {
    const name = camel(key);
    return [name, name === 'name' && typeof item === 'string' ? item : toCamel(item, name)];
  });
  return Object.fromEntries(entries);
}

/** A name of a loss as TensorFlow.js spells it. */
export const camelName: (text: string) => string = camel;

/** Whether a topology is a TensorFlow graph, which has operations and no layers. */
export const isGraph = (topology: unknown): boolean => typeof topology === 'object' && topology !== null && (Array.isArray((topology as { node?: unknown }).node) || 'versions' in topology);

export const CONVERT =
  'a graph model holds operations and no layers; convert the Keras model itself with `tensorflowjs_converter --input_format=keras --output_format=tfjs_layers_model model.h5 FOLDER`';

/** The model of a `modelTopology`. @throws TypeError when it is none */
export function parseTopology(topology: unknown, what: string): LayerJson {
  if (isGraph(topology)) throw new TypeError(`${what}: expected a layers model, found a graph model; ${CONVERT}`);
  const outer = topology as { model_config?: unknown; modelConfig?: unknown } | null;
  const inner = outer?.model_config ?? outer?.modelConfig ?? outer;
  const { className, config } = (toCamel(typeof inner === 'string' ? JSON.parse(inner) : inner, '') ?? {}) as Partial<LayerJson>;
  if (typeof className !== 'string' || config === undefined) throw new TypeError(`${what}: expected a topology with class_name and config, found ${describe(inner)}`);
  return { className, config };
}

function describe(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return `an object with ${Object.keys(value).slice(0, 8).join(', ') || 'no fields'}`;
}
