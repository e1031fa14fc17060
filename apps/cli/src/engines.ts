/** The engines that this app can load: the only place that names them. */
import { cpu, type Engine, firstOf, type Graph, workOf } from '@curv/tensor';
import { messageOf, UsageError } from './errors.js';

/** Tells the user something about the choice of an engine. */
type Note = (text: string) => void;
type Load = (note: Note) => Engine | Promise<Engine>;

const tfjs =
  (backend: 'cpu' | 'wasm'): Load =>
  async () =>
    (await import('@curv/tfjs')).tfjsEngine({ backend });

const onnx: Load = async () => (await import('@curv/onnx')).onnxEngine();

/**
 * Work from which a call of another engine than cpu pays: its call costs about 40 µs where cpu's costs 15 (docs/onnx.md), and a graph of a single
 * operation is not worth a session of its own.
 */
const worthwhile = (graph: Graph): boolean => workOf(graph) > (graph.nodes.filter(({ op }) => op !== 'input').length > 1 ? 4e4 : 4e6);

/** ONNX Runtime where it is installed, then TensorFlow.js on wasm, then cpu; by dtype and size of each graph. */
const auto: Load = (note) =>
  firstOf([{ load: () => onnx(note), suits: worthwhile }, { load: () => tfjs('wasm')(note), suits: worthwhile }, { load: () => cpu }], { onNote: (text) => note(`--engine auto: ${text}`) });

/** Engines by name. */
export const engines: Readonly<Record<string, Load>> = { auto, cpu: () => cpu, onnx, 'tfjs-cpu': tfjs('cpu'), 'tfjs-wasm': tfjs('wasm') };

/** The names, for a help text. */
export const engineNames: string = Object.keys(engines).join(', ');

/** Loads an engine. @throws UsageError on an unknown name, or with the reason why it does not load */
export async function loadEngine(name: string, note: Note = (text) => void process.stderr.write(`${text}\n`)): Promise<Engine> {
  const load = engines[name];
  if (load === undefined) throw new UsageError(`--engine: expected one of ${engineNames}, got ${name}`);
  try {
    return await load(note);
  } catch (error) {
    throw new UsageError(`--engine ${name} could not be loaded: ${messageOf(error)}`);
  }
}
