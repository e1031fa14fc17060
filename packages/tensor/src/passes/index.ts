export { cancelMovement } from './cancel-movement.js';
export { eliminateCommonSubexpressions } from './common-subexpressions.js';
export { eliminateDeadCode } from './dead-code.js';
export { foldTransposes } from './fold-transposes.js';
export { optimize } from './optimize.js';
export { GraphBuilder, type Pass, rewrite, type Rule, type Site } from './rewrite.js';
export { simplify } from './simplify.js';
