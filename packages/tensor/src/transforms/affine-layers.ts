/** The affine layers of a function, found in its trace: which parameters multiply what, and the signals on both sides of them. */
import { conv2d } from '../primitives/convolution.js';
import { concat } from '../primitives/shape.js';
import { eye, ones, zeros } from '../ops/create.js';
import type { Tensor } from '../tensor.js';
import { trace } from '../compile.js';
import { intercept } from './intercept.js';
import { vjp } from './linearize.js';
import { staged } from './stage.js';

/** A function of parameters and data, with examples along the first axis of the result. */
export type LayeredFunction = (parameters: readonly Tensor[], data: unknown) => Tensor;

/** One application of a layer's kernel. */
interface LayerUse {
  readonly kind: 'dense' | 'convolution';
  /** Whether the kernel is stored as [outputs, inputs]. */
  readonly transposed: boolean;
  /** What multiplies the kernel, as rows [n, positions, inputs]. */
  rows(n: number): Tensor;
  /** The product. */
  readonly product: Tensor;
}

/** A kernel, and the bias that is added to each of its products. Numbers are positions in the list of parameters. */
export interface AffineLayer {
  readonly kernel: number;
  readonly bias: number | null;
  readonly kind: 'dense' | 'convolution';
  /** Whether the kernel is stored as [outputs, inputs]. */
  readonly transposed: boolean;
  /** Rows of the layer's matrix: inputs, and 1 where it has a bias. */
  readonly inputs: number;
  readonly outputs: number;
  /** Positions at which an example meets the kernel, over all uses. */
  readonly positions: number;
}

/** Layers, and of each parameter that makes up none the reason. */
export interface AffineLayers {
  readonly layers: readonly AffineLayer[];
  readonly faults: ReadonlyMap<number, string>;
}

/** What goes into the layers, [n, positions, inputs] with a column of ones for a bias, and what comes back to them, [n, positions, outputs]. */
export interface LayerSignals {
  readonly inputs: readonly Tensor[];
  readonly gradients: readonly Tensor[];
}

const PASSED_THROUGH = new Set(['reshape', 'broadcastTo', 'stopGradient', 'barrier']);

interface Watcher {
  /** A parameter is applied as a kernel; what it returns takes the product's place. */
  use(kernel: number, use: LayerUse): Tensor | undefined;
  bias?(kernel: number, bias: number): void;
  other?(parameter: number, op: string): void;
}

/** Runs the function, telling of every use of the parameters. */
function watchLayers(f: LayeredFunction, chosen: readonly Tensor[], data: unknown, watcher: Watcher): Tensor {
  const parameters = new Map<Tensor, number>(chosen.map((t, i) => [t, i]));
  const products = new Map<Tensor, number>();
  const watched = intercept(
    f,
    ({ op, operands, params, result }) => {
      const owners = operands.map((t) => parameters.get(t));
      const kernel = owners[1];
      if (kernel !== undefined && owners[0] === undefined && operands[1] === chosen[kernel]) {
        const use = op === 'matmul' ? denseUse(operands, params, result) : op === 'conv2d' ? convolutionUse(operands, params, result) : null;
        if (use) {
          const value = watcher.use(kernel, use) ?? result;
          products.set(value, kernel);
          return value === result ? undefined : value;
        }
      }
      if (PASSED_THROUGH.has(op)) {
        if (owners[0] !== undefined) parameters.set(result, owners[0]);
        const product = products.get(operands[0]!);
        if (product !== undefined) products.set(result, product);
        return undefined;
      }
      if (op === 'add') {
        const side = owners[0] === undefined ? 0 : 1;
        const product = products.get(operands[side]!);
        const bias = owners[1 - side];
        if (product !== undefined && bias !== undefined && chosen[bias]!.rank === 1) {
          watcher.bias?.(product, bias);
          return undefined;
        }
      }
      for (const owner of owners) if (owner !== undefined) watcher.other?.(owner, op);
      return undefined;
    },
  );
  return watched(chosen, data);
}

function denseUse([input, kernel]: readonly Tensor[], params: Readonly<Record<string, unknown>>, product: Tensor): LayerUse | null {
  if (params['transposeA'] === true || kernel!.rank !== 2) return null;
  const width = input!.shape[input!.rank - 1]!;
  return { kind: 'dense', transposed: params['transposeB'] === true, rows: (n) => input!.reshape([n, -1, width]), product };
}

function convolutionUse([input, kernel]: readonly Tensor[], params: Readonly<Record<string, any>>, product: Tensor): LayerUse | null {
  if (params['groups'] !== 1) return null;
  const [height, width, channels] = kernel!.shape as [number, number, number];
  const size = height * width * channels;
  // Convolving with unit kernels lays the patches out as rows, in the order of the kernel's elements.
  const rows = (n: number): Tensor =>
    conv2d(input!, eye(size, input!.dtype).reshape([height, width, channels, size]), { strides: params['strides'], padding: params['padding'], dilation: params['dilation'] }).reshape([n, -1, size]);
  return { kind: 'convolution', transposed: false, rows, product };
}

