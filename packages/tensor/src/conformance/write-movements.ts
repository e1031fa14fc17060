/** Functions that only move elements, as results of random programs. */
import type { Shape } from '../api.js';
import { range, sizeOf } from '../primitive.js';
import type { Draft, Rule, Rules } from './draft.js';

export const without = (shape: Shape, axis: number): number[] => shape.filter((_, i) => i !== axis);
export const withAxis = (shape: Shape, axis: number, n: number): number[] => [...shape.slice(0, axis), n, ...shape.slice(axis)];
export const resized = (shape: Shape, axis: number, n: number): number[] => shape.map((m, i) => (i === axis ? n : m));

/** A value whose parts come from several places. */
export const joined: Rule = (d, shape, kind) => {
  // Along a short axis more often: then each part is one line.
  const short = range(shape.length).filter((i) => shape[i]! > 1 && shape[i]! <= 9);
  const axis = short.length > 0 && d.chance(0.5) ? d.pick(short) : d.random.integer(Math.max(1, shape.length));
  const n = shape[axis] ?? 0;
  if (n < 1) return null;
  // Lines one by one, or a few parts of any size.
  const parts = n <= 9 && d.chance(0.75) ? range(n).map(() => 1) : split(d, n);
  if (parts.length < 2) return null;
  return d.apply('concat', parts.map((size) => d.write(resized(shape, axis, size), kind)), { axis }, kind);
};

/** Sizes with a sum. */
export function split(d: Draft, n: number): number[] {
  const parts: number[] = [];
  let rest = n;
  while (rest > 0 && parts.length < 4) {
    const part = d.chance(0.05) ? 0 : d.between(1, rest);
    parts.push(parts.length === 3 ? rest : part);
    rest -= parts[parts.length - 1]!;
  }
  if (rest > 0) parts.push(rest);
  return parts;
}

export const transposed: Rule = (d, shape, kind) => {
  if (shape.length < 2) return null;
  const perm = d.chance(0.5) ? [...range(shape.length - 2), shape.length - 1, shape.length - 2] : [...d.random.permutation(shape.length)];
  const inner: number[] = [];
  perm.forEach((axis, i) => (inner[axis] = shape[i]!));
  return d.apply('transpose', [d.write(inner, kind)], { perm }, kind);
};

/** Another shape of the same size. */
function reshaped(d: Draft, shape: Shape): number[] | null {
  const axis = d.random.integer(Math.max(1, shape.length));
  const n = shape[axis] ?? 1;
  switch (d.random.integer(4)) {
    case 0:
      return [sizeOf(shape)];
    case 1:
      return axis + 1 < shape.length ? [...shape.slice(0, axis), n * shape[axis + 1]!, ...shape.slice(axis + 2)] : withAxis(shape, axis, 1);
    case 2:
      return n === 1 ? without(shape, axis) : withAxis(shape, d.random.integer(shape.length + 1), 1);
    default: {
      const divisors = range(n + 1).filter((k) => k > 1 && k < n && n % k === 0);
      if (divisors.length === 0) return null;
      const k = d.pick(divisors);
      return [...shape.slice(0, axis), k, n / k, ...shape.slice(axis + 1)];
    }
  }
}

export const reshape: Rule = (d, shape, kind) => {
  const inner = reshaped(d, shape);
  return inner === null || inner.length > 5 ? null : d.apply('reshape', [d.write(inner, kind)], { shape: [...shape] }, kind);
};

export const slice: Rule = (d, shape, kind) => {
  if (shape.length === 0) return null;
  const axes = shape.map((n) => {
    if (d.chance(0.4)) return { start: 0, stop: n, stride: 1, inner: n };
    const [start, stride, after] = [d.random.integer(4), d.chance(0.5) ? 1 : d.between(2, 3), d.random.integer(3)];
    const stop = n === 0 ? start : start + (n - 1) * stride + 1;
    return { start, stop: stop + (n === 0 ? 0 : Math.min(after, stride - 1)), stride, inner: stop + after };
  });
  const inner = axes.map((a) => a.inner);
  const params = { start: axes.map((a) => a.start), stop: axes.map((a) => a.stop), strides: axes.map((a) => a.stride) };
  return d.apply('slice', [d.write(inner, kind)], params, kind);
};

const pad: Rule = (d, shape, kind) => {
  if (shape.length === 0) return null;
  const axes = shape.map((n) => {
    if (n === 0 || d.chance(0.4)) return { low: 0, high: 0, interior: 0, inner: n };
    const inner = d.between(1, n);
    const interior = inner > 1 ? d.random.integer(Math.floor((n - inner) / (inner - 1)) + 1) : d.random.integer(2);
    const rest = n - inner - (inner - 1) * interior;
    const low = d.random.integer(rest + 1);
    return { low, high: rest - low, interior, inner };
  });
  const params = { low: axes.map((a) => a.low), high: axes.map((a) => a.high), interior: axes.map((a) => a.interior) };
  return d.apply('pad', [d.write(axes.map((a) => a.inner), kind)], params, kind);
};

const reverse: Rule = (d, shape, kind) => {
  const axes = range(shape.length).filter(() => d.chance(0.6));
  return axes.length === 0 ? null : d.apply('reverse', [d.write(shape, kind)], { axes }, kind);
};

/** A shape that broadcasts to the given one. */
export function narrowed(d: Draft, shape: Shape): number[] {
  const narrow = shape.map((n) => (d.chance(0.4) ? 1 : n));
  return d.chance(0.4) ? narrow.slice(d.random.integer(shape.length + 1)) : narrow;
}

export const broadcast: Rule = (d, shape, kind) => d.apply('broadcast', [d.write(narrowed(d, shape), kind)], { shape: [...shape] }, kind);

const gather: Rule = (d, shape, kind) => {
  const axis = d.random.integer(shape.length + 1);
  const rank = d.random.integer(Math.min(2, shape.length - axis) + 1);
  const rest = [...shape.slice(0, axis), ...shape.slice(axis + rank)];
  const n = d.size(sizeOf(rest), 1);
  const indices = d.write(shape.slice(axis, axis + rank), { below: n });
  return d.apply('gather', [d.write(withAxis(rest, axis, n), kind), indices], { axis }, kind);
};

const alongAxis: Rule = (d, shape, kind) => {
  if (shape.length === 0) return null;
  const axis = d.random.integer(shape.length);
  const n = d.size(sizeOf(without(shape, axis)), 1);
  const indices = d.write(shape, { below: n });
  return d.apply('takeAlongAxis', [d.write(resized(shape, axis, n), kind), indices], { axis }, kind);
};

/** Functions that move elements: of any kind of value. */
export const MOVEMENTS: Rules = [[3, joined], [3, transposed], [3, reshape], [3, slice], [2, pad], [1.5, reverse], [2, broadcast], [1.5, gather], [0.3, alongAxis]];
