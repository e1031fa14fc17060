/** The models of the bench. */
import { conv } from './conv.js';
import { mlp } from './mlp.js';
import type { BenchModel } from './model.js';
import { resnet } from './resnet.js';
import { tiny } from './tiny.js';
import { transformer } from './transformer.js';

export const MODELS: readonly BenchModel[] = [tiny, mlp, conv, resnet, transformer];
