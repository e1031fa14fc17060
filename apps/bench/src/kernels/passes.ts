/** What the graph passes gain, on the cpu engine. */
import { compile, cpu, flatten, grad, type Graph, hvp, jvp, random, ravel, softmaxCrossEntropy, type Tensor, tensor, trace, type Tree, type TypedArray, vmap } from '@curv/tensor';
import { optimize, rewrite } from '@curv/tensor/passes';
import { cpuTime } from '../cpu-time.js';
import { argumentsOf, lossOf, MODELS } from '../hvp/models/index.js';
import type { Timer } from './contenders.js';
import { inTurn } from './measure.js';

export interface PassRow {
  readonly program: string;
  readonly variant: string;
  readonly ms: number;
  /** Time ÷ that of the program as the engine gets it. */
  readonly ratio: number;
  readonly nodes: number;
}

const timer = (graphs: readonly Graph[], inputs: readonly TypedArray[]): Timer => {
  const executables = graphs.map((graph) => cpu.compile(graph));
  return () => {
    const start = cpuTime();
    for (const { run } of executables) run(inputs);
    return cpuTime() - start;
  };
};

/** Every node is an output too, so that each has a buffer: nothing is fused, read through a view or done in place. */
const unfused = (graph: Graph): Graph => ({ ...graph, outputs: [...graph.outputs, ...graph.nodes.filter((node) => node.op !== 'input' && node.op !== 'full')] });

/** Flags of products written out as transposes that have buffers. */
function transposed(graph: Graph): Graph {
  const changed = rewrite(graph, (node, { build, inputs }) => {
    if (node.op !== 'matmul' || !(node.params['transposeA'] || node.params['transposeB'])) return null;
    const operands = inputs.map((x, i) => {
      if (!node.params[i === 0 ? 'transposeA' : 'transposeB']) return x;
      const r = x.shape.length;
      const perm = x.shape.map((_, axis) => (axis < r - 2 ? axis : 2 * r - 3 - axis));
      return build.add('transpose', [x], { perm }, { shape: perm.map((axis) => x.shape[axis]!), dtype: x.dtype });
    });
    return build.add('matmul', operands, { transposeA: false, transposeB: false }, node);
  });
  return { ...changed, outputs: [...changed.outputs, ...changed.nodes.filter((node) => node.op === 'transpose')] };
}

type Loss = (params: Tree<Tensor>, x: Tensor, y: Tensor) => Tensor;

/** Times of each program as traced and changed, and node counts. */
export async function measurePasses(rounds: number, signal: AbortSignal): Promise<PassRow[]> {
  const rows: PassRow[] = [];
  for (const model of MODELS.filter(({ id }) => id === 'mlp' || id === 'conv')) {
    const { params, direction, x, y } = argumentsOf(model, 'float32');
    const loss = lossOf(model) as Loss;
    const inputs = flatten([params, direction, x, y] as never).leaves.map((leaf) => leaf.dataSync());
    const product = trace(hvp(loss))(params, direction, x, y);
    const both = trace((p: Tree<Tensor>, v: Tree<Tensor>, a: Tensor, b: Tensor) => [grad(loss)(p, a, b), hvp(loss)(p, v, a, b)])(params, direction, x, y);
    const gradient = trace((p: Tree<Tensor>, _v: Tree<Tensor>, a: Tensor, b: Tensor) => grad(loss)(p, a, b))(params, direction, x, y);
    const variants: [string, string, Graph[]][] = [
      [`HVP, ${model.id}`, 'as the engine gets it', [product]],
      [`HVP, ${model.id}`, 'after optimize', [optimize(product)]],
      [`HVP, ${model.id}`, 'no fusion, views or buffers in place', [unfused(product)]],
      [`HVP, ${model.id}`, 'transposes written out', [transposed(product)]],
      [`gradient and HVP, ${model.id}`, 'one graph: common parts once', [both]],
      [`gradient and HVP, ${model.id}`, 'two graphs', [gradient, product]],
    ];
    const times = await inTurn(variants.map(([, , graphs]) => timer(graphs, inputs)), rounds, signal);
    variants.forEach(([program, variant, graphs], i) => {
      const base = variants.findIndex(([p]) => p === program);
      rows.push({ program, variant, ms: times[i]!, ratio: times[i]! / times[base]!, nodes: graphs.reduce((n, g) => n + g.nodes.length, 0) });
    });
  }
  return rows;
}

/** Nodes of programs that a user writes, before and after `optimize`. */
export function nodeCounts(): { readonly program: string; readonly before: number; readonly after: number }[] {
  const model = MODELS.find(({ id }) => id === 'mlp')!;
  const { params, direction, x, y } = argumentsOf(model, 'float64');
  const loss = lossOf(model) as Loss;
  const { vector, unravel } = ravel(params);
  const flat = (v: Tensor, a: Tensor, b: Tensor): Tensor => loss(unravel(v), a, b);
  const perExample = vmap((p: Tree<Tensor>, a: Tensor, b: Tensor) => grad(loss)(p, a.reshape([1, -1]), b.reshape([1])), { inAxes: [null, 0, 0] });
  const programs: [string, Graph][] = [
    ['HVP', trace(hvp(loss))(params, direction, x, y)],
    ['HVP of a flat vector', trace(hvp(flat))(vector, vector, x, y)],
    ['per-example gradients', trace(perExample)(params, x, y)],
    ['derivative of the HVP', trace((p: Tree<Tensor>) => jvp((q: Tree<Tensor>) => hvp(loss)(q, direction, x, y))(p, direction)[1])(params)],
  ];
  return programs.map(([program, graph]) => ({ program, before: graph.nodes.length, after: optimize(graph).nodes.length }));
}

/** Microseconds of the gradient of a 4-32-32-2 net at batch 1, arguments and result as tensors. */
export async function tinyGradient(dtype: 'float32' | 'float64', rounds: number, signal: AbortSignal): Promise<number> {
  const stream = random(7);
  const draw = (...shape: number[]): Tensor => stream.tensor('normal', shape, dtype);
  const params = [draw(4, 32), draw(32), draw(32, 32), draw(32), draw(32, 2), draw(2)];
  const loss = ([w1, b1, w2, b2, w3, b3]: Tensor[], x: Tensor, y: Tensor): Tensor =>
    softmaxCrossEntropy(x.matmul(w1!).add(b1!).tanh().matmul(w2!).add(b2!).tanh().matmul(w3!).add(b3!), y);
  const f = compile(grad(loss as never), { engine: cpu });
  const [x, y] = [draw(1, 4), tensor([1], [1], 'int32')];
  const calls = 200;
  const [best] = await inTurn([() => {
    const start = cpuTime();
    for (let i = 0; i < calls; i++) f(params as never, x as never, y as never);
    return cpuTime() - start;
  }], rounds * 10, signal);
  return (1000 * best!) / calls;
}
