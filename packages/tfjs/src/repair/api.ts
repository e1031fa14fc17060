/** Types of the repair. TensorFlow.js itself is the caller's: nothing here is imported from it but types. */
import type * as core from '@tensorflow/tfjs-core';

/** The namespace of `@tensorflow/tfjs-core` or of `@tensorflow/tfjs`. */
export type TensorFlow = typeof core;

/** A gradient to register: made for the namespace whose operations it uses. */
export type GradientRule = (tf: TensorFlow) => core.GradConfig;

/** A kernel to register on a backend that lacks it, or whose own is wrong; composed from kernels that the backend has. */
export interface KernelRule {
  readonly kernelName: string;
  /** Kernels of the backend that it is composed from. */
  readonly needs: readonly string[];
  /** Backends whose own kernel gives wrong results. */
  readonly wrongOn?: readonly string[];
  /** @param own the backend's kernel, where it has one */
  make(tf: TensorFlow, own?: core.KernelFunc): core.KernelFunc;
}

/** Options of `repairTape`. */
export interface RepairOptions {
  /** Largest relative error that a check may have; 1e-5 by default, float32 through one or two functions. */
  readonly tolerance?: number;
}

/** One derivative on the active backend beside its float64 value. */
export interface TapeCheck {
  readonly name: string;
  /** What was found; null where it threw, for the reason given. */
  readonly value: readonly number[] | null;
  readonly expected: readonly number[];
  /** Largest difference, relative to the largest expected magnitude; Infinity where it threw. */
  readonly error: number;
  readonly ok: boolean;
  readonly reason?: string;
}

/** What `repairTape` did. */
export interface TapeRepair {
  /** The active backend, on which the checks ran. */
  readonly backend: string;
  /** Every check passed. */
  readonly ok: boolean;
  readonly checks: readonly TapeCheck[];
  readonly repaired: {
    /** Methods of the engine that were replaced. */
    readonly engine: readonly string[];
    /** Kernels whose gradient was registered or replaced. */
    readonly gradients: readonly string[];
    /** Kernels that a backend lacked or had wrong, as `backend/kernel`. */
    readonly kernels: readonly string[];
  };
  /** What remains without a gradient or without a kernel, and why, as `name: reason`. */
  readonly unrepaired: readonly string[];
  /** Puts the registries and the engine back as they were. A second call does nothing. */
  undo(): void;
}
