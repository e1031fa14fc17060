/** Every case. */
import type { TapeCase } from './case.js';
import { binary, elementwise } from './elementwise.js';
import { layout } from './layout.js';
import { losses } from './losses.js';
import { products, reductions } from './reductions.js';
import { convolutions, normalization, pooling, resizing } from './spatial.js';

export const tapeCases: readonly TapeCase[] = [
  ...elementwise, ...binary, ...reductions, ...products, ...layout, ...convolutions, ...pooling, ...normalization, ...resizing, ...losses,
];
