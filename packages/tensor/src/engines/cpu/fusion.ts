/**
 * Fusion: which nodes get a buffer, and what the loops that fill them compute.
 *
 * The graph is walked from its end. A node whose consumers all lie in one loop, and read it through one map of views, needs no buffer: an
 * elementwise node is computed inside that loop, a shape primitive becomes strides of what lies below it. Whatever is left has a buffer.
 */
import type { Graph, Node } from '../../api.js';
import { sameShape, sizeOf } from '../../primitive.js';
import { formulaOf, isElementwise } from './elementwise.js';
import type { Value } from './loop.js';
import { stackedOperand } from './matmul.js';
import type { View, ViewMap } from './view.js';
import { applyView, broadcastView, dense, denseStrides, isAlias, isViewOp } from './view.js';

/** Where a value is read: in which loop, and how a view of the value becomes a view over that loop's index. */
export interface Place {
  readonly loop: object;
  readonly map: ViewMap;
  /** Whether the value may be computed there: not where it would be computed more than once. */
  readonly joinable: boolean;
}

/** A place, or null for a reader that needs the whole buffer. */
type Use = Place | null;

/** A body that is longer than this is not lengthened: the compiler gives up on huge functions. */
const LONGEST = 60;

const same: ViewMap = (view) => view;

/** A loop of its own. */
const ownPlace = (map: ViewMap = same, joinable = true): Place => ({ loop: {}, map, joinable });

/** Where a stack of lines is read line by line. */
const LINES: Place = ownPlace(same, false);

/** What becomes of each node. */
export class Fusion {
  /** Elementwise nodes computed inside another node's loop. */
  readonly joined: Map<Node, Place> = new Map();
  /** Shape primitives that are strides only. */
  readonly virtual: Set<Node> = new Set();
  /** Concatenations that nobody needs in one piece. */
  readonly stacked: Set<Node> = new Set();
  private readonly uses = new Map<Node, Use[]>();
  /** Places of the operands of nodes that have a loop. */
  private readonly places = new Map<Node, Use[]>();
  private readonly lengths = new Map<object, number>();
  private readonly enabled: boolean;

  constructor(graph: Graph, enabled: boolean) {
    this.enabled = enabled;
    for (const node of graph.outputs) this.use(node, null);
    for (const node of [...graph.nodes].reverse()) this.visit(node);
  }

  /** The place from which a node's loop reads its operand number i. */
  placeOf(node: Node, i = 0): Place {
    const places = this.places.get(node)!;
    return places[i] ?? places.find((place) => place)!;
  }

  private use(node: Node, use: Use): void {
    const list = this.uses.get(node);
    if (list === undefined) this.uses.set(node, [use]);
    else list.push(use);
  }

  private visit(node: Node): void {
    const uses = this.uses.get(node) ?? [];
    if (isElementwise(node)) this.visitElementwise(node, uses);
    else if (isViewOp(node)) this.visitView(node, uses);
    else if (node.op === 'pad' || node.op.startsWith('reduce')) this.read(node, [ownPlace()]);
    else if (node.op === 'matmul') {
      const stack = stackedOperand(node);
      this.read(node, node.inputs.map((_, i) => (stack < 0 ? ownPlace(same, false) : i === stack ? LINES : null)));
    }
    else if (node.op === 'concat' && !uses.every((use) => use === LINES)) this.read(node, node.inputs.map(() => ownPlace()));
    else {
      if (node.op === 'concat') this.stacked.add(node);
      for (const input of node.inputs) this.use(input, null);
    }
  }

  private read(node: Node, places: Use[]): void {
    this.places.set(node, places);
    node.inputs.forEach((input, i) => this.use(input, this.enabled ? places[i]! : null));
  }

  private visitElementwise(node: Node, uses: readonly Use[]): void {
    const first = uses[0];
    let place: Place | null = null;
    if (first?.joinable === true && uses.every((use) => use === first)) {
      const length = (this.lengths.get(first.loop) ?? 0) + 1;
      const fits = node.inputs.every((input) => first.map(operandView(node, input)) !== null);
      if (fits && length <= LONGEST) {
        place = first;
        this.joined.set(node, place);
        this.lengths.set(first.loop, length);
      }
    }
    place ??= ownPlace();
    this.places.set(node, [place]);
    for (const input of new Set(node.inputs)) {
      const joinable = sizeOf(input.shape) === sizeOf(node.shape);
      const { loop, map } = place;
      if (!this.enabled) this.use(input, null);
      else if (sameShape(input.shape, node.shape)) this.use(input, place);
      else this.use(input, { loop, map: (view) => map(broadcastView(view, node.shape)), joinable });
    }
  }

