/** Metrics that a change of coordinates carries over. */
import { jvp, type Tensor } from '@curv/tensor';
import type { SpdMetric } from './api.js';

/** A diffeomorphism of the SPD matrices, or of them onto the symmetric ones. */
export interface Coordinates {
  to(p: Tensor): Tensor;
  from(y: Tensor): Tensor;
}

const along = (f: (x: Tensor) => Tensor, x: Tensor, v: Tensor): Tensor => (jvp(f)(x, v) as [Tensor, Tensor])[1];

/** The metric for which `coordinates.to` is an isometry up to the factor `scale` of lengths squared. */
export function pulledBack(name: string, metric: SpdMetric, { to, from }: Coordinates, scale = 1): SpdMetric {
  const tangent = (p: Tensor, v: Tensor): Tensor => along(to, p.broadcastTo(v.rank > p.rank ? v.shape : p.shape), v.broadcastTo(v.rank > p.rank ? v.shape : p.shape));
  return {
    name,
    distance2: (p, q) => metric.distance2(to(p), to(q)).mul(scale),
    log(p, q) {
      const y = to(p);
      const v = metric.log(y, to(q));
      return along(from, y.broadcastTo(v.shape), v);
    },
    exp: (p, v) => from(metric.exp(to(p), tangent(p, v))),
    geodesic: (p, q, t) => from(metric.geodesic(to(p), to(q), t)),
    inner: (p, v, w) => metric.inner(to(p), tangent(p, v), tangent(p, w)).mul(scale),
  };
}
