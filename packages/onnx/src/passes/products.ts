/** Stacks of matrix products as single ones: ONNX Runtime multiplies one large matrix faster than many small ones, and without a sum to follow. */
import type { Graph, Node } from '@curv/tensor';
import { range, sameShape, sizeOf } from './shapes.js';
import { copy, type GraphWriter, rewrite } from './writer.js';

const isTransposed = (node: Node, flag: 'transposeA' | 'transposeB'): boolean => node.params[flag] === true;

/** Σ over the stack of op(A) op(B) is one product over the stack's rows laid end to end; of a sum of products, a sum of those. */
function contraction(writer: GraphWriter, product: Node, batch: number): Node | null {
  const [a, b] = product.inputs as [Node, Node];
  if (product.op === 'add' && sameShape(a.shape, b.shape)) {
    const [left, right] = [contraction(writer, a, batch), contraction(writer, b, batch)];
    return left && right && writer.elementwise('add', [left, right]);
  }
  const stack = product.shape.slice(0, batch);
  if (product.op !== 'matmul' || product.shape.length !== batch + 2 || !sameShape(a.shape.slice(0, -2), stack) || !sameShape(b.shape.slice(0, -2), stack)) return null;
  // The summed axis before the free one, so that it joins the stack's axes.
  const rows = (x: Node, summedLast: boolean): Node => {
    const y = summedLast ? writer.transpose(x, [...range(batch), batch + 1, batch]) : x;
    return writer.reshape(y, [sizeOf(y.shape.slice(0, -1)), y.shape[batch + 1]!]);
  };
  return writer.matmul(rows(a, !isTransposed(product, 'transposeA')), rows(b, isTransposed(product, 'transposeB')), { transposeA: true });
}

/** A stack of matrices times one matrix is one product over all rows. */
function rowsTimesMatrix(writer: GraphWriter, node: Node, [a, b]: readonly [Node, Node]): Node | null {
  if (a.shape.length < 3 || b.shape.length !== 2 || isTransposed(node, 'transposeA')) return null;
  const flat = writer.reshape(a, [sizeOf(a.shape.slice(0, -1)), a.shape[a.shape.length - 1]!]);
  return writer.reshape(writer.matmul(flat, b, { transposeB: isTransposed(node, 'transposeB') }), node.shape);
}

/** The graph with stacks of products joined where one matrix can stand for them. */
export function joinProducts(graph: Graph): Graph {
  return rewrite(graph, (writer, node, inputs) => {
    if (node.op === 'matmul') return rowsTimesMatrix(writer, node, inputs as unknown as readonly [Node, Node]);
    if (node.op !== 'reduceSum') return null;
    const axes = node.params['axes'] as number[];
    return sameShape(axes, range(axes.length)) ? contraction(writer, inputs[0]!, axes.length) : null;
  });
}

/** A product of two matrices under reshapes that keep its rows whole, with nothing else reading it. */
function productBelow(x: Node, once: (node: Node) => boolean): Node | null {
  if (!once(x)) return null;
  if (x.op === 'matmul') return x.shape.length === 2 ? x : null;
  const below = x.op === 'reshape' && x.shape.length > 0 ? productBelow(x.inputs[0]!, once) : null;
  return below !== null && below.shape[1] === x.shape[x.shape.length - 1] ? below : null;
}

/** A summand as the matrix that `gemm` adds: whole, or one row for all. */
function summand(writer: GraphWriter, x: Node, shape: readonly number[], [rows, columns]: readonly number[]): Node | null {
  if (sizeOf(x.shape) === sizeOf(shape)) return writer.reshape(x, [rows!, columns!]);
  return sizeOf(x.shape) === columns && x.shape[x.shape.length - 1] === columns ? writer.reshape(x, [columns]) : null;
}

/** The graph with a sum after a product of two matrices as part of it, which saves a pass over the result. */
export function absorbSums(graph: Graph): Graph {
  const uses = new Map<Node, number>();
  for (const node of [...graph.nodes.flatMap((n) => n.inputs), ...graph.outputs]) uses.set(node, (uses.get(node) ?? 0) + 1);
  const once = (node: Node): boolean => uses.get(node) === 1;
  const made = new Map<Node, Node>();
  const rule = (writer: GraphWriter, node: Node, inputs: readonly Node[]): Node | null => {
    if (node.op !== 'add') return null;
    for (const at of [0, 1]) {
      const product = sizeOf(node.inputs[at]!.shape) === sizeOf(node.shape) ? productBelow(node.inputs[at]!, once) : null;
      // A product that took up a sum already stays.
      if (product === null || made.get(product)!.op !== 'matmul') continue;
      const rest = summand(writer, inputs[1 - at]!, node.shape, product.shape);
      if (rest !== null) return writer.reshape(writer.add('gemm', [...made.get(product)!.inputs, rest], product.params, product), node.shape);
    }
    return null;
  };
  return rewrite(graph, (writer, node, inputs) => {
    const result = rule(writer, node, inputs) ?? copy(writer, node, inputs);
    made.set(node, result);
    return result;
  });
}
