/** Finding the affine layers of a model in its trace: which parameters multiply what. */
import { concat, conv2d, eye, intercept, type Tensor, ones, trace, type TreeFunction } from '@curv/tensor';
import type { Batch, Problem } from '../api.js';
import type { Selection } from './selection.js';

/** One application of a layer's kernel. */
export interface LayerUse {
  readonly kind: 'dense' | 'convolution';
  /** Whether the kernel is stored as [outputs, inputs]. */
  readonly transposed: boolean;
  /** What multiplies the kernel, as rows [n, positions, inputs]. */
  rows(n: number): Tensor;
  /** The product. */
  readonly product: Tensor;
}

/** A layer of a model: a kernel, and the bias that is added to each of its products. Numbers are those of the chosen parameters. */
export interface AffineLayer {
  readonly kernel: number;
  readonly bias: number | null;
  readonly name: string;
  readonly kind: LayerUse['kind'];
  readonly transposed: boolean;
  /** Rows of the layer's matrix: inputs, and 1 where it has a bias. */
  readonly inputs: number;
  readonly outputs: number;
  /** Positions at which an example meets the kernel, over all uses. */
  readonly positions: number;
}

const PASSED_THROUGH = new Set(['reshape', 'broadcastTo', 'stopGradient', 'barrier']);

interface Watcher {
  /** A chosen parameter is applied as a kernel; what it returns takes the product's place. */
  use(kernel: number, use: LayerUse): Tensor | undefined;
  bias?(kernel: number, bias: number): void;
  other?(parameter: number, op: string): void;
}

/** Runs the model, telling of every use of the chosen parameters. */
export function watchLayers(model: TreeFunction, { merge }: Selection, chosen: readonly Tensor[], data: unknown, watcher: Watcher): Tensor {
  const parameters = new Map<Tensor, number>(chosen.map((t, i) => [t, i]));
  const products = new Map<Tensor, number>();
  const watched = intercept(
    (leaves: readonly Tensor[], d: unknown) => model(merge(leaves), d) as Tensor,
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
export function layerRows(uses: readonly LayerUse[], hasBias: boolean, n: number): Tensor {
  const parts = uses.map((use) => use.rows(n));
  const rows = parts.length === 1 ? parts[0]! : concat(parts, 1);
  return hasBias ? concat([rows, ones([n, rows.shape[1]!, 1], rows.dtype)], 2) : rows;
}

/**
 * The layers that the chosen parameters make up, as they are used with such a batch.
 * @throws TypeError naming each parameter that is used otherwise than as the kernel of a matrix product or an ungrouped convolution, or as a bias
 */
export function affineLayers(where: string, problem: Problem, selection: Selection, batch: Batch): AffineLayer[] {
  const { segments, leaves } = selection;
  const uses = new Map<number, LayerUse[]>();
  const biases = new Map<number, number[]>();
  const faults: string[] = [];
  trace((chosen: readonly Tensor[], data: unknown) =>
    watchLayers(problem.model!, selection, chosen, data, {
      use: (kernel, use) => void uses.set(kernel, [...(uses.get(kernel) ?? []), use]),
      bias: (kernel, bias) => void biases.set(kernel, [...(biases.get(kernel) ?? []), bias]),
      other: (parameter, op) => faults.push(`${segments[parameter]!.name} is an operand of ${op}`),
    }),
  )(leaves, batch.data);
  const layers = [...uses].map(([kernel, list]): AffineLayer => {
    const found = new Set(biases.get(kernel));
    const bias = found.size === 0 ? null : [...found][0]!;
    const { name, shape } = segments[kernel]!;
    if (found.size > 1 || (bias !== null && biases.get(kernel)!.length !== list.length)) faults.push(`${name} is not always followed by the same bias`);
    const { kind, transposed } = list[0]!;
    if (list.some((use) => use.transposed !== transposed)) faults.push(`${name} is used both as it is and transposed`);
    const outputs = transposed ? shape[0]! : shape[shape.length - 1]!;
    const elements = list.reduce((sum, use) => sum + use.product.size, 0);
    const inputs = segments[kernel]!.size / outputs + (bias === null ? 0 : 1);
    return { kernel, bias, name: name.replace(/\.(?:kernel|weight|w)$/i, ''), kind, transposed, inputs, outputs, positions: elements / outputs / batch.size };
  });
  const covered = new Set(layers.flatMap(({ kernel, bias }) => [kernel, bias]));
  segments.forEach(({ name }, i) => covered.has(i) || faults.some((f) => f.startsWith(`${name} `)) || faults.push(`${name} is no kernel or bias of a layer`));
  if (faults.length > 0) throw new TypeError(`${where}: only kernels of matrix products and ungrouped convolutions, and their biases, have Kronecker factors: ${[...new Set(faults)].join('; ')}. Leave others out by \`parameters\``);
  return layers;
}
