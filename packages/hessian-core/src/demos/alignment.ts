/** Domains of reversed colour: how far alignment of gradients and Hessians carries. */
import { type Ctx, type Frame, progress } from '@curv/plugin';
import { random } from '@curv/tensor';
import { colored, loadDigits28 } from '../support/colored-mnist.js';
import { accuracyOf, distancesOf, type MethodName, trainDomains } from '../support/train-domains.js';

interface Values {
  readonly examples: number;
  readonly hidden: number;
  readonly steps: number;
}

const METHODS: readonly MethodName[] = ['ERM', 'IRM', 'HGP', 'Hutchinson'];

export async function* alignment({ examples, hidden, steps }: Values, { engine, rng, signal }: Ctx): AsyncIterable<Frame> {
  yield { kind: 'note', text: 'The colour agrees with the label in 80 and 90 % of two training domains, and in 10 % of the test. A quarter of the labels are wrong, so that 0.75 is the best that shape alone can do; guessing gives 0.5.' };
  yield progress(0, METHODS.length, 'loading');
  const digits = await loadDigits28();
  const stream = random(rng.seed).fork('colored');
  const domains = [0.2, 0.1].map((flip, e) => colored(digits, e * examples, examples, { flip }, stream));
  const test = colored(digits, 2 * examples, 1000, { flip: 0.9 }, stream);
  const columns: Record<string, number[]> = { training: [], 'test, colour reversed': [], 'of the Hessians': [], 'of the gradients': [] };
  const values: Record<string, number> = {};
  for (const [i, method] of METHODS.entries()) {
    yield progress(i, METHODS.length, method);
    const layers = await trainDomains({ method, domains, hidden, steps, anneal: Math.ceil(steps / 3), stream: random(rng.seed).fork('start'), engine, signal });
    const { hessian, gradient } = await distancesOf(layers, domains, engine);
    const found = [await accuracyOf(layers, domains[0]!, engine), await accuracyOf(layers, test, engine), hessian, gradient];
    Object.values(columns).forEach((column, c) => column.push(found[c]!));
    const labels = METHODS.slice(0, i + 1);
    const bars = (figure: string, label: string, name: string): Frame => ({ kind: 'series', name, figure, axes: { y: { label } }, mark: 'bar', labels, x: labels.map((_, k) => k), y: columns[name]!.slice() });
    for (const name of ['training', 'test, colour reversed']) yield bars('Accuracy', 'share of right answers', name);
    for (const name of ['of the Hessians', 'of the gradients']) yield bars('Distance between the training domains, classifier head', 'norm of the difference', name);
    values[`${method}: test accuracy`] = found[1]!;
    values[`${method}: Hessian distance`] = hessian;
  }
  yield { kind: 'metric', step: steps, values };
}
