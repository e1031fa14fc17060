/** The parts of TensorFlow.js's engine that the repair reads and replaces: stable in 4.x, but not in its public types. */
import type { NamedAttrMap, Tensor } from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../api.js';

/** One recorded operation. */
export interface TapeNode {
  readonly id: number;
  readonly kernelName: string;
  readonly inputs: Readonly<Record<string, Tensor>>;
  readonly outputs: readonly Tensor[];
  readonly saved: readonly Tensor[];
  readonly gradient?: (dys: readonly Tensor[]) => Record<string, () => Tensor>;
}

type Inputs = Record<string, Tensor | null | undefined>;
type Backward = ((dy: Tensor, saved: Tensor[]) => Tensor | Tensor[]) | null;
/** Saves tensors for the backward pass. */
export type Save = (tensors: Tensor[]) => void;
export type CustomFunction = (...args: (Tensor | Save)[]) => { value: Tensor; gradFunc: Backward };

export interface TapeEngine {
  readonly state: { activeTape: TapeNode[]; kernelDepth: number; gradientDepth: number; activeScope: { name: string } | null };
  isTapeOn(): boolean;
  addTapeNode(kernelName: string, inputs: Inputs, outputs: Tensor[], backward: Backward, saved: Tensor[], attrs: NamedAttrMap): void;
  getTensorsForGradient(kernelName: string, inputs: Inputs, outputs: Tensor[]): Tensor[] | null;
  customGrad(f: CustomFunction): (...inputs: Tensor[]) => Tensor;
}

const METHODS = ['addTapeNode', 'getTensorsForGradient', 'customGrad', 'isTapeOn'] as const;

/** The engine of a namespace. @throws TypeError when it is not one of TensorFlow.js 4 */
export function engineOf(tf: TensorFlow): TapeEngine {
  const engine = typeof tf?.engine === 'function' ? (tf.engine() as unknown as TapeEngine) : undefined;
  const missing = METHODS.filter((name) => typeof engine?.[name] !== 'function');
  if (missing.length > 0) throw new TypeError(`repairTape: tf must be the namespace of @tensorflow/tfjs or @tensorflow/tfjs-core 4.x; its engine has no ${missing.join(', ')}`);
  return engine!;
}
