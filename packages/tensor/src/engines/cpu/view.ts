/** Strided views of dense buffers, and the shape primitives as maps of views: nothing is moved until a loop reads through the view. */
import type { Node, Shape } from '../../api.js';
import { sizeOf } from '../../primitive.js';

/** Element `i` of a view lies at `offset + Σ i[k]·strides[k]` of its buffer. */
export interface View {
  readonly shape: Shape;
  readonly strides: readonly number[];
  readonly offset: number;
}

/** A map of views; null where the result is no strided view. */
export type ViewMap = (view: View) => View | null;

/** Row-major strides; axes of size 1 have stride 0, so that equal layouts compare equal. */
export function denseStrides(shape: Shape): number[] {
  const strides = shape.map(() => 0);
  let stride = 1;
  for (let i = shape.length - 1; i >= 0; i--) {
    if (shape[i] !== 1) strides[i] = stride;
    stride *= shape[i]!;
  }
  return strides;
}

/** A whole buffer. */
export const dense = (shape: Shape): View => ({ shape, strides: denseStrides(shape), offset: 0 });

/** NumPy's broadcast_to. */
export function broadcastView(view: View, shape: Shape): View {
  const lead = shape.length - view.shape.length;
  const strides = shape.map((n, i) => (i < lead || view.shape[i - lead] !== n ? 0 : view.strides[i - lead]!));
  return { shape, strides, offset: view.offset };
}

/** The same elements in another shape, where strides can say it: runs of axes are matched size by size. */
export function reshapeView(view: View, shape: Shape): View | null {
  const strides = shape.map(() => 0);
  if (sizeOf(shape) === 0) return { shape, strides, offset: view.offset };
  let from = 0;
  let to = 0;
  while (from < view.shape.length && to < shape.length) {
    const firstFrom = from;
    const firstTo = to;
    let have = view.shape[from++]!;
    let want = shape[to++]!;
    while (have !== want) {
      if (have < want) have *= view.shape[from++]!;
      else want *= shape[to++]!;
    }
    // the old axes of this run must be one arithmetic progression
    let stride = 0;
    let span = 1;
    for (let i = from - 1; i >= firstFrom; i--) {
      const n = view.shape[i]!;
      if (n === 1) continue;
      if (span === 1) stride = view.strides[i]!;
      else if (view.strides[i] !== stride * span) return null;
      span *= n;
    }
    for (let i = to - 1; i >= firstTo; i--) {
      if (shape[i] === 1) continue;
      strides[i] = stride;
      stride *= shape[i]!;
    }
  }
  return { shape, strides, offset: view.offset };
}

/** Shape primitives that a strided view can express, by name. */
const MAPS: Record<string, (view: View, node: Node) => View | null> = {
  reshape: (view, node) => reshapeView(view, node.shape),
  barrier: (view) => view,
  broadcast: (view, node) => broadcastView(view, node.shape),
  transpose(view, node) {
    const perm: number[] = node.params['perm'];
    return { shape: node.shape, strides: perm.map((p) => view.strides[p]!), offset: view.offset };
  },
  slice(view, node) {
    const { start, strides: steps } = node.params as { start: number[]; strides?: number[] };
    const offset = view.strides.reduce((sum, s, i) => sum + s * start[i]!, view.offset);
    return { shape: node.shape, strides: view.strides.map((s, i) => (node.shape[i] === 1 ? 0 : s * (steps?.[i] ?? 1))), offset };
  },
  reverse(view, node) {
    const strides = [...view.strides];
    let offset = view.offset;
    for (const axis of node.params['axes'] as number[]) {
      offset += strides[axis]! * Math.max(0, view.shape[axis]! - 1);
      strides[axis] = -strides[axis]! || 0;
    }
    return { shape: node.shape, strides, offset };
  },
};

/** Whether a node only rearranges the elements of its operand. */
export const isViewOp = (node: Node): boolean => node.op in MAPS;

/** Whether a node leaves the order of elements in memory as it is, so that it needs no buffer of its own. */
export const isAlias = (node: Node): boolean => node.op === 'reshape' || node.op === 'barrier';

/** The view that a shape primitive makes of a view of its operand. */
export const applyView = (node: Node, view: View): View | null => MAPS[node.op]!(view, node);
