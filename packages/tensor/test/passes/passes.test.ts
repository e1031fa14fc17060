import { describe, expect, it } from 'vitest';
import type { Graph, Node } from '../../src/api.js';
import { evaluateReference, graphOf, samples } from '../../src/conformance/index.js';
import { aspectsOf } from '../../src/conformance/run.js';
import { grad, hvp, print, softmaxCrossEntropy, tensor, trace } from '../../src/index.js';
import type { Tensor } from '../../src/index.js';
import { cancelMovement, eliminateCommonSubexpressions, eliminateDeadCode, foldTransposes, optimize, type Pass, simplify } from '../../src/passes/index.js';
import { expectClose, full, graph, input, map, node, sizeOf } from '../engines/cpu/graph.js';

const PASSES: Readonly<Record<string, Pass>> = {
  cancelMovement, eliminateCommonSubexpressions, eliminateDeadCode, foldTransposes, optimize, simplify,
};

/** What a graph of one output is after a pass, inputs named in their order. */
function after(pass: Pass, inputs: readonly Node[], output: Node): string {
  const names = new Map<Node, string>();
  const show = (n: Node): string => {
    if (names.has(n)) return names.get(n)!;
    if (n.op === 'full') return String(n.params['value']);
    const flags = n.op === 'matmul' ? (['transposeA', 'transposeB'] as const).map((key) => (n.params[key] === true ? 'ᵀ' : '')) : [];
    return `${n.op}(${n.inputs.map((x, i) => show(x) + (flags[i] ?? '')).join(', ')})`;
  };
  const result = pass(graph(inputs, [output]));
  result.inputs.forEach((n, i) => names.set(n, 'xyz'[i]!));
  expect([result.outputs[0]!.shape, result.outputs[0]!.dtype]).toEqual([output.shape, output.dtype]);
  return show(result.outputs[0]!);
}

const x = input([3, 4]);
const y = input([3, 4]);
const swap = (n: Node): Node => node('transpose', [n], { perm: [1, 0] }, [...n.shape].reverse(), n.dtype);
const product = (a: Node, b: Node, shape: number[], transposeA = false, transposeB = false): Node =>
  node('matmul', [a, b], { transposeA, transposeB }, shape, a.dtype);
const reshape = (n: Node, shape: number[]): Node => node('reshape', [n], { shape }, shape, n.dtype);
const broadcast = (n: Node, shape: number[]): Node => node('broadcast', [n], { shape }, shape, n.dtype);
const sum = (n: Node, axes: number[]): Node => node('reduceSum', [n], { axes }, n.shape.filter((_, i) => !axes.includes(i)), n.dtype);

describe('every pass keeps what every conformance program computes', () => {
  const programs = samples.flatMap((sample) =>
    aspectsOf(sample).filter((aspect) => aspect === 'hvp' || aspect === 'vmap').map((aspect) => {
      const { graph: before, data } = graphOf(sample, aspect, 'float64');
      const inputs = before.inputs.map((n, i) => data[i] ?? Float64Array.from({ length: sizeOf(n.shape) }, (_, k) => Math.cos(k + 1)));
      return { label: `${sample.name}, ${aspect}`, before, inputs, expected: evaluateReference(before, inputs) };
    }));

  it.each(Object.entries(PASSES))('%s', (_, pass) => {
    for (const { label, before, inputs, expected } of programs) {
      const changed = pass(before);
      expect(changed.nodes.map((n) => n.id), label).toEqual(changed.nodes.map((_n, i) => i));
      if (print(changed) === print(before)) continue;
      evaluateReference(changed, inputs).forEach((values, i) => {
        const scale = Math.max(1e-3, ...[...expected[i]!].map(Math.abs).filter(Number.isFinite));
        // factors that meet are rounded once instead of twice
        expectClose(Float64Array.from(values, (v) => v / scale), Float64Array.from(expected[i]!, (v) => v / scale), 1e-12, label);
      });
    }
  });
});

describe('common subexpressions and dead code', () => {
  it('equal applications become one, also with swapped operands', () => {
    const both = graph([x, y], [map('mul', [map('add', [x, y]), map('add', [y, x])])]);
    expect(both.nodes).toHaveLength(5);
    expect(eliminateCommonSubexpressions(both).nodes).toHaveLength(4);
  });

  it('a Hessian-vector product computes its forward pass once', () => {
    const loss = (w: Tensor[], a: Tensor): Tensor =>
      softmaxCrossEntropy(a.matmul(w[0]!).tanh().matmul(w[1]!), tensor([0, 1, 0], [3], 'int32'));
    const w = [tensor(new Float64Array(8), [2, 4], 'float64'), tensor(new Float64Array(8), [4, 2], 'float64')];
    const a = tensor(new Float64Array(6), [3, 2], 'float64');
    const count = (g: Graph, op: string): number => g.nodes.filter((n) => n.op === op).length;
    const [first, second] = [trace(grad(loss))(w, a), trace(hvp(loss))(w, w.map((t) => t.mul(1)), a)];
    for (const op of ['tanh', 'exp', 'reduceMax']) expect([count(first, op), count(second, op)], op).toEqual([1, 1]);
    expect(optimize(second).nodes.length).toBeLessThan(second.nodes.length);
  });

  it('what no output needs is dropped; inputs stay', () => {
    const dead = map('exp', [y]);
    const g = { ...graph([x, y], [map('tanh', [x])]), nodes: [x, y, dead, map('sin', [dead])] };
    const out = map('tanh', [x]);
    expect(print(eliminateDeadCode({ ...g, nodes: [...g.nodes, out], outputs: [out] }))).not.toMatch(/exp|sin/);
    expect(eliminateDeadCode(g).inputs).toHaveLength(2);
  });
});

