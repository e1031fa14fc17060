/**
 * The kernels of primitives on the host, by name. A primitive's record carries its kernel and is entered here when it is first applied, so that whoever
 * bundles this package gets the kernels of the primitives that it can apply and no others.
 */
import type { HostKernel, Primitive } from './primitive.js';

const KERNELS = new Map<string, HostKernel>();

/** Enters a primitive that is being applied. */
export function enterKernel({ name, kernel }: Primitive): void {
  if (kernel !== undefined) KERNELS.set(name, kernel);
}

/** The kernel of a primitive that has been applied, if it has one. */
export const hostKernel = (name: string): HostKernel | undefined => KERNELS.get(name);
