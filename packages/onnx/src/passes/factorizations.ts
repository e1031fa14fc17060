/** Factorizations, which ONNX has not, unrolled column by column. */
import type { Graph, Node } from '@curv/tensor';
import { range } from './shapes.js';
import { type GraphWriter, rewrite } from './writer.js';

/** Largest matrix that is unrolled: a step is about eight nodes. */
const LARGEST_FACTORIZATION = 128;

/** Rows or columns [from, to) along one axis. */
function part(writer: GraphWriter, x: Node, axis: number, from: number, to: number): Node {
  return writer.slice(x, x.shape.map((_, i) => (i === axis ? from : 0)), x.shape.map((n, i) => (i === axis ? to : n)));
}

/** Right-looking Cholesky: column, then the rest of the matrix less its outer product. A non-positive pivot gives NaN from there on. */
function cholesky(writer: GraphWriter, a: Node): Node {
  const rank = a.shape.length;
  const n = a.shape[rank - 1]!;
  const columns: Node[] = [];
  let rest = a;
  for (const j of range(n)) {
    const below = part(writer, rest, rank - 1, 0, 1);
    const pivot = part(writer, below, rank - 2, 0, 1);
    const positive = writer.elementwise('greater', [pivot, writer.full(0, [], a.dtype)], 'bool');
    const root = writer.elementwise('select', [positive, writer.elementwise('sqrt', [pivot]), writer.full(NaN, [], a.dtype)]);
    const column = writer.elementwise('div', [below, root]);
    const zeros = writer.full(0, [...a.shape.slice(0, -2), j, 1], a.dtype);
    columns.push(j === 0 ? column : writer.concat([zeros, column], rank - 2));
    if (j === n - 1) break;
    const tail = part(writer, column, rank - 2, 1, n - j);
    const block = part(writer, part(writer, rest, rank - 1, 1, n - j), rank - 2, 1, n - j);
    rest = writer.elementwise('sub', [block, writer.matmul(tail, tail, { transposeB: true })]);
  }
  return writer.concat(columns, rank - 1);
}

/** Substitution: one row of the solution, then the right sides less its share. */
function triangularSolve(writer: GraphWriter, node: Node, a: Node, b: Node): Node {
  const { lower, transpose, unit } = node.params as { lower: boolean; transpose: boolean; unit: boolean };
  const rank = b.shape.length;
  const n = b.shape[rank - 2]!;
  const order = lower !== transpose ? range(n) : range(n).reverse();
  const rows = new Array<Node>(n);
  // Right sides still to be solved: rows [from, to) of all.
  let rest = b;
  let [from, to] = [0, n];
  for (const i of order) {
    const forward = i === from;
    let row = part(writer, rest, rank - 2, i - from, i - from + 1);
    if (!unit) row = writer.elementwise('div', [row, part(writer, part(writer, a, rank - 2, i, i + 1), rank - 1, i, i + 1)]);
    rows[i] = row;
    const [low, high] = forward ? [i + 1, to] : [from, i];
    if (low === high) break;
    // Column i of op(A) for the rows that are left.
    const line = transpose ? part(writer, part(writer, a, rank - 2, i, i + 1), rank - 1, low, high) : part(writer, part(writer, a, rank - 1, i, i + 1), rank - 2, low, high);
    const left = part(writer, rest, rank - 2, low - from, high - from);
    rest = writer.elementwise('sub', [left, writer.matmul(line, row, { transposeA: transpose })]);
    [from, to] = [low, high];
  }
  return writer.concat(rows, rank - 2);
}

/** The graph without `cholesky` and `triangularSolve`. @throws TypeError on a matrix too large to unroll */
export function expandFactorizations(graph: Graph): Graph {
  return rewrite(graph, (writer, node, inputs) => {
    if (node.op !== 'cholesky' && node.op !== 'triangularSolve') return null;
    const n = inputs[0]!.shape[inputs[0]!.shape.length - 1]!;
    if (n > LARGEST_FACTORIZATION) {
      throw new TypeError(`ONNX has no ${node.op}, and a matrix of ${n} rows is too large to unroll (at most ${LARGEST_FACTORIZATION}); use engine cpu`);
    }
    if (node.shape.includes(0)) return null;
    return node.op === 'cholesky' ? cholesky(writer, inputs[0]!) : triangularSolve(writer, node, inputs[0]!, inputs[1]!);
  });
}
