/** SciPy's minimizers on our oracles, so that both sides see the same functions and are counted in the same place. */
import { fromBase64, type PythonPeer, pythonPeer, toBase64 } from '@curv-internal/python-peer';
import type { Entry } from './entries.js';
import program from './scipy_peer.py';

export type ScipyMethod = 'L-BFGS-B' | 'trust-ncg' | 'Newton-CG' | 'lm';

/** What SciPy asked for until it met the target, or gave up. */
export interface ScipyRun {
  readonly reached: boolean;
  readonly values: number;
  readonly products: number;
  readonly jacobians: number;
  /** The best point that it asked a value of. */
  readonly best: Float64Array;
}

export interface Scipy {
  /** @param target default the entry's */
  run(entry: Entry, method: ScipyMethod, most: number, options?: { readonly start?: ArrayLike<number>; readonly target?: number }): Promise<ScipyRun>;
  dispose(): void;
}

interface Question {
  readonly done?: boolean;
  readonly ask: 'value' | 'residual' | 'jacobian' | 'product';
  readonly vectors: readonly string[];
}

/** @throws Error with the reason where there is no Python with SciPy */
export function scipy(): Scipy {
  const peer: PythonPeer = pythonPeer('scipy', program);
  return {
    async run({ oracles, start, target: usual }, method, most, { start: from = start, target = usual } = {}) {
      const counts = { values: 0, products: 0, jacobians: 0 };
      let [reached, least] = [false, Infinity];
      let best: Float64Array = Float64Array.from(from);
      const saw = (x: Float64Array, value: number): object | null => {
        counts.values++;
        if (value < least) [least, best] = [value, x];
        reached = value <= target;
        return reached || counts.values > most || counts.products > 50 * most ? { stop: true } : null;
      };
      const answer = async ({ ask, vectors }: Question): Promise<object> => {
        const [x, v] = vectors.map(fromBase64) as [Float64Array, Float64Array];
        if (ask === 'value') {
          const { value, gradient } = await oracles.valueAndGradient!(x);
          return saw(x, value) ?? { value, vector: toBase64(gradient) };
        }
        if (ask === 'residual') {
          const r = await oracles.residual!(x);
          return saw(x, r.reduce((s, ri) => s + ri * ri, 0) / 2) ?? { vector: toBase64(r) };
        }
        if (ask === 'product') {
          counts.products++;
          return { vector: toBase64(await oracles.hvp!(x, v)) };
        }
        counts.jacobians++;
        return { vector: toBase64((await oracles.jacobian!(x)).data) };
      };
      let question = (await peer.ask({ method, start: toBase64(Float64Array.from(from)), most })) as Question;
      while (!question.done) question = (await peer.ask(await answer(question))) as Question;
      return { reached, ...counts, best };
    },
    dispose: () => peer.dispose(),
  };
}
