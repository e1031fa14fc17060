/** A character-level language model on first names: the letter that follows the last four (Bengio et al. 2003). */
import { names } from '@curv-internal/datasets';
import { compile, type Engine, random, type Random, softmaxCrossEntropy, tensor, type Tensor } from '@curv/tensor';
import type { Params, Problem } from '../api.js';

/** Letters and the end of a name, which is also what stands before its start. */
const SYMBOLS = 27;

/** Contexts [count × width], row after row, and the letters that follow. */
export interface Windows {
  readonly contexts: Int32Array;
  readonly next: Int32Array;
  readonly count: number;
  readonly width: number;
}

export interface CharData {
  readonly train: Windows;
  readonly validation: Windows;
}

export interface CharBatch {
  readonly x: Tensor;
  readonly y: Tensor;
}

function windowsOf(words: readonly string[], width: number): Windows {
  const count = words.reduce((n, word) => n + word.length + 1, 0);
  const contexts = new Int32Array(count * width);
  const next = new Int32Array(count);
  let row = 0;
  for (const word of words) {
    const codes = [...word].map((letter) => letter.charCodeAt(0) - 96);
    for (let i = 0; i <= codes.length; i++, row++) {
      for (let j = 0; j < width; j++) contexts[row * width + j] = codes[i - width + j] ?? 0;
      next[row] = codes[i] ?? 0;
    }
  }
  return { contexts, next, count, width };
}

/** Nine tenths of the names for training, in an order that is the same in every run. */
export async function charData(width: number): Promise<CharData> {
  const all = await names();
  const order = random(0).fork('names').permutation(all.length);
  const cut = Math.floor(0.9 * all.length);
  const words = Array.from(order, (i) => all[i]!);
  return { train: windowsOf(words.slice(0, cut), width), validation: windowsOf(words.slice(cut), width) };
}

/** Random rows as a batch. */
export function charBatch({ contexts, next, count, width }: Windows, size: number, stream: Random): CharBatch {
  return rowsOf({ contexts, next, count, width }, Array.from({ length: size }, () => stream.integer(count)));
}

function rowsOf({ contexts, next, width }: Windows, rows: readonly number[]): CharBatch {
  const x = new Int32Array(rows.length * width);
  rows.forEach((row, i) => x.set(contexts.subarray(row * width, (row + 1) * width), i * width));
  return { x: tensor(x, [rows.length, width]), y: tensor(Int32Array.from(rows, (row) => next[row]!), [rows.length]) };
}

/** Where a model starts, biases 0: `normal`: embeddings N(0, 1), weights N(0, 1 / inputs); `gpt`: both N(0, 0.02²) (Radford et al. 2019). */
export type Start = 'normal' | 'gpt';

/** Embedding, two tanh layers, logits: 4 × 8 - 64 - 64 - 27. */
export function mlpLanguageModel(stream: Random, start: Start = 'normal'): { problem: Problem<CharBatch>; params: Params } {
  const [width, embedding, hidden] = [4, 8, 64];
  const scaled = (usual: number): number => (start === 'gpt' ? 0.02 : usual);
  const dense = (inputs: number, outputs: number): Params => ({ w: scaledNormal(stream, [inputs, outputs], scaled(1 / Math.sqrt(inputs))), b: tensor(new Float32Array(outputs), [outputs]) });
  const params = { embedding: scaledNormal(stream, [SYMBOLS, embedding], scaled(1)), first: dense(width * embedding, hidden), second: dense(hidden, hidden), last: dense(hidden, SYMBOLS) };
  interface Dense { readonly w: Tensor; readonly b: Tensor }
  const apply = (h: Tensor, { w, b }: Dense): Tensor => h.matmul(w).add(b);
  const model = (p: { embedding: Tensor; first: Dense; second: Dense; last: Dense }, { x }: CharBatch): Tensor => {
    const h = p.embedding.gather(x).reshape([x.shape[0]!, width * embedding]);
    return apply(apply(apply(h, p.first).tanh(), p.second).tanh(), p.last);
  };
  return { problem: { model, outputLoss: (logits: Tensor, { y }) => softmaxCrossEntropy(logits, y), likelihood: 'categorical' }, params };
}

/** Softmax regression on one-hot contexts. */
export function linearLanguageModel(width: number): { problem: Problem<CharBatch>; params: Params } {
  const params = { w: tensor(new Float32Array(width * SYMBOLS * SYMBOLS), [width * SYMBOLS, SYMBOLS]), b: tensor(new Float32Array(SYMBOLS), [SYMBOLS]) };
  const offsets = tensor(Int32Array.from({ length: width }, (_, i) => i * SYMBOLS), [1, width]);
  const model = ({ w, b }: { w: Tensor; b: Tensor }, { x }: CharBatch): Tensor => w.gather(x.add(offsets)).sum(1).add(b);
  return { problem: { model, outputLoss: (logits: Tensor, { y }) => softmaxCrossEntropy(logits, y), likelihood: 'categorical' }, params };
}

const scaledNormal = (stream: Random, shape: readonly number[], scale: number): Tensor => tensor(Float32Array.from(stream.tensor('normal', shape).dataSync(), (x) => scale * x), shape);

/** Mean cross-entropy over all rows. */
export async function crossEntropy(problem: Problem<CharBatch>, params: Params, windows: Windows, engine: Engine): Promise<number> {
  const loss = compile((p: Params, batch: CharBatch) => problem.outputLoss!(problem.model!(p, batch), batch), { engine });
  let sum = 0;
  for (let from = 0; from < windows.count; from += 1024) {
    const rows = Array.from({ length: Math.min(1024, windows.count - from) }, (_, i) => from + i);
    sum += rows.length * (await (loss(params, rowsOf(windows, rows)) as Tensor).data())[0]!;
  }
  loss.dispose();
  return sum / windows.count;
}
