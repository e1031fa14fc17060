import type { Node } from '../../api.js';
import { runHostCall } from '../../primitives/host-call.js';
import type { Kernel } from './kernels.js';

export const hostCall = ({ params }: Node): Kernel => (out, operand) => runHostCall(params, out, operand);
