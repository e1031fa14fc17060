/** Linear warm-up in front of another schedule. */
import type { Schedule } from '../api.js';
import { checkCount } from '../checks.js';

/** Rises linearly over the first `steps` steps to the value with which `after` starts; `after` then counts from 1. */
export function warmUp(steps: number, after: Schedule): (step: number) => number {
  checkCount('steps', steps, 0);
  const at = (step: number): number => (typeof after === 'function' ? after(step) : after);
  return (step) => (step <= steps ? (at(1) * step) / steps : at(step - steps));
}
