/** Errors and finiteness of log I and log K. */
import { logBesselI, logBesselK } from '@curv/special-fns';
import bessel from 'bessel';
import cephes from 'cephes';
import { fromBase64, type PythonPeer, toBase64 } from '@curv-internal/python-peer';
import type { Points, Reference, ReferencePoints } from './points.js';

export type Kind = 'i' | 'k';
export const FUNCTIONS: { readonly i: typeof logBesselI; readonly k: typeof logBesselK } = { i: logBesselI, k: logBesselK };

/** |y − ref| / max(1, |ref|) of every element, in order. */
function sortedErrors(found: Float64Array, { value, rest }: Reference): Float64Array {
  return found.map((y, j) => Math.abs(y - value[j]! - rest[j]!) / Math.max(1, Math.abs(value[j]!))).sort();
}

export interface AccuracyRow {
  readonly name: string;
  readonly kind: Kind;
  readonly errors: Float64Array;
  readonly finite: number;
}

export function accuracyOf(points: ReferencePoints, kind: Kind): AccuracyRow {
  const found = FUNCTIONS[kind](points.v, points.x) as Float64Array;
  return { name: points.name, kind, errors: sortedErrors(found, points[kind]), finite: share(found) };
}

const share = (values: Float64Array): number => values.reduce((n, y) => n + (Number.isFinite(y) ? 1 : 0), 0) / values.length;

/** Shares of finite logarithms of what peers compute on the linear scale. */
export async function finiteness(points: Points, python: PythonPeer | null): Promise<Record<string, string>> {
  const { v, x } = points;
  const percent = (values: Float64Array): string => `${(100 * share(values)).toFixed(1)} %`;
  const each = (f: (v: number, x: number) => number): Float64Array => v.map((order, j) => f(order, x[j]!));
  const scaled = each((a, b) => Math.log(Math.exp(logBesselI(a, b) - b)));
  const row: Record<string, string> = { 'log of a scaled double': percent(scaled) };
  await cephes.compiled;
  row['npm cephes'] = percent(each((a, b) => Math.log(attempt(() => cephes['iv']!(a, b)))));
  row['npm bessel, order rounded'] = percent(each((a, b) => Math.log(bessel.besseli(b, Math.round(a)))));
  if (python !== null) {
    const answer = await python.ask({ do: 'log-scaled', v: toBase64(v), x: toBase64(x), rounds: 1 });
    row['SciPy, log(ive) + x'] = percent(fromBase64(answer.i.values));
    row['SciPy, log(kve) − x'] = percent(fromBase64(answer.k.values));
  }
  return row;
}

/** cephes throws where it is not sure of its result. */
function attempt(f: () => number): number {
  try {
    return f();
  } catch {
    return NaN;
  }
}
