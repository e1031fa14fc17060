/** Translations by primitive. */
import { ELEMENTWISE } from './elementwise.js';
import { gemm, matmul } from './matmul.js';
import type { Operator } from './operator.js';
import { STRUCTURAL } from './structural.js';

export const OPERATORS: Readonly<Record<string, Operator>> = { ...ELEMENTWISE, ...STRUCTURAL, matmul, gemm };
