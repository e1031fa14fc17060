import type { LinearOperator } from '../api.js';
import { describe, firstNonFinite } from '../checks.js';

/** After so many milliseconds of work an iteration lets timers, signals and screens have a turn. */
const BREATH = 50;

/** The products of one iteration with its operator: counted, checked, and stopped by a signal. */
export class Products {
  count = 0;
  private lastBreath: number = performance.now();

  constructor(
    private readonly where: string,
    private readonly operator: LinearOperator,
    private readonly signal: AbortSignal | undefined,
    private readonly name: string = 'operator',
  ) {}

  /** What the products are computed in. */
  get dtype(): 'float32' | 'float64' {
    return this.operator.dtype;
  }

  /** A v, in `out` where the operator uses it. @throws the signal's reason; TypeError, RangeError on a result that is no finite vector */
  async apply(v: Float64Array, out?: Float64Array): Promise<Float64Array> {
    await this.breathe();
    this.count++;
    const result = this.check(await this.settled(this.operator.apply(v, out)), 1);
    // an operator may hand its argument back; the iterations write into results
    return result === v ? v.slice() : result;
  }

  /** A V for vectors stored one after the other. */
  async applyBlock(block: Float64Array, count: number): Promise<Float64Array> {
    if (this.operator.applyBlock) {
      await this.breathe();
      this.count += count;
      const result = this.check(await this.settled(this.operator.applyBlock(block, count)), count);
      return result === block ? block.slice() : result;
    }
    const [rows, columns] = this.operator.shape;
    const out = new Float64Array(rows * count);
    for (let j = 0; j < count; j++) out.set(await this.apply(block.slice(j * columns, (j + 1) * columns)), j * rows);
    return out;
  }

  /** An operator that never waits would keep the signal's own timer from running. */
  private async breathe(): Promise<void> {
    this.signal?.throwIfAborted();
    if (performance.now() - this.lastBreath < BREATH) return;
    await new Promise((resolve) => setTimeout(resolve, 0));
    this.lastBreath = performance.now();
    this.signal?.throwIfAborted();
  }

  private async settled(result: Float64Array | Promise<Float64Array>): Promise<Float64Array> {
    if (result instanceof Float64Array || !this.signal) return result;
    const { signal } = this;
    let stop = (): void => undefined;
    const aborted = new Promise<never>((_, reject) => {
      stop = () => reject(signal.reason);
      signal.addEventListener('abort', stop, { once: true });
    });
    try {
      const out = await Promise.race([result, aborted]);
      signal.throwIfAborted();
      return out;
    } finally {
      signal.removeEventListener('abort', stop);
    }
  }

  private check(result: Float64Array, count: number): Float64Array {
    const { where, name } = this;
    const length = this.operator.shape[0] * count;
    if (!(result instanceof Float64Array) || result.length !== length) {
      throw new TypeError(`${where}: ${name} must return a Float64Array of ${length} elements, got ${describe(result)}`);
    }
    const bad = firstNonFinite(result);
    if (bad >= 0) throw new RangeError(`${where}: ${name} returned ${result[bad]!} at element ${bad} in iteration ${this.count}`);
    return result;
  }
}
