/** Figures of the bench's claims, from ratios of minimum times within one run. */
import type { Measurement } from '@curv/plugin';
import type { FloatType, Task } from './contender.js';
import type { Row } from './measure.js';

const ONNX = 'curv onnx-node';
export const TORCH = 'PyTorch, 1 thread';
export const JAX = 'jax-js wasm jit';

interface Ratio {
  readonly value: number;
  readonly text: string;
}

/** The measurements of all claims but those of memory. */
export function measurements(rows: readonly Row[]): Measurement[] {
  const time = (contender: string, model: string, dtype: FloatType, task: Task): number | undefined =>
    rows.find((r) => r.contender === contender && r.model === model && r.dtype === dtype)?.times[task]?.min;

  const ratio = (ours: string, peer: string, model: string, dtype: FloatType, task: Task): Ratio[] => {
    const [a, b] = [time(ours, model, dtype, task), time(peer, model, dtype, task)];
    return a === undefined || b === undefined ? [] : [{ value: a / b, text: `${model} ${dtype} ${(a / b).toPrecision(2)}` }];
  };

  /** The largest of several ratios, with all of them as detail. */
  const worst = (claim: string, list: readonly Ratio[], without: string): Measurement =>
    list.length === 0
      ? { claim, figure: null, detail: `${without} was not measured` }
      : { claim, figure: Math.max(...list.map(({ value }) => value)), detail: list.map(({ text }) => text).join(', ') };

  const each = (ours: string, peer: string, task: Task, models: readonly string[], dtypes: readonly FloatType[] = ['float32', 'float64']): Ratio[] =>
    models.flatMap((model) => dtypes.flatMap((dtype) => ratio(ours, peer, model, dtype, task)));

  const error = (dtype: FloatType): Measurement => {
    const of = (mine: boolean): number[] => rows.filter((r) => r.contender.startsWith(mine ? 'curv ' : 'jax') && r.dtype === dtype && r.error !== undefined).map((r) => r.error!);
    const peer = of(false);
    return { claim: `error-${dtype}`, figure: Math.max(...of(true)), ...(peer.length > 0 && { peer: Math.max(...peer) }) };
  };

  const perGradient = (mine: (contender: string) => boolean): Ratio[] =>
    rows.flatMap((r) => {
      const { gradient, hvp } = r.times;
      if (!mine(r.contender) || r.model === 'tiny' || !gradient || !hvp) return [];
      return [{ value: hvp.min / gradient.min, text: `${r.contender.replace('curv ', '')} ${r.model} ${r.dtype} ${(hvp.min / gradient.min).toFixed(2)}` }];
    });
  const torch = perGradient((name) => name === TORCH);

  const large = ['mlp', 'conv', 'resnet', 'transformer'];
  const conv = ['conv', 'resnet'];
  const tiny = time('curv cpu', 'tiny', 'float64', 'gradient');
  return [
    error('float32'),
    error('float64'),
    { ...worst('hvp-per-gradient', perGradient((name) => name.startsWith('curv ')), 'an engine'), ...(torch.length > 0 && { peer: Math.max(...torch.map(({ value }) => value)) }) },
    { ...worst('onnx-hvp-per-gradient', perGradient((name) => name === ONNX), 'onnx'), ...(torch.length > 0 && { peer: Math.max(...torch.map(({ value }) => value)) }) },
    worst('onnx-gradient', each(ONNX, TORCH, 'gradient', large), 'onnx or PyTorch'),
    worst('onnx-hvp', each(ONNX, TORCH, 'hvp', large), 'onnx or PyTorch'),
    worst('onnx-hvp-goal', each(ONNX, TORCH, 'hvp', large), 'onnx or PyTorch'),
    worst('onnx-jax', [...each(ONNX, JAX, 'gradient', conv), ...each(ONNX, JAX, 'hvp', conv)], 'onnx or jax-js'),
    worst('wasm-conv-gradient', each('curv tfjs-wasm', JAX, 'gradient', ['conv'], ['float32']), 'jax-js'),
    worst('wasm-conv-hvp', each('curv tfjs-wasm', JAX, 'hvp', ['conv'], ['float32']), 'jax-js'),
    worst('wasm-mlp-hvp', each('curv tfjs-wasm', JAX, 'hvp', ['mlp'], ['float32']), 'jax-js'),
    worst('cpu-mlp-hvp', each('curv cpu', JAX, 'hvp', ['mlp'], ['float64']), 'jax-js'),
    worst('cpu-conv-hvp', each('curv cpu', TORCH, 'hvp', ['conv']), 'PyTorch'),
    { claim: 'cpu-tiny-gradient', figure: tiny === undefined ? null : tiny * 1000, ...(tiny === undefined && { detail: 'not measured' }) },
  ];
}