/** Rows of all uses of a layer, [n, positions, inputs], with a column of ones for the bias. */
function layerRows(uses: readonly LayerUse[], hasBias: boolean, n: number): Tensor {
  const parts = uses.map((use) => use.rows(n));
  const rows = parts.length === 1 ? parts[0]! : concat(parts, 1);
  return hasBias ? concat([rows, ones([n, rows.shape[1]!, 1], rows.dtype)], 2) : rows;
}

/**
 * The layers that the parameters of a function make up, as they are used with such data: a parameter that is the right operand of `matmul`, or the kernel of an ungrouped `conv2d`, and
 * the vector that is added to the product. All uses of a kernel are one layer.
 */
export function affineLayers(f: LayeredFunction, parameters: readonly Tensor[], data: unknown): AffineLayers {
  const uses = new Map<number, LayerUse[]>();
  const biases = new Map<number, number[]>();
  const faults = new Map<number, string>();
  const blame = (parameter: number, why: string): void => void (faults.has(parameter) || faults.set(parameter, why));
  let n = 1;
  trace((chosen: readonly Tensor[], d: unknown) => {
    const out = watchLayers(f, chosen, d, {
      use: (kernel, use) => void uses.set(kernel, [...(uses.get(kernel) ?? []), use]),
      bias: (kernel, bias) => void biases.set(kernel, [...(biases.get(kernel) ?? []), bias]),
      other: (parameter, op) => blame(parameter, `is an operand of ${op}`),
    });
    n = out.shape[0] ?? 1;
    return out;
  })(parameters, data);
  const layers = [...uses].map(([kernel, list]): AffineLayer => {
    const found = new Set(biases.get(kernel));
    const bias = found.size === 0 ? null : [...found][0]!;
    const { shape, size } = parameters[kernel]!;
    if (found.size > 1 || (bias !== null && biases.get(kernel)!.length !== list.length)) blame(kernel, 'is not always followed by the same bias');
    const { kind, transposed } = list[0]!;
    if (list.some((use) => use.transposed !== transposed)) blame(kernel, 'is used both as it is and transposed');
    const outputs = transposed ? shape[0]! : shape[shape.length - 1]!;
    const elements = list.reduce((sum, use) => sum + use.product.size, 0);
    return { kernel, bias, kind, transposed, inputs: size / outputs + (bias === null ? 0 : 1), outputs, positions: elements / outputs / n };
  });
  const covered = new Set(layers.flatMap(({ kernel, bias }) => [kernel, bias]));
  parameters.forEach((_, i) => covered.has(i) || blame(i, 'is no kernel or bias of a layer'));
  return { layers: layers.filter(({ kernel, bias }) => !faults.has(kernel) && (bias === null || !faults.has(bias))), faults };
}

/** The signals at the layers of a function, for a gradient by its result. Cost: one forward and one backward pass. */
export function layerSignals(f: LayeredFunction, layers: readonly AffineLayer[], parameters: readonly Tensor[], data: unknown, cotangent: (result: Tensor) => Tensor): LayerSignals {
  return staged((chosen: readonly Tensor[], d: unknown) => signals(f, layers, chosen, d, cotangent))(parameters, data);
}

function signals(f: LayeredFunction, layers: readonly AffineLayer[], parameters: readonly Tensor[], data: unknown, cotangent: (result: Tensor) => Tensor): LayerSignals {
  const at = new Map(layers.map(({ kernel }, l) => [kernel, l]));
  const uses: LayerUse[][] = layers.map(() => []);
  const plain = watchLayers(f, parameters, data, { use: (kernel, use) => void (at.has(kernel) && uses[at.get(kernel)!]!.push(use)) });
  const n = plain.shape[0]!;
  const inputs = layers.map(({ bias }, l) => layerRows(uses[l]!, bias !== null, n));
  // A zero is added to each product: the derivative by it is the derivative by the product.
  const zero = uses.map((list) => list.map(({ product }) => zeros(product.shape, product.dtype)));
  const tapped = (taps: readonly (readonly Tensor[])[]): Tensor => {
    const seen = layers.map(() => 0);
    return watchLayers(f, parameters, data, {
      use(kernel, { product }) {
        const l = at.get(kernel);
        return l === undefined ? undefined : product.add(taps[l]![seen[l]!++]!);
      },
    });
  };
  const [z, pull] = vjp(tapped)(zero) as [Tensor, (ct: Tensor) => Tensor[][]];
  const gradients = pull(cotangent(z)).map((list, l) => {
    const parts = list.map((g) => g.reshape([n, -1, layers[l]!.outputs]));
    return parts.length === 1 ? parts[0]! : concat(parts, 1);
  });
  return { inputs, gradients };
}
