import { describe, expect, it } from 'vitest';
import type { Graph } from '../src/api.js';
import {
  checkpoint, compile, conv2d, customDerivative, grad, hessian, hvp, jacobian, jvp, linearize, linearizer, print, random, softmaxCrossEntropy, stopGradient, type Tensor, tensor, toJson,
  trace, treeMap, valueAndGrad, vjp, vmap, ones, ggnvp,
} from '../src/index.js';

const vector = (...values: number[]): Tensor => tensor(values, [values.length], 'float64');
const list = (t: Tensor): number[] => [...t.dataSync()];

/** Largest sum of bytes alive at once when nodes run in the graph's order. */
function peakBytes(graph: Graph): number {
  const last = new Map(graph.nodes.map((node, i) => [node, i]));
  graph.nodes.forEach((node, i) => node.inputs.forEach((input) => last.set(input, i)));
  graph.outputs.forEach((node) => last.set(node, graph.nodes.length));
  let [alive, peak] = [0, 0];
  const bytes = (shape: readonly number[]): number => 8 * shape.reduce((a, b) => a * b, 1);
  graph.nodes.forEach((node, i) => {
    if (node.op !== 'reshape' && node.op !== 'full' && node.op !== 'barrier') alive += bytes(node.shape);
    peak = Math.max(peak, alive);
    for (const [other, end] of last) if (end === i && !['reshape', 'full', 'barrier'].includes(other.op)) alive -= bytes(other.shape);
  });
  return peak;
}

describe('checkpoint', () => {
  const layer = (x: Tensor, w: Tensor): Tensor => x.matmul(w).tanh().exp().sin();
  const stream = random(1);
  const weights = Array.from({ length: 8 }, () => stream.tensor('normal', [20, 20], 'float64').mul(0.1));
  const x = stream.tensor('normal', [200, 20], 'float64');
  const deep = (block: typeof layer) => (ws: Tensor[]): Tensor => ws.reduce(block, x).square().sum();

  it('changes no value and no derivative of any order', () => {
    const [plain, kept] = [deep(layer), deep(checkpoint(layer))];
    const v = weights.map((w) => w.mul(0.5).add(0.01));
    const third = (f: typeof plain) => (jvp((p: Tensor[]) => hvp(f)(p, v) as Tensor[])(weights, v) as [Tensor[], Tensor[]])[1];
    for (const [a, b] of [[grad(plain)(weights), grad(kept)(weights)], [hvp(plain)(weights, v), hvp(kept)(weights, v)], [third(plain), third(kept)]] as [Tensor[], Tensor[]][]) {
      a.forEach((t, i) => list(t).forEach((value, k) => expect(list(b[i]!)[k]).toBeCloseTo(value, 10)));
    }
    expect(plain(weights).item()).toBe(kept(weights).item());
  });

  it('needs less memory in the backward pass', () => {
    const [plain, kept] = [layer, checkpoint(layer)].map((block) => peakBytes(trace(grad(deep(block)))(weights)));
    expect(kept! / plain!).toBeLessThan(0.6);
  });

  it('differentiates in what the function closes over', () => {
    const f = (w: Tensor): Tensor => checkpoint((y: Tensor) => y.mul(w).tanh())(vector(1, 2)).sum();
    expect(list(grad(f)(vector(0.3, 0.4)))).toEqual(list(grad((w: Tensor) => vector(1, 2).mul(w).tanh().sum())(vector(0.3, 0.4))));
  });

  it('works inside vmap', () => {
    const f = checkpoint((y: Tensor) => y.tanh().mul(y));
    const rows = tensor([[1, 2], [3, 4]], [2, 2], 'float64');
    expect(list(vmap(grad((y: Tensor) => f(y).sum()))(rows))).toEqual(list(grad((y: Tensor) => y.tanh().mul(y).sum())(rows)));
  });
});

