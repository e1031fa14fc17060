/** What the `curvature-peers` bench claims. */
import { type Bench, claim, type Claim } from '@curv/plugin';

const torch = { peer: 'PyTorch double backward, 1 thread' };

const claims: Readonly<Record<string, Claim>> = {
  eigenvalues: claim('largest relative difference of the five largest eigenvalues, float64, to PyTorch’s', '<=', 1e-6, torch),
  trace: claim('difference of the traces in combined standard errors, worst model', '<=', 3, torch),
  'time-power': claim('time of the five largest eigenvalues with no larger errors ÷ that of power iteration with deflation in PyTorch (PyHessian’s method), worst model', '<=', 1, torch),
  'time-lanczos': claim('time of 30 Lanczos steps ÷ that of the same in PyTorch, best engine, worst model', '<=', 1, torch),
  'time-trace': claim('time of a trace from 50 probes ÷ that of the same in PyTorch, best engine, worst model', '<=', 1, torch),
};

export const curvaturePeers: Bench = {
  title: 'eigenvalues and traces beside PyTorch: the same estimators on the same models and data',
  claims,
  load: async () => (await import('./run.js')).run,
};
