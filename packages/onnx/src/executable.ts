/** Sessions of ONNX Runtime as executables. */
import type { Executable, Graph } from '@curv/tensor';
import type { InferenceSession, InferenceSessionFactory, Tensor as RuntimeTensor } from 'onnxruntime-common';
import { Handle } from './handle.js';
import { toOnnx } from './to-onnx.js';

/** What an executable needs of the runtime. */
export interface Runtime {
  readonly InferenceSession: InferenceSessionFactory;
  readonly options: InferenceSession.SessionOptions;
}

/**
 * ONNX Runtime's extended fusions hold their factors in float32, or have no float64 kernel: a float64 graph is given its basic ones. (Measured in
 * 1.30: a scaled product of attention was off by 5e-9.)
 */
function optionsFor(graph: Graph, options: InferenceSession.SessionOptions): InferenceSession.SessionOptions {
  return graph.nodes.some(({ dtype }) => dtype === 'float64') ? { ...options, graphOptimizationLevel: 'basic' } : options;
}

/**
 * Starts a session for a graph. Runs queue behind its creation and behind the runs that make their inputs; results are promised at once.
 * @throws TypeError naming the primitive that ONNX cannot express
 */
export function compileGraph(graph: Graph, runtime: Runtime): Executable<Handle> {
  const inputNames = graph.inputs.map((_, i) => `input${i}`);
  const outputNames = graph.outputs.map((_, i) => `output${i}`);
  const session = runtime.InferenceSession.create(toOnnx(graph, { contrib: true, inputNames, outputNames }), optionsFor(graph, runtime.options));
  const ready = session.then(() => {});
  // Runs meet the failure; an executable that never runs must not end the process.
  ready.catch(() => {});
  let active = 0;
  let disposed = false;
  const free = (): void => {
    if (disposed && active === 0) void session.then((s) => s.release()).catch(() => {});
  };

  const execute = async (inputs: readonly Handle[]): Promise<InferenceSession.ReturnType> => {
    active++;
    inputs.forEach((input) => input.hold());
    try {
      const started = await session;
      const feeds: Record<string, RuntimeTensor> = {};
      for (const [i, input] of inputs.entries()) feeds[inputNames[i]!] = input.tensor ?? (await input.wait());
      return await started.run(feeds);
    } finally {
      inputs.forEach((input) => input.release());
      active--;
      free();
    }
  };

  return {
    ready,
    run(inputs) {
      if (disposed) throw new TypeError('this executable was disposed');
      const results = execute(inputs);
      return graph.outputs.map((node, i) => new Handle(node, results.then((values) => values[outputNames[i]!] as RuntimeTensor)));
    },
    dispose() {
      if (disposed) return;
      disposed = true;
      free();
    },
  };
}