describe('foldTransposes', () => {
  it('swaps of operands become flags', () => {
    expect(after(foldTransposes, [x, y], product(swap(x), y, [4, 4]))).toBe('matmul(xᵀ, y)');
    expect(after(foldTransposes, [x, y], product(x, swap(swap(swap(y))), [3, 3]))).toBe('matmul(x, transpose(transpose(y))ᵀ)');
    expect(after(foldTransposes, [x, y], product(swap(x), swap(y), [3, 3], true, false))).toBe('matmul(x, yᵀ)');
  });

  it('a swapped product is the product of the swapped, unless it is needed as it is', () => {
    expect(after(foldTransposes, [x, y], swap(product(x, y, [3, 3], false, true)))).toBe('matmul(y, xᵀ)');
    const p = product(x, y, [3, 3], false, true);
    expect(after(foldTransposes, [x, y], map('add', [p, swap(p)]))).toBe('add(matmul(x, yᵀ), transpose(matmul(x, yᵀ)))');
  });

  it('leaves other orders of axes alone', () => {
    const t = input([2, 3, 4]);
    const moved = node('transpose', [t], { perm: [1, 0, 2] }, [3, 2, 4], 'float64');
    expect(after(foldTransposes, [t, y], product(moved, y, [3, 2, 3], false, true))).toBe('matmul(transpose(x), yᵀ)');
  });
});

describe('cancelMovement', () => {
  const cases: readonly (readonly [string, Node, string])[] = [
    ['reshapes', reshape(reshape(x, [12]), [4, 3]), 'reshape(x)'],
    ['a reshape there and back', reshape(reshape(x, [12]), [3, 4]), 'x'],
    ['transposes there and back', swap(swap(x)), 'x'],
    ['a transpose of single rows', swap(reshape(x, [1, 12])), 'reshape(x)'],
    ['broadcasts before a broadcasting primitive', map('add', [broadcast(sum(x, [0]), [3, 4]), y], 'float64', [3, 4]), 'add(reduceSum(x), y)'],
    ['not where the shape comes from them', map('exp', [broadcast(sum(x, [0]), [3, 4])]), 'exp(broadcast(reduceSum(x)))'],
    ['reverses', node('reverse', [node('reverse', [x], { axes: [0, 1] }, [3, 4], 'float64')], { axes: [0] }, [3, 4], 'float64'), 'reverse(x)'],
  ];
  it.each(cases)('%s', (_, output, expected) => {
    expect(after(cancelMovement, [x, y], output)).toBe(expected);
  });

  it('slices of a concatenation, and of slices', () => {
    const joined = node('concat', [x, y], { axis: 0 }, [6, 4], 'float64');
    const rows = (n: Node, from: number, to: number, step = 1): Node =>
      node('slice', [n], { start: [from, 0], stop: [to, 4], strides: [step, 1] }, [Math.ceil((to - from) / step), 4], 'float64');
    expect(after(cancelMovement, [x, y], rows(joined, 3, 6))).toBe('y');
    expect(after(cancelMovement, [x, y], rows(joined, 4, 6))).toBe('slice(y)');
    expect(after(cancelMovement, [x, y], rows(joined, 2, 5))).toBe('slice(concat(x, y))');
    expect(cancelMovement(graph([x, y], [rows(rows(joined, 1, 6, 2), 1, 3)])).outputs[0]!.params).toEqual({ start: [3, 0], stop: [6, 4], strides: [2, 1] });
  });
});

describe('simplify', () => {
  const cases: readonly (readonly [string, Node, string])[] = [
    ['x + 0', map('add', [x, full(0)]), 'x'],
    ['x · 1', map('mul', [full(1), x], 'float64', [3, 4]), 'x'],
    ['x · −1', map('mul', [x, full(-1)]), 'neg(x)'],
    ['x + x', map('add', [x, x]), 'mul(x, 2)'],
    ['−(x + x)', map('neg', [map('add', [x, x])]), 'mul(x, -2)'],
    ['x + (−y)', map('add', [x, map('neg', [y])]), 'sub(x, y)'],
    ['x − (−y)', map('sub', [x, map('neg', [y])]), 'add(x, y)'],
    ['−(x − y)', map('neg', [map('sub', [x, y])]), 'sub(y, x)'],
    ['2 · (3 · x)', map('mul', [full(2), map('mul', [x, full(3)])], 'float64', [3, 4]), 'mul(x, 6)'],
    ['x / 4', map('div', [x, full(4)]), 'mul(x, 0.25)'],
    ['x / 3 stays', map('div', [x, full(3)]), 'div(x, 3)'],
    ['Σ 2x', sum(map('mul', [x, full(2)]), [0, 1]), 'mul(reduceSum(x), 2)'],
    ['Σ of a broadcast', sum(broadcast(sum(x, [0]), [3, 4]), [0]), 'mul(reduceSum(x), 3)'],
    ['a wide constant', map('mul', [full(5, [3, 4]), x]), 'mul(5, x)'],
    ['a constant that widens stays', map('mul', [full(5, [2, 3, 4]), x], 'float64', [2, 3, 4]), 'mul(5, x)'],
    ['sums over one element', sum(reshape(x, [3, 4, 1]), [2]), 'x'],
    ['max(x, x)', map('max', [x, x]), 'x'],
  ];
  it.each(cases)('%s', (_, output, expected) => {
    expect(after((g) => simplify(simplify(g)), [x, y], output)).toBe(expected);
  });

  it('keeps products of constants that would leave the range', () => {
    expect(after(simplify, [x], map('mul', [full(1e-20), map('mul', [x, full(1e-20)])]))).toBe('mul(1e-20, mul(x, 1e-20))');
  });
});
