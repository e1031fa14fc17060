/** Compilation: a graph becomes a list of steps over slots. */
import type { Executable, Graph, Node, TypedArray } from '../../api.js';
import { newArray, sizeOf } from '../../primitive.js';
import { allocate } from './buffers.js';
import type { Access, Slot } from './buffers.js';
import { compileLoop } from './compile-loop.js';
import { isElementwise } from './elementwise.js';
import { BodyBuilder, coincides, constantOf, Fusion } from './fusion.js';
import type { Place } from './fusion.js';
import { checkNode, denseKernel } from './kernels.js';
import type { Loop, Reduction, Slots, Step } from './loop.js';
import { matmul, stackedOperand, stackedProduct } from './matmul.js';
import type { View } from './view.js';
import { dense, denseStrides, isAlias } from './view.js';

interface PlannedStep extends Access {
  readonly step: Step;
}

/** A step whose target is still to be named. */
type Part = Omit<PlannedStep, 'write'>;

const NOTHING = new Uint8Array(0);

/** Switches that only tests touch. */
export const planning: { fusion: boolean } = { fusion: true };

class Planner {
  readonly slots: Slot[] = [];
  readonly steps: PlannedStep[] = [];
  /** Arrays of constants, by slot. */
  readonly constants: Slots = [];
  private readonly slotByNode = new Map<Node, number>();
  private readonly fusion: Fusion;

  constructor(graph: Graph) {
    graph.nodes.forEach(checkNode);
    this.fusion = new Fusion(graph, planning.fusion);
    for (const node of graph.inputs) this.newSlot(node, 'input');
    for (const node of graph.nodes) this.visit(node);
  }

  /** The slot of a node's buffer; constants are written out on first demand. */
  readonly slotOf = (node: Node): number => {
    const known = this.slotByNode.get(node);
    if (known !== undefined) return known;
    if (isAlias(node)) return this.slotOf(node.inputs[0]!);
    if (node.op !== 'full') return this.loop(node, node, { loop: {}, map: (view) => view, joinable: false });
    const slot = this.newSlot(node, 'constant');
    this.constants[slot] = newArray(node.dtype, sizeOf(node.shape)).fill(constantOf(node));
    return slot;
  };

  private newSlot(node: Node, kind: Slot['kind']): number {
    const slot = this.slots.push({ dtype: node.dtype, size: sizeOf(node.shape), kind }) - 1;
    this.slotByNode.set(node, slot);
    return slot;
  }

  private visit(node: Node): void {
    const { op, inputs } = node;
    const { fusion } = this;
    if (op === 'input' || op === 'full' || op === 'iota' || fusion.joined.has(node) || fusion.virtual.has(node) || fusion.stacked.has(node) || isAlias(node)) return;
    if (isElementwise(node)) this.loop(node, node, fusion.placeOf(node));
    else if (op.startsWith('reduce')) this.loop(node, inputs[0]!, fusion.placeOf(node), reducedView(node), op as Reduction);
    else if (op === 'pad') this.pad(node);
    else if (op === 'concat') this.concat(node);
    else if (op === 'matmul') this.matmul(node);
    else if (inputs.length === 1 && denseKernel(node) === undefined) this.loop(node, inputs[0]!, fusion.placeOf(node));
    else {
      const reads = inputs.map(this.slotOf);
      const kernel = denseKernel(node)!(node);
      const [a, b] = reads;
      const write = this.newSlot(node, 'scratch');
      this.add(write, { reads, inPlace: [], step: (slots) => kernel(slots[write]!, slots[a!]!, slots[b ?? a!]!) });
    }
  }

  /** Adds a step; one that reads constants only is run now. */
  private add(write: number, { reads, inPlace, step }: Part): void {
    const target = this.slots[write]!;
    if (reads.some((slot) => this.slots[slot]!.kind !== 'constant')) return void this.steps.push({ reads, write, inPlace, step });
    target.kind = 'constant';
    this.constants[write] = newArray(target.dtype, target.size);
    step(this.constants);
  }

  /** A loop that fills a new buffer for `node` with `value`. Returns the slot. */
  private loop(node: Node, value: Node, place: Place, out: View = dense(node.shape), reduce: Reduction | null = null): number {
    const slot = this.newSlot(node, 'scratch');
    this.add(slot, this.part(slot, node, value, place, out, reduce));
    return slot;
  }

  /** A loop that fills (a part of) a buffer with `value`. */
  private part(slot: number, node: Node, value: Node, place: Place, out: View, reduce: Reduction | null = null): Part {
    const body = new BodyBuilder(this.fusion, this.slotOf);
    if (value === node && isElementwise(node)) body.operation(node, place);
    else body.operand(value, place);
    const loads = body.values.filter((v) => v.kind === 'load');
    const reads = [...new Set(loads.map((load) => load.slot))];
    const inPlace = reduce !== null ? [] : reads.filter((read) => loads.every((l) => l.slot !== read || coincides(l.view, out)));
    const { dtype, size } = this.slots[slot]!;
    const loop: Loop = { shape: out.shape, values: body.values, out: { slot, dtype, view: out, size }, reduce };
    return { reads, inPlace, step: compileLoop(loop) };
  }

