/** Layers from their descriptions. */
import type { Config, Layer, LayerJson, MakeLayer } from './api.js';
import { located, modelRule } from './call.js';
import { LAYERS } from './layers/table.js';
import { functionalPlan, sequentialPlan } from './plan.js';

const MODELS: readonly string[] = ['Functional', 'Model', 'Sequential'];

/** Class names that can be imported, models included. */
export const supportedLayers: readonly string[] = [...Object.keys(LAYERS), ...MODELS].sort();

export const isModel = (className: string): boolean => MODELS.includes(className);

/** @throws TypeError naming the layer, its class and what is not supported of it */
export const makeLayer: MakeLayer = (json, scope) => {
  const { className, config } = json;
  const name = nameOf(json);
  if (isModel(className)) {
    const plan = className === 'Sequential' ? sequentialPlan(config, makeLayer) : functionalPlan(config, makeLayer);
    return { name, className, config, rule: modelRule, weights: [], children: [], plan };
  }
  const rule = Object.hasOwn(LAYERS, className) ? LAYERS[className]! : null;
  if (rule === null) throw new TypeError(`layer "${name}" is of class ${className}, which cannot be imported; supported are ${supportedLayers.join(', ')}`);
  try {
    check(config);
    rule.check?.(config);
    const prefix = scope ?? name;
    const weights = (rule.weights?.(config) ?? []).map((spec) => ({ ...spec, name: `${prefix}/${spec.short}` }));
    return { name, className, config, rule, weights, children: rule.children?.(json, prefix, makeLayer) ?? [], plan: null };
  } catch (error) {
    throw located(error, { name, className });
  }
};

function nameOf({ className, config, name }: LayerJson): string {
  const found = name ?? (config as Config | undefined)?.['name'];
  if (typeof className !== 'string' || typeof config !== 'object' || config === null) throw new TypeError('topology: every layer must have className and config');
  return typeof found === 'string' ? found : className.toLowerCase();
}

function check(config: Config): void {
  // TensorFlow.js refuses to apply such a layer.
  if (config['activityRegularizer'] != null) throw new Error('activityRegularizer is not supported (TensorFlow.js refuses it too)');
}

/** Every layer of a model, nested ones included, each once. */
export function layersOf(root: Layer): Layer[] {
  const found = new Set<Layer>();
  const visit = (layer: Layer): void => {
    if (found.has(layer)) return;
    found.add(layer);
    layer.children.forEach(visit);
    layer.plan?.calls.forEach((call) => visit(call.layer));
  };
  visit(root);
  return [...found];
}
