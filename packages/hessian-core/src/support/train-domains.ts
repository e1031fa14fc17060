/** Training a classifier on several domains with a penalty. */
import { breathe } from '@curv/plugin';
import { compile, type Engine, flatten, type Random, type Tensor, tensor, type Tree, treeMap, valueAndGrad } from '@curv/tensor';
import { coralPenalty } from '../alignment/coral-penalty.js';
import { fishPenalty } from '../alignment/fish-penalty.js';
import { fishrPenalty } from '../alignment/fishr-penalty.js';
import { type DomainBatch, headLoss, type LinearHead } from '../alignment/head.js';
import { headGradient } from '../alignment/head-derivatives.js';
import { headHessianDistance } from '../alignment/head-hessian-distance.js';
import { hessianAlignmentPenalty } from '../alignment/hessian-alignment-penalty.js';
import { irmPenalty } from '../alignment/irm-penalty.js';
import { vrexPenalty } from '../alignment/vrex-penalty.js';
import { type Data, denseLayers, type Layers } from './network.js';

type Penalty = (head: LinearHead, domains: readonly DomainBatch[]) => Tensor;
const aligned =
  (kind: 'hgp' | 'hutchinson'): Penalty =>
  (head, domains) => {
    const { hessianTerm, gradientTerm } = hessianAlignmentPenalty(head, domains, { kind, alpha: 1, beta: 1, detachMean: false });
    return hessianTerm.add(gradientTerm);
  };

export type MethodName = 'ERM' | 'IRM' | 'V-REx' | 'Fish' | 'Fishr' | 'CORAL' | 'HGP' | 'Hutchinson';

/** Methods with the weight of their penalty after the start. */
export const METHODS: Readonly<Record<MethodName, { readonly weight: number; readonly penalty: Penalty }>> = {
  ERM: { weight: 0, penalty: (head, domains) => headLoss(head, domains[0]!).mul(0) },
  IRM: { weight: 1e4, penalty: irmPenalty },
  'V-REx': { weight: 1e4, penalty: vrexPenalty },
  // Not bounded below: weight 1 drives the head away.
  Fish: { weight: 0.01, penalty: fishPenalty },
  Fishr: { weight: 1e4, penalty: fishrPenalty },
  CORAL: { weight: 1e4, penalty: (_, domains) => coralPenalty(domains) },
  HGP: { weight: 1e4, penalty: aligned('hgp') },
  Hutchinson: { weight: 1e4, penalty: aligned('hutchinson') },
};

/** What `trainDomains` needs. */
export interface DomainTraining {
  readonly method: MethodName;
  readonly domains: readonly Data[];
  readonly hidden: number;
  readonly steps: number;
  /** First step with the full weight; 1 before it. */
  readonly anneal: number;
  readonly stream: Random;
  readonly engine: Engine;
  readonly signal: AbortSignal;
}

const features = (layers: Layers, x: Tensor): Tensor => layers.slice(0, -1).reduce((h, { kernel, bias }) => h.matmul(kernel).add(bias).relu(), x);
const headOf = (layers: Layers): LinearHead => layers[layers.length - 1]!;
const domainsOf = (layers: Layers, data: readonly Data[]): DomainBatch[] => data.map(({ x, y }) => ({ features: features(layers, x), labels: y }));

type State = { readonly params: Layers; readonly first: Layers; readonly second: Layers };

/** A whole-batch step of Adam (Kingma & Ba 2015, arXiv:1412.6980); the loss is divided by the weight where this exceeds 1. */
function adamStep(method: MethodName) {
  const { penalty } = METHODS[method];
  const loss = (layers: Layers, data: readonly Data[], weight: Tensor): Tensor => {
    const [head, domains] = [headOf(layers), domainsOf(layers, data)];
    const erm = domains.map((d) => headLoss(head, d)).reduce((a, b) => a.add(b)).div(domains.length);
    const decay = layers.map(({ kernel, bias }) => kernel.square().sum().add(bias.square().sum())).reduce((a, b) => a.add(b)).mul(1e-3);
    return erm.add(decay).add(penalty(head, domains).mul(weight)).div(weight.maximum(1));
  };
  return ({ params, first, second }: State, data: readonly Data[], weight: Tensor, rate: Tensor): State => {
    const [, gradient] = valueAndGrad(loss)(params, data, weight);
    const map = (f: (...leaves: Tensor[]) => Tensor, ...trees: readonly unknown[]): Layers => treeMap(f as never, ...(trees as [never])) as unknown as Layers;
    const m = map((a, g) => a!.mul(0.9).add(g!.mul(0.1)), first, gradient);
    const v = map((a, g) => a!.mul(0.999).add(g!.square().mul(0.001)), second, gradient);
    return { params: map((p, a, b) => p!.sub(a!.div(b!.sqrt().add(1e-8)).mul(rate)), params, m, v), first: m, second: v };
  };
}

export async function trainDomains({ method, domains, hidden, steps, anneal, stream, engine, signal }: DomainTraining): Promise<Layers> {
  const params = denseLayers(stream, [domains[0]!.x.shape[1]!, hidden, hidden, 1], 'float32');
  const none = treeMap((p: Tensor) => p.mul(0), params as never) as unknown as Layers;
  const step = compile(adamStep(method), { engine });
  let state: State = { params, first: none, second: none };
  for (let k = 1; k <= steps; k++) {
    const late = k >= anneal;
    const weight = late ? METHODS[method].weight : Math.min(1, METHODS[method].weight);
    const rate = (2e-3 * Math.sqrt(1 - 0.999 ** k)) / (1 - 0.9 ** k);
    const next = step(state, domains, tensor(weight, []), tensor(rate, []));
    // Waits for the step, and frees what it has used up.
    await headOf(next.params).bias!.data();
    if (k > 1) flatten(state as unknown as Tree<Tensor>).leaves.forEach((t) => t.dispose());
    state = next;
    await breathe(signal);
  }
  step.dispose();
  return state.params;
}

/** Share of right answers. */
export async function accuracyOf(layers: Layers, { x, y }: Data, engine: Engine): Promise<number> {
  const run = compile((p: Layers, inputs: Tensor) => features(p, inputs).matmul(headOf(p).kernel).add(headOf(p).bias!), { engine });
  const [scores, labels] = [await run(layers, x).data(), await y.data()];
  run.dispose();
  return Array.from(labels).reduce((sum, label, i) => sum + Number(scores[i]! > 0 === (label === 1)), 0) / labels.length;
}

/** ‖H₁ − H₂‖_F and ‖g₁ − g₂‖ of the head on the first two domains. */
export async function distancesOf(layers: Layers, data: readonly Data[], engine: Engine): Promise<{ hessian: number; gradient: number }> {
  const run = compile((p: Layers, d: readonly Data[]) => domainsOf(p, d).map((domain) => domain.features), { engine });
  const inner = run(layers, data) as Tensor[];
  const domains = await Promise.all(inner.slice(0, 2).map(async (t, e): Promise<DomainBatch> => ({ features: tensor(Float64Array.from(await t.data()), t.shape), labels: tensor(Int32Array.from(await data[e]!.y.data()), [data[e]!.y.size]) })));
  run.dispose();
  const { kernel, bias } = headOf(layers);
  const head: LinearHead = { kernel: tensor(Float64Array.from(await kernel.data()), kernel.shape), bias: tensor(Float64Array.from(await bias!.data()), bias!.shape) };
  const [a, b] = domains as [DomainBatch, DomainBatch];
  return { hessian: await headHessianDistance(head, a, b), gradient: headGradient(head, a).sub(headGradient(head, b)).norm().item() };
}
