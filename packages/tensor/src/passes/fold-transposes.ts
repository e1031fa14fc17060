import type { Graph, Node } from '../api.js';
import { rewrite, type Rule } from './rewrite.js';

/** Whether a node swaps the last two axes and nothing else. */
function isSwap({ op, params }: Node): boolean {
  if (op !== 'transpose') return false;
  const perm: readonly number[] = params['perm'];
  const r = perm.length;
  return r >= 2 && perm.every((axis, i) => axis === (i < r - 2 ? i : 2 * r - 3 - i));
}

const flags = (node: Node): [boolean, boolean] => [node.params['transposeA'] === true, node.params['transposeB'] === true];

const rule: Rule = (node, { build, inputs, uses }) => {
  if (node.op === 'matmul' && inputs.some(isSwap)) {
    const swapped = inputs.map(isSwap);
    const [transposeA, transposeB] = flags(node).map((flag, i) => flag !== swapped[i]);
    return build.add('matmul', inputs.map((x, i) => (swapped[i] ? x.inputs[0]! : x)), { transposeA, transposeB }, node);
  }
  // (op(A) op(B))ᵀ = op(B)ᵀ op(A)ᵀ, unless the product is needed as it is too
  if (isSwap(node) && inputs[0]!.op === 'matmul' && uses(0) === 1) {
    const [a, b] = inputs[0]!.inputs as [Node, Node];
    const [flagA, flagB] = flags(inputs[0]!);
    return build.add('matmul', [b, a], { transposeA: !flagB, transposeB: !flagA }, node);
  }
  return null;
};

/** Swaps of the last two axes before and after a `matmul` become its flags. */
export const foldTransposes = (graph: Graph): Graph => rewrite(graph, rule);
