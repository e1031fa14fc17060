/** The repair of TensorFlow.js's tape: installing, checking and undoing it. */
import type { RepairOptions, TapeRepair, TensorFlow } from './api.js';
import { repairCustomGradients } from './engine/custom-gradient.js';
import { repairOptionalInputs } from './engine/optional-inputs.js';
import type { Undo } from './engine/patch.js';
import { engineOf } from './engine/state.js';
import { repairTapeOrder } from './engine/tape-order.js';
import { GRADIENTS } from './gradients/table.js';
import { KERNELS } from './kernels/table.js';
import { backendsOf, registerGradient, registerKernel } from './registry.js';
import { selfCheck } from './self-check.js';
import { unrepaired } from './unrepaired.js';

/** What is installed on an engine; a symbol of all copies of this package, so that none repairs twice. */
const INSTALLED: unique symbol = Symbol.for('@curv/tfjs/repair') as never;

interface Installation {
  readonly gradients: string[];
  readonly kernels: string[];
  readonly undos: Undo[];
}

/**
 * Makes TensorFlow.js's own nested gradients right: `tf.grad(tf.grad(f))`, `tf.grads`, `tf.variableGrads` and `model.fit` use it from then on. Repairs
 * the order of the tape, functions with custom gradients, and the gradients of some 75 kernels; gives backends the kernels that training needs; then
 * compares second derivatives on the active backend with float64 values. Calling it again only fills in backends registered since, and checks again.
 * @param tf the namespace of `@tensorflow/tfjs`, or of `@tensorflow/tfjs-core` with backends
 * @returns the checks, what was repaired, what was not, and `undo`
 * @throws TypeError when `tf` is not TensorFlow.js 4; RangeError when `tolerance` is not positive
 */
export async function repairTape(tf: TensorFlow, options: RepairOptions = {}): Promise<TapeRepair> {
  const { tolerance = 1e-5 } = options;
  if (!(tolerance > 0)) throw new RangeError(`repairTape: tolerance must be a positive number, got ${tolerance}`);
  const engine = engineOf(tf) as ReturnType<typeof engineOf> & { [INSTALLED]?: Installation };
  await tf.ready();
  const installation = engine[INSTALLED] ?? install(tf);
  Object.defineProperty(engine, INSTALLED, { value: installation, configurable: true, enumerable: false });
  installKernels(tf, installation);
  const backend = tf.getBackend();
  const checks = await selfCheck(tf, tolerance);
  return {
    backend,
    ok: checks.every(({ ok }) => ok),
    checks,
    repaired: { engine: ['addTapeNode', 'getTensorsForGradient', 'customGrad'], gradients: [...installation.gradients], kernels: [...installation.kernels] },
    unrepaired: unrepaired(tf, backend),
    undo() {
      if (engine[INSTALLED] !== installation) return;
      for (const undo of installation.undos.reverse()) undo();
      delete engine[INSTALLED];
    },
  };
}

function install(tf: TensorFlow): Installation {
  const engine = engineOf(tf);
  const undos = [repairTapeOrder(engine), repairOptionalInputs(engine, tf), repairCustomGradients(engine)];
  const configs = GRADIENTS.map((rule) => rule(tf));
  for (const config of configs) undos.push(registerGradient(tf, config));
  return { gradients: configs.map(({ kernelName }) => kernelName), kernels: [], undos };
}

/** On every backend that lacks a kernel, or has it wrong, and has what it is composed from. */
function installKernels(tf: TensorFlow, { kernels, undos }: Installation): void {
  for (const backendName of backendsOf(tf)) {
    for (const { kernelName, needs, wrongOn, make } of KERNELS) {
      const name = `${backendName}/${kernelName}`;
      const own = tf.getKernel(kernelName, backendName);
      const wanted = own == null || wrongOn?.includes(backendName);
      if (kernels.includes(name) || !wanted || !needs.every((need) => tf.getKernel(need, backendName) != null)) continue;
      const undo = registerKernel({ kernelName, backendName, kernelFunc: make(tf, own?.kernelFunc) });
      if (undo === null) continue;
      undos.push(undo);
      kernels.push(name);
    }
  }
}