describe('customDerivative', () => {
  const byJvp = customDerivative((x: Tensor) => x.exp(), { jvp: ([x], [dx]) => dx.mul(x.exp().mul(3)) });
  const byVjp = customDerivative((x: Tensor) => x.exp(), { vjp: ([x], _y, ct) => [ct.mul(x.exp().mul(3))] });
  const x = vector(0.2, 0.9);
  const e3 = list(x.exp().mul(3));

  it.each([['jvp', byJvp], ['vjp', byVjp]] as const)('a %s rule holds in both modes, to second order, and in batches', (_, f) => {
    const close = (a: number[], b: number[]): void => a.forEach((value, i) => expect(value).toBeCloseTo(b[i]!, 12));
    close(list(f(x)), list(x.exp()));
    close(list(grad((y: Tensor) => f(y).sum())(x)), e3);
    close(list((jvp(f)(x, ones([2], 'float64')) as Tensor[])[1]!), e3);
    close(list(hvp((y: Tensor) => f(y).sum())(x, ones([2], 'float64'))), e3);
    close(list(vmap(grad((y: Tensor) => f(y)))(x)), e3);
    close(list(compile(grad((y: Tensor) => f(f(y)).sum()))(x)), list(x.exp().exp().mul(9).mul(x.exp())));
  });

  it('a rule may use a linear function with rules of its own', () => {
    // a ↦ a x with a derivative in a that is thrice too large, as its own transpose
    const times: (a: Tensor, x: Tensor) => Tensor = customDerivative((a: Tensor, x: Tensor) => a.mul(x), {
      jvp: ([a, x], [da, dx]) => times(a, dx).add(da.mul(x).mul(3)),
      transpose: ([a], ct) => [ct, times(a, ct)],
    });
    const f = customDerivative((y: Tensor) => y.exp(), { jvp: ([y], [dy]) => times(y.exp(), dy) });
    const close = (a: number[], b: number[]): void => a.forEach((value, i) => expect(value).toBeCloseTo(b[i]!, 12));
    close(list(grad((y: Tensor) => f(y).sum())(x)), list(x.exp()));
    close(list((jvp(f)(x, ones([2], 'float64')) as Tensor[])[1]!), list(x.exp()));
    for (const second of [hvp((y: Tensor) => f(y).sum())(x, ones([2], 'float64')), compile(grad((y: Tensor) => (grad((z: Tensor) => f(z).sum())(y) as Tensor).sum()))(x)]) close(list(second as Tensor), e3);
    close(list(vmap(grad((y: Tensor) => f(y)))(x)), list(x.exp()));
    const opaque = customDerivative((y: Tensor) => y.mul(2), { jvp: (_y, [dy]) => dy.mul(2) });
    const g = customDerivative((y: Tensor) => y.mul(2), { jvp: (_y, [dy]) => opaque(dy) });
    expect(() => grad((y: Tensor) => g(y).sum())(x)).toThrow(/needs a `transpose` rule/);
  });

  it('sees trees, and names a rule whose result does not fit', () => {
    const f = customDerivative((p: { a: Tensor; b: Tensor }) => [p.a.mul(p.b), p.a], { vjp: ([p], _y, [c1, c2]) => [{ a: c1.mul(p.b).add(c2), b: c1.mul(p.a).mul(10) }] });
    const g = grad((p: { a: Tensor; b: Tensor }) => (f(p)[0] as Tensor).sum())({ a: vector(2), b: vector(3) }) as { a: Tensor; b: Tensor };
    expect([g.a.item(), g.b.item()]).toEqual([3, 20]);
    const wrong = customDerivative((y: Tensor) => y.exp(), { vjp: (_x, _y, ct) => [ct.sum()] });
    expect(() => grad((y: Tensor) => wrong(y).sum())(x)).toThrow(/vjp rule’s result: expected float64\[2\], got float64\[\]/);
    expect(() => customDerivative((y: Tensor) => y, {} as never)).toThrow(/expected a rule \{ jvp \} or \{ vjp \}/);
  });
});

