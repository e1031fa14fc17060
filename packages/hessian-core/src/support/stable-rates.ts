/** The largest learning rate at which training stays stable, for SGD and for Adam. */
import { breathe } from '@curv/plugin';
import { compile, type Engine, grad, random, softmaxCrossEntropy, stack, type Tensor, tensor, treeMap, vmap } from '@curv/tensor';
import { type Data, denseLayers, type FloatType, type Layers, logits } from './network.js';

export type Optimizer = 'sgd' | 'adam';

/** What `largestStableRate` needs. */
export interface StabilitySearch {
  readonly data: Data;
  readonly sizes: readonly number[];
  readonly dtype: FloatType;
  readonly optimizer: Optimizer;
  readonly batch: number;
  readonly steps: number;
  /** Stable: final loss on all data below 1 in most of this many runs. */
  readonly runs: number;
  readonly seed: number;
  /** Where to begin: a power k of √2. */
  readonly guess: number;
  readonly engine: Engine;
  readonly signal: AbortSignal;
}

type State = { readonly params: Layers; readonly first: Layers; readonly second: Layers };
type Leaves = (a: Tensor, ...rest: Tensor[]) => Tensor;
const map = (f: Leaves, ...trees: readonly Layers[]): Layers => treeMap(f as never, ...(trees as never as [never])) as unknown as Layers;

/** One step of one net on a batch; Adam as Kingma & Ba 2015, arXiv:1412.6980, with the bias correction in the rate. */
function step(optimizer: Optimizer) {
  const loss = (p: Layers, x: Tensor, y: Tensor): Tensor => softmaxCrossEntropy(logits(p, x, 'relu'), y);
  return (state: State, { x, y }: Data, chosen: Tensor, rate: Tensor): State => {
    const gradient = grad(loss)(state.params, x.gather(chosen, 0), y.gather(chosen, 0)) as unknown as Layers;
    if (optimizer === 'sgd') return { ...state, params: map((p, g) => p.sub(g!.mul(rate)), state.params, gradient) };
    const first = map((m, g) => m.mul(0.9).add(g!.mul(0.1)), state.first, gradient);
    const second = map((v, g) => v.mul(0.999).add(g!.square().mul(0.001)), state.second, gradient);
    return { params: map((p, m, v) => p.sub(m!.div(v!.sqrt().add(1e-8)).mul(rate)), state.params, first, second), first, second };
  };
}

/** Which of the rates are stable: all rates and runs are trained at once, as one batched net. */
async function stable(search: StabilitySearch, rates: readonly number[]): Promise<boolean[]> {
  const { data, sizes, dtype, optimizer, batch, steps, runs, seed, engine, signal } = search;
  const members = rates.flatMap((rate) => Array.from({ length: runs }, (_, run) => ({ rate, run })));
  // Runs differ in start and batches; rates do not.
  const starts = Array.from({ length: runs }, (_, run) => denseLayers(random(seed + run).fork('stable start'), sizes, dtype, 2));
  const params = starts[0]!.map((_, i) => ({ kernel: stack(members.map(({ run }) => starts[run]![i]!.kernel)), bias: stack(members.map(({ run }) => starts[run]![i]!.bias)) }));
  const zero = map((p) => p.mul(0), params);
  let state: State = { params, first: zero, second: zero };
  const streams = Array.from({ length: runs }, (_, run) => random(seed + run).fork('stable batches'));
  const advance = compile(vmap(step(optimizer), { inAxes: [0, null, 0, 0] }), { engine }) as unknown as (s: State, d: Data, c: Tensor, r: Tensor) => State;
  for (let k = 1; k <= steps; k++) {
    const drawn = streams.map((stream) => Int32Array.from({ length: batch }, () => stream.integer(data.y.size)));
    const chosen = new Int32Array(members.length * batch);
    members.forEach(({ run }, i) => chosen.set(drawn[run]!, i * batch));
    const correction = optimizer === 'adam' ? Math.sqrt(1 - 0.999 ** k) / (1 - 0.9 ** k) : 1;
    state = advance(state, data, tensor(chosen, [members.length, batch]), tensor(members.map(({ rate }) => rate * correction), [members.length], dtype));
    await breathe(signal);
  }
  const evaluate = compile(vmap((p: Layers, { x, y }: Data) => softmaxCrossEntropy(logits(p, x, 'relu'), y), { inAxes: [0, null] }), { engine });
  const losses = await (evaluate(state.params, data) as unknown as Tensor).data();
  return rates.map((_, i) => 2 * members.filter((m, j) => m.rate === rates[i] && losses[j]! < 1).length > runs);
}

/** The largest rate √2ᵏ that is stable, with the next one not; looks around `guess`, four rates at a time. NaN where none is found. */
export async function largestStableRate(search: StabilitySearch): Promise<{ rate: number; exponent: number }> {
  const known = new Map<number, boolean>();
  const test = async (from: number): Promise<void> => {
    const exponents = [0, 1, 2, 3].map((i) => from + i).filter((k) => !known.has(k));
    const found = await stable(search, exponents.map((k) => Math.SQRT2 ** k));
    exponents.forEach((k, i) => known.set(k, found[i]!));
  };
  await test(search.guess - 1);
  for (;;) {
    const tried = [...known.keys()].sort((a, b) => a - b);
    const [low, high] = [tried[0]!, tried[tried.length - 1]!];
    if (known.get(high)) await test(high + 1);
    else {
      const best = tried.filter((k) => known.get(k)).pop();
      if (best !== undefined) return { rate: Math.SQRT2 ** best, exponent: best };
      // Small enough to be stable, and yet not below the limit: the steps are too few to learn.
      if (low < search.guess - 16) return { rate: NaN, exponent: search.guess - 1 };
      await test(low - 4);
    }
  }
}
