/** What this package offers the apps. */
import { type CurvPlugin, defineDemo, type Demo } from '@curv/plugin';

const secondDerivatives: Demo<any> = defineDemo({
  title: 'Second derivatives in TensorFlow.js',
  summary: 'Nested gradients of TensorFlow.js as it comes, after repairTape, and exact: wrong without a word, or an error, or right.',
  params: {
    f: { type: 'choice', default: 'log(1 + exp x)', choices: ['log(1 + exp x)', 'x exp x', 'tanh(x)²', 'x sigmoid x', 'log sigmoid x'], help: 'the function whose second derivative is drawn' },
    hidden: { type: 'int', default: 16, min: 1, max: 256, help: 'hidden units of the nets' },
    batch: { type: 'int', default: 32, min: 1, max: 512, help: 'examples that the nets see' },
  },
  quick: { hidden: 6, batch: 8 },
  explanation: 'TensorFlow.js differentiates its own gradients, so tf.grad(tf.grad(f)) runs; but kernels such as exp, tanh and softmax save their output for the backward pass in a place where the outer tape does not find it, and that part of the second derivative is dropped without an error. Curvature, and whatever Newton-like method uses it, is then silently wrong; gradients of convolutions have no gradient at all and throw. repairTape mends the tape in place; @curv/tensor differentiates graphs of its own and never meets the problem. All of TensorFlow.js runs on its cpu backend here, in float32, beside closed forms in float64.',
  citations: ['TensorFlow.js issue 3252, Second-order gradients, open since 2020', 'Pearlmutter 1994, Fast exact multiplication by the Hessian, doi:10.1162/neco.1994.6.1.147'],
  example: `import * as tf from '@tensorflow/tfjs';
import { repairTape } from '@curv/tfjs/repair';
import { grad, tensor } from '@curv/tensor';

const exact = 1 / (2 + 2 * Math.cosh(0.7)); // of log(1 + exp x) at 0.7
const ours = grad(grad((x) => x.exp().add(1).log()));
const theirs = () => tf.grad(tf.grad((x) => tf.log(tf.add(1, tf.exp(x)))));

const at = tf.scalar(0.7);
console.log('exact', exact); // 0.2217
console.log('@curv/tensor', ours(tensor(0.7, [], 'float64')).item()); // 0.2217
console.log('TensorFlow.js', theirs()(at).dataSync()[0]); // -0.4465
await repairTape(tf);
console.log('after repairTape', theirs()(at).dataSync()[0]); // 0.2217`,
  load: async () => (await import('./demos/second-derivatives.js')).secondDerivatives,
});

const plugin: CurvPlugin = { api: 1, name: '@curv/tfjs', contributes: { demos: { 'second-derivatives': secondDerivatives } } };
export default plugin;
