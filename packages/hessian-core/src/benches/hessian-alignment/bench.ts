/** What the `hessian-alignment` bench claims. */
import { type Bench, claim } from '@curv/plugin';

const erm = { baseline: 'ERM' };
const irm = { baseline: 'IRM' };

export const hessianAlignment: Bench = {
  title: 'Hessian alignment between domains (Hemati et al. 2023): Colored MNIST, label shift, cost',
  claims: {
    'hgp-erm': claim('test accuracy at reversed colour, HGP − ERM', '>=', 0.12, erm),
    'hutchinson-erm': claim('test accuracy at reversed colour, Hutchinson − ERM', '>=', 0.12, erm),
    'hgp-irm': claim('HGP − IRM at equal weight', '>=', 0, irm),
    'hutchinson-irm': claim('Hutchinson − IRM at equal weight', '>=', 0, irm),
    'hessians-align': claim('‖H₁ − H₂‖F, larger of HGP and Hutchinson ÷ ERM', '<=', 0.3),
    'gradients-align': claim('‖g₁ − g₂‖, larger of HGP and Hutchinson ÷ ERM', '<=', 0.3),
    'label-shift': claim('label shift 97/3: accuracy on balanced labels, colour as in training, HGP − ERM', '>=', 0, erm),
    'label-shift-reversed': claim('the same, colour reversed', '>=', 0, erm),
    'closed-form-cost': claim('time with 300 sampled probes ÷ closed form, value and gradient', '>=', 30),
    'sampled-error': claim('sampled diagonal, relative error', '<=', 0.05),
  },
  load: async () => (await import('./run.js')).run,
};