describe('composition', () => {
  const f = (x: Tensor): Tensor => x.pow(3).sum().mul(x.slice([0], [1]).reshape([]));
  const x = vector(1.5, -2);

  it('dense Jacobians and Hessians agree in both modes and with products', () => {
    const map = (y: Tensor): Tensor => y.square().mul(y.sum());
    expect(list(jacobian(map, { mode: 'forward' })(x))).toEqual(list(jacobian(map, { mode: 'reverse' })(x)));
    const h = list(hessian(f)(x));
    const columns = [vector(1, 0), vector(0, 1)].map((e) => list(hvp(f)(x, e)));
    [h[0], h[2], h[1], h[3]].forEach((value, i) => expect(value).toBeCloseTo(columns[i >> 1]![i & 1]!, 12));
    expect(h[1]).toBeCloseTo(h[2]!, 12);
  });

  it('linearize, vjp and linearizer keep the point: at the top level, inside traces, and for new points', () => {
    const v = vector(0.3, 0.7);
    const expected = list((jvp((y: Tensor) => y.exp().mul(y.sum()))(x, v) as Tensor[])[1]!);
    const g = (y: Tensor): Tensor => y.exp().mul(y.sum());
    const [y, push] = linearize(g)(x) as [Tensor, (t: Tensor) => Tensor];
    expect(list(push(v))).toEqual(expected);
    expect(list(push(v.mul(2)))).toEqual(expected.map((value) => 2 * value));
    expect(list(y)).toEqual(list(g(x)));
    expect(list(compile((a: Tensor, b: Tensor) => (linearize(g)(a) as [Tensor, (t: Tensor) => Tensor])[1](b))(x, v))).toEqual(expected);
    const maker = linearizer(g);
    for (const scale of [1, 2]) {
      const at = maker.at(x.mul(scale));
      list(at.apply(v) as Tensor).forEach((value, i) => expect(value).toBeCloseTo(list((jvp(g)(x.mul(scale), v) as Tensor[])[1]!)[i]!, 12));
      expect(at.bytes).toBeGreaterThan(0);
    }
    const pull = (vjp(g)(x) as [Tensor, (t: Tensor) => Tensor])[1];
    const other = linearize((a: Tensor) => (vjp(g)(a) as [Tensor, (t: Tensor) => Tensor])[1](v))(x) as [Tensor, (t: Tensor) => Tensor];
    expect(list(other[0])).toEqual(list(pull(v)));
  });

  it('nested derivatives do not confuse their variables', () => {
    // d/dx (x · d/dy (x y²)) = d/dx (2 x² y) = 4 x y
    const inner = (a: Tensor, y: Tensor): Tensor => grad((z: Tensor) => a.mul(z).mul(z))(y) as Tensor;
    expect((grad((a: Tensor) => a.mul(inner(a, tensor(3, [], 'float64'))))(tensor(5, [], 'float64')) as Tensor).item()).toBe(60);
  });

  it('per-example gradients of a conv net, and the Gauss-Newton product of a linear model is its Hessian', () => {
    const stream = random(3);
    const k = stream.tensor('normal', [3, 3, 1, 2], 'float64');
    const images = stream.tensor('normal', [4, 5, 5, 1], 'float64');
    const loss = (w: Tensor, image: Tensor): Tensor => conv2d(image.reshape([1, 5, 5, 1]), w).tanh().square().sum();
    const each = vmap(grad(loss), { inAxes: [null, 0] })(k, images) as Tensor;
    expect(each.shape).toEqual([4, 3, 3, 1, 2]);
    list(each.sum(0)).forEach((value, i) => expect(value).toBeCloseTo(list(grad((w: Tensor) => conv2d(images, w).tanh().square().sum())(k))[i]!, 11));
    const xs = stream.tensor('normal', [6, 3], 'float64');
    const y = tensor(Int32Array.of(0, 1, 0, 1, 1, 0), [6]);
    const model = (w: Tensor): Tensor => xs.matmul(w);
    const w = stream.tensor('normal', [3, 2], 'float64');
    const product = list(ggnvp(model, (z: Tensor) => softmaxCrossEntropy(z, y))(w, w.mul(0.5)));
    list(hvp((p: Tensor) => softmaxCrossEntropy(model(p), y))(w, w.mul(0.5))).forEach((value, i) => expect(product[i]).toBeCloseTo(value, 13));
  });

  it('stopGradient and auxiliary results', () => {
    expect((grad((y: Tensor) => y.mul(stopGradient(y)).sum())(x) as Tensor).dataSync()[0]).toBe(1.5);
    const [[value, aux], gradient] = valueAndGrad((y: Tensor) => [y.square().sum(), { doubled: y.mul(2) }], { hasAux: true })(x) as [[Tensor, { doubled: Tensor }], Tensor];
    expect([value.item(), list(aux.doubled), list(gradient)]).toEqual([6.25, [3, -4], [3, -4]]);
  });
});