  private visitView(node: Node, uses: readonly Use[]): void {
    const input = node.inputs[0]!;
    const view = applyView(node, dense(input.shape))!;
    const spread = sizeOf(input.shape) < sizeOf(node.shape);
    const below = (map: ViewMap): ViewMap => (v) => {
      const seen = applyView(node, v);
      return seen && map(seen);
    };
    if (uses.every((use) => use !== null && use.map(view) !== null)) {
      this.virtual.add(node);
      for (const use of new Set(uses)) {
        const { loop, map, joinable } = use!;
        this.use(input, { loop, map: below(map), joinable: joinable && !spread });
      }
    } else if (isAlias(node)) this.use(input, null);
    else this.read(node, [ownPlace(below(same), !spread)]);
  }
}

const operandView = (node: Node, input: Node): View => broadcastView(dense(input.shape), node.shape);

/** Writes the body of one loop. */
export class BodyBuilder {
  readonly values: Value[] = [];
  private readonly known = new Map<Node | string, number>();
  private readonly fusion: Fusion;
  private readonly slotOf: (node: Node) => number;

  /** `slotOf` gives the slot of a node's buffer. */
  constructor(fusion: Fusion, slotOf: (node: Node) => number) {
    this.fusion = fusion;
    this.slotOf = slotOf;
  }

  /** Number of the value of `node`, read from `place`. */
  operand(node: Node, { loop, map }: Place): number {
    const { joined, virtual } = this.fusion;
    const place = joined.get(node);
    if (place !== undefined && place.loop === loop) return this.operation(node, place);
    if (virtual.has(node)) {
      const through: ViewMap = (view) => {
        const seen = applyView(node, view);
        return seen && map(seen);
      };
      return this.operand(node.inputs[0]!, { loop, map: through, joinable: false });
    }
    if (node.op === 'full') return this.constant(constantOf(node));
    if (node.op === 'iota') {
      const axis: number = node.params['axis'];
      const view = map({ shape: node.shape, strides: node.shape.map((n, i) => (i === axis && n !== 1 ? 1 : 0)), offset: 0 });
      if (view !== null) return this.access('iota', view, { kind: 'iota', view });
    }
    const slot = this.slotOf(node);
    const view = map(dense(node.shape))!;
    return this.access(slot, view, { kind: 'load', slot, dtype: node.dtype, view });
  }

  /** Number of the value of an elementwise node, computed at `place`. */
  operation(node: Node, place: Place): number {
    const known = this.known.get(node);
    if (known !== undefined) return known;
    const { loop, map } = place;
    const args = node.inputs.map((input) =>
      this.operand(input, { loop, map: (view) => map(broadcastView(view, node.shape)), joinable: false }),
    );
    const second = this.values[args[1] ?? -1];
    const formula = formulaOf(node, second?.kind === 'const' ? second.value : undefined);
    const at = this.values.push({ kind: 'op', formula, args }) - 1;
    this.known.set(node, at);
    return at;
  }

  private constant(value: number): number {
    return this.remember(`=${Object.is(value, -0) ? '-0' : value}`, { kind: 'const', value });
  }

  private access(name: number | string, { shape, strides, offset }: View, value: Value): number {
    return this.remember(`${name}@${offset}:${strides.map((s, i) => (shape[i] === 1 ? 0 : s)).join()}`, value);
  }

  private remember(key: string, value: Value): number {
    let at = this.known.get(key);
    if (at === undefined) this.known.set(key, (at = this.values.push(value) - 1));
    return at;
  }
}

/** The value of a `full` node as an array of its dtype would hold it. */
export function constantOf(node: Node): number {
  const value = Number(node.params['value']);
  return node.dtype === 'float32' ? Math.fround(value) : node.dtype === 'int32' ? value | 0 : value;
}

/** Whether a load of a loop visits its buffer exactly as the loop visits its output. */
export const coincides = (view: View, out: View): boolean =>
  view.offset === out.offset && view.strides.every((s, i) => view.shape[i] === 1 || s === out.strides[i]) &&
  denseStrides(view.shape).every((s, i) => view.shape[i] === 1 || s === view.strides[i]);
