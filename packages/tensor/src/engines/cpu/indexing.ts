/** Reading and adding at computed positions along one axis. */
import type { Node } from '../../api.js';
import { type Kernel, sizeOf } from '../../primitive.js';
import { linesOf } from './scan.js';

function checkIndex(op: string, index: number, size: number): void {
  if (index < 0 || index >= size) throw new RangeError(`${op}: index ${index} is outside of [0, ${size}), the range of the axis`);
}

/** `gather`. @throws RangeError on an index outside of the axis, when run */
export function gather(node: Node): Kernel {
  const [x, indices] = node.inputs as [Node, Node];
  const { outer, length, inner } = linesOf(x.shape, node.params['axis']);
  const count = sizeOf(indices.shape);
  return (out, source, positions) => {
    for (let j = 0; j < count; j++) {
      const index = positions[j]!;
      checkIndex('gather', index, length);
      for (let o = 0; o < outer; o++) {
        const p = (o * length + index) * inner;
        const q = (o * count + j) * inner;
        for (let i = 0; i < inner; i++) out[q + i] = source[p + i]!;
      }
    }
  };
}

/** `scatterAdd`; float32 sums are kept in double precision. @throws RangeError on an index outside of the axis, when run */
export function scatterAdd(node: Node): Kernel {
  const { axis, size } = node.params as { axis: number; size: number };
  const { outer, inner } = linesOf(node.shape, axis);
  const count = sizeOf(node.inputs[1]!.shape);
  const exact = node.dtype === 'float32' ? new Float64Array(sizeOf(node.shape)) : null;
  return (out, updates, positions) => {
    const target = exact ?? out;
    target.fill(0);
    for (let j = 0; j < count; j++) {
      const index = positions[j]!;
      checkIndex('scatterAdd', index, size);
      for (let o = 0; o < outer; o++) {
        const p = (o * size + index) * inner;
        const q = (o * count + j) * inner;
        for (let i = 0; i < inner; i++) target[p + i]! += updates[q + i]!;
      }
    }
    if (exact !== null) out.set(exact);
  };
}