describe('compile and trace', () => {
  it('traces once for each signature, fixes what it closes over, and traces again without compile', () => {
    let traces = 0;
    let factor = 2;
    const f = (x: Tensor, mode: string): Tensor => {
      traces++;
      return mode === 'add' ? x.add(factor) : x.mul(factor);
    };
    const g = compile(f);
    expect([list(g(vector(1), 'add')), list(g(vector(5), 'add')), traces]).toEqual([[3], [7], 1]);
    factor = 10;
    expect(list(g(vector(1), 'add'))).toEqual([3]);
    expect([list(g(vector(1), 'mul')), list(g(vector(1, 2), 'add')), traces]).toEqual([[10], [11, 12], 3]);
    expect(list(f(vector(1), 'mul'))).toEqual([10]);
    g.dispose();
    expect(list(g(vector(1), 'add'))).toEqual([11]);
  });

  it('computes the forward pass of an HVP once', () => {
    const count = (graph: Graph, op: string): number => graph.nodes.filter((node) => node.op === op).length;
    const x = random(1).tensor('normal', [4, 3]);
    const net = (w: Tensor): Tensor => x.matmul(w).tanh().sum();
    const graph = trace(hvp(net))(random(2).tensor('normal', [3, 2]), random(3).tensor('normal', [3, 2]));
    expect(count(graph, 'tanh')).toBe(1);
    expect(count(graph, 'matmul')).toBe(3);
  });

  it('prints and stores graphs', () => {
    const graph = trace((a: Tensor) => a.matmul(a.transpose()).sum())(tensor([[1, 2]]));
    expect(print(graph)).toBe('%0 = input : float32[1, 2]\n%1 = matmul(%0, %0) {transposeB: true} : float32[1, 1]\n%2 = reduceSum(%1) {axes: [0,1]} : float32[]\nreturn %2');
    expect(JSON.parse(JSON.stringify(toJson(graph)))).toMatchObject({ inputs: [0], outputs: [2] });
  });

  it('says what cannot be traced', async () => {
    expect(() => compile(async (x: Tensor) => x)(vector(1))).toThrow(/must return its result, not a promise/);
    let escaped: Tensor | null = null;
    compile((x: Tensor) => (escaped = x.exp()))(vector(1));
    expect(() => escaped!.add(1)).toThrow(/used after its function returned/);
    expect(() => compile((x: Tensor) => x.mul(x.item()))(vector(1))).toThrow(/not known while a function is being traced/);
    expect(() => compile(() => escaped!.data() as never)()).toThrow(/must return its result, not a promise/);
    await expect(escaped!.data()).rejects.toThrow(/not known while a function is being traced/);
  });

  it('maps trees and refuses those that do not match', () => {
    const tree = { b: vector(1), a: [vector(2), vector(3)] };
    const sum = treeMap((p, q) => p.add(q), tree, { a: [vector(1), vector(1)], b: vector(5) }) as typeof tree;
    expect([sum.b.item(), sum.a[1]!.item()]).toEqual([6, 4]);
    expect(() => treeMap((p, q) => p.add(q), tree, { a: [vector(1)], b: vector(5) })).toThrow(/tree 2: expected an array of 2 at a, got an array of 1/);
    expect(() => hvp((p: typeof tree) => p.b.sum())(tree, { b: vector(1, 2), a: [vector(2), vector(3)] })).toThrow(/tangent: expected float64\[1\], got float64\[2\]/);
  });
});
