/** Values, gradients and Hessian products of a closure on TensorFlow.js's tape. */
import type * as core from '@tensorflow/tfjs-core';
import type { TensorFlow } from '../repair/api.js';

/** Set by `repairTape`, in whichever copy of this package. */
const INSTALLED = Symbol.for('@curv/tfjs/repair');

interface Gradients {
  gradients(f: () => core.Tensor, xs: readonly core.Tensor[], dy: null, allowNoGradients: boolean): { value: core.Tensor; grads: (core.Tensor | undefined)[] };
  readonly registeredVariables: Record<string, core.Variable>;
}

/** A closure that gives a scalar, and what it is differentiated by. */
export class Tape {
  constructor(
    private readonly tf: TensorFlow,
    private readonly f: () => core.Scalar,
    private readonly variables: readonly core.Variable[],
  ) {}

  private get engine(): Gradients {
    return this.tf.engine() as unknown as Gradients;
  }

  /** @throws Error, as `tf.variableGrads`, where the closure does not depend on the variables */
  gradient(): { value: core.Tensor; gradient: core.Tensor[] } {
    const { value, grads } = this.engine.gradients(this.f, this.variables, null, false);
    if (value.rank !== 0) throw new TypeError(`minimize: expected f to give a scalar, got a tensor of shape [${value.shape.join(', ')}]`);
    return { value, gradient: this.filled(grads) };
  }

  /** Value, gradient and H v of one pass, with v from the gradient: all see one dropout mask and one set of batch statistics. */
  curvature(vector: (value: core.Tensor, gradient: readonly core.Tensor[]) => readonly core.Tensor[]): { value: core.Tensor; gradient: core.Tensor[]; product: core.Tensor[] } {
    const { tf, engine, variables } = this;
    if ((tf.engine() as unknown as Record<symbol, unknown>)[INSTALLED] === undefined) {
      throw new TypeError("toTfOptimizer: TensorFlow.js's second derivatives are wrong; repair them first: await repairTape(tf), of @curv/tfjs/repair");
    }
    let kept: { value: core.Tensor; gradient: core.Tensor[] } | null = null;
    const { grads } = engine.gradients(
      () => {
        const found = this.gradient();
        kept = { value: tf.keep(found.value), gradient: found.gradient.map((g) => tf.keep(g)) };
        const v = vector(kept.value, kept.gradient);
        return tf.addN(kept.gradient.map((g, i) => tf.sum(tf.mul(g, v[i]!)))) as core.Scalar;
      },
      variables,
      null,
      true,
    );
    const { value, gradient } = kept!;
    return { value, gradient, product: this.filled(grads) };
  }

  /** Runs passes that only look: variables that they change on the side, such as moving statistics, are put back. */
  aside<T>(pass: () => T): T {
    const others = Object.values(this.engine.registeredVariables).filter((v) => !this.variables.includes(v));
    const before = others.map((v) => this.tf.clone(v));
    const ids = others.map((v) => v.dataId);
    try {
      return pass();
    } finally {
      others.forEach((v, i) => v.dataId !== ids[i] && v.assign(before[i]!));
      before.forEach((t) => t.dispose());
    }
  }

  private filled(grads: readonly (core.Tensor | null | undefined)[]): core.Tensor[] {
    return grads.map((g, i) => g ?? this.tf.zerosLike(this.variables[i]!));
  }
}
