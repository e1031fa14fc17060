/** Chooses how a loop is run. */
import { sizeOf } from '../../primitive.js';
import { generate } from './codegen.js';
import { interpret } from './interpret.js';
import { INITIAL } from './loop.js';
import type { Loop, Step } from './loop.js';

/** How code is made; only tests touch it. */
export const codegen: { enabled: boolean | undefined } = { enabled: undefined };

/** Whether this realm lets text become code (a content security policy may forbid it). */
export function canGenerate(): boolean {
  if (codegen.enabled === undefined) {
    try {
      codegen.enabled = new Function('return true')() as boolean;
    } catch {
      codegen.enabled = false;
    }
  }
  return codegen.enabled;
}

/** Makes a loop executable. */
export function compileLoop(loop: Loop): Step {
  const { slot } = loop.out;
  if (sizeOf(loop.shape) === 0) {
    const { reduce } = loop;
    return reduce === null ? () => {} : (slots) => slots[slot]!.fill(INITIAL[reduce]);
  }
  return canGenerate() ? generate(loop) : interpret(loop);
}