  private pad(node: Node): void {
    const input = node.inputs[0]!;
    const { low, interior } = node.params as { low: number[]; interior?: number[] };
    const strides = denseStrides(node.shape);
    const offset = low.reduce((sum, n, i) => sum + n * strides[i]!, 0);
    const out: View = { shape: input.shape, strides: strides.map((s, i) => s * (1 + (interior?.[i] ?? 0))), offset };
    const slot = this.newSlot(node, 'scratch');
    const { reads, step } = this.part(slot, node, input, this.fusion.placeOf(node), out);
    const padded: Step = (slots) => {
      slots[slot]!.fill(0);
      step(slots);
    };
    this.add(slot, { reads, inPlace: [], step: padded });
  }

  private concat(node: Node): void {
    const axis: number = node.params['axis'];
    const strides = denseStrides(node.shape);
    const slot = this.newSlot(node, 'scratch');
    let offset = 0;
    const parts = node.inputs.map((input, i) => {
      const part = this.part(slot, node, input, this.fusion.placeOf(node, i), { shape: input.shape, strides, offset });
      offset += input.shape[axis]! * strides[axis]!;
      return part;
    });
    const all: Step = (slots) => {
      for (const { step } of parts) step(slots);
    };
    this.add(slot, { reads: [...new Set(parts.flatMap((part) => part.reads))], inPlace: [], step: all });
  }

  private matmul(node: Node): void {
    const stack = stackedOperand(node);
    if (stack >= 0 && this.fusion.stacked.has(node.inputs[stack]!)) {
      const lines = node.inputs[stack]!.inputs.map(this.slotOf);
      const vector = this.slotOf(node.inputs[1 - stack]!);
      const product = stackedProduct(node, stack);
      const target = this.newSlot(node, 'scratch');
      return this.add(target, { reads: [...lines, vector], inPlace: [], step: (slots) => product(slots[target]!, lines.map((slot) => slots[slot]!), slots[vector]!) });
    }
    const operands = node.inputs.map((input, i) => this.leaf(input, this.fusion.placeOf(node, i)));
    const [a, b] = operands as [typeof operands[0], typeof operands[0]];
    const write = this.newSlot(node, 'scratch');
    const kernel = matmul(node, a.view, b.view);
    const step: Step = (slots) => kernel(slots[write]!, slots[a.slot]!, slots[b.slot]!);
    this.add(write, { reads: [a.slot, b.slot], inPlace: [], step });
  }

  /** The buffer and view behind an operand that is not computed in place. */
  private leaf(input: Node, place: Place): { slot: number; view: View } {
    const body = new BodyBuilder(this.fusion, this.slotOf);
    body.operand(input, place);
    const value = body.values[0]!;
    if (value.kind === 'load') return value;
    return { slot: this.slotOf(input), view: dense(input.shape) };
  }
}

/** Where a reduction puts the elements of its operand: reduced axes do not move. */
function reducedView(node: Node): View {
  const { shape } = node.inputs[0]!;
  const axes: number[] = node.params['axes'];
  const strides = denseStrides(node.shape);
  let next = 0;
  return { shape, strides: shape.map((_, i) => (axes.includes(i) ? 0 : strides[next++]!)), offset: 0 };
}

/**
 * Plans a graph: fusion, constants, buffers.
 * @throws TypeError naming a primitive or a dtype that this engine does not run
 */
export function plan(graph: Graph): Executable<TypedArray> {
  const planner = new Planner(graph);
  const { slots, steps, constants } = planner;
  // an output that is computed once gets its own array, an input is handed on, since nobody writes to it; constants and repeated outputs are copied
  const outputs = graph.outputs.map((node) => {
    const slot = planner.slotOf(node);
    const { kind } = slots[slot]!;
    const own = kind === 'scratch';
    if (own) slots[slot]!.kind = 'output';
    return { slot, own, copied: !own && kind !== 'input' };
  });
  const inputCount = graph.inputs.length;
  let arrays: Slots | null = null;
  let disposed = false;
  const run = (inputs: readonly TypedArray[]): TypedArray[] => {
    if (disposed) throw new Error('cpu: this executable was disposed');
    arrays ??= allocate(slots, steps).map((array, slot) => array ?? constants[slot]!);
    const table = arrays;
    try {
      for (let i = 0; i < inputCount; i++) table[i] = inputs[i]!;
      for (const { slot, own } of outputs) if (own) table[slot] = newArray(slots[slot]!.dtype, slots[slot]!.size);
      for (const { step } of steps) step(table);
      return outputs.map(({ slot, copied }) => (copied ? table[slot]!.slice() : table[slot]!));
    } finally {
      // hold on to nothing of the caller's
      for (let i = 0; i < inputCount; i++) table[i] = NOTHING;
      for (const { slot, own } of outputs) if (own) table[slot] = NOTHING;
    }
  };
  return {
    run,
    dispose() {
      disposed = true;
      arrays = null;
    },
  };
}
