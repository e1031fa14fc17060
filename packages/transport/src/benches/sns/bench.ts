import { type Bench, claim } from '@curv/plugin';

export const sns: Bench = {
  title: 'Sinkhorn-Newton-Sparse against Sinkhorn, here and in POT',
  claims: {
    reference: claim('largest error of cost and dual of the problems at η = 1200 against known values', '<=', 1e-12),
    'newton-random': claim('RANDOM(500, 1): Newton steps to a marginal error of 1e-12', '<=', 12),
    'time-random': claim('RANDOM(500, 1): time to 1e-12', '<=', 0.5, { unit: 's' }),
    'sweeps-random': claim('RANDOM(500, 1): sweeps of Sinkhorn to 1e-8', '>=', 1e5),
    'speed-random': claim('RANDOM(500, 1): time of Sinkhorn to 1e-8 over that of SNS to 1e-12', '>=', 50, { baseline: 'Sinkhorn, s' }),
    'speed-random-log': claim('RANDOM(500, 1): time of Sinkhorn in logarithms to 1e-8 over that of SNS to 1e-12', '>=', 50, { baseline: 'Sinkhorn in logarithms, s' }),
    'newton-l2': claim('digits, squared Euclidean, 28×28: Newton steps to 1e-12', '<=', 12),
    'newton-l1': claim('digits, city block, 28×28: Newton steps to 1e-12, those at higher temperatures included', '<=', 30),
    'speed-pixels': claim('digits 28×28: least ratio of the time of Sinkhorn to 1e-8 to that of SNS to 1e-12', '>=', 1),
    ablation: claim('RANDOM(500, 1), k largest entries a row: Newton steps of k = 6 beyond those of k = 30', '<=', 3),
    'ablation-order': claim('RANDOM(500, 1): k in 2, 3, 4, 6, 10 at which a larger k needs more steps', '<=', 0),
    sweep: claim('η from 10 to 1000: largest time of SNS over that of the faster of Sinkhorn and SNS', '<=', 3),
    bias: claim('⟨C, P⟩ − exact optimum falls with η: violations', '<=', 0),
    'pot-sinkhorn': claim('least ratio of ot.sinkhorn (1e-8) to SNS (1e-12) in time, over eight problems', '>=', 1, { peer: 'ot.sinkhorn, s' }),
    'pot-log': claim('least ratio of ot.bregman.sinkhorn_log (1e-8) to SNS (1e-12) in time, over eight problems', '>=', 15, { peer: 'sinkhorn_log, s' }),
    'pot-sweeps': claim('least ratio of ot.sinkhorn to our Sinkhorn in time at 1000 iterations', '>=', 1, { peer: 'ot.sinkhorn, ms an iteration' }),
    slope: claim('point clouds in dimension 3: distance of the slope of log time to log n from 2', '<=', 0.1),
    memory: claim('point clouds of 20 000 points each: memory of the process', '<=', 2048, { unit: 'MiB' }),
  },
  load: async () => (await import('./run.js')).run,
};
