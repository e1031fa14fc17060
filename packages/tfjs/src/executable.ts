/** Graphs as lists of steps: kernels of the backend, and groups of nodes that the host runs in fused loops. */
import { cpu, type Executable, type Graph, type Node, type TypedArray } from '@curv/tensor';
import type { Device, Handle } from './device.js';
import { plan } from './kernels/table.js';
import type { Run } from './kernels/step.js';

/** Runs on slots: one for each node that is stored. */
interface Step {
  readonly reads: readonly number[];
  readonly writes: readonly number[];
  run(operands: readonly Handle[]): readonly Handle[];
  /** Slots that nobody reads after this step. */
  frees: number[];
}

/** Plans a graph for a device. @throws TypeError naming a node whose dtype the device lacks */
export function compileGraph(graph: Graph, device: Device, shared: boolean): Executable<Handle> {
  for (const node of graph.nodes) {
    if (node.dtype === 'float64') throw new TypeError(`engine tfjs-${device.name} has no float64: node ${node.op} is float64[${node.shape.join(', ')}]; cast to float32 or use engine cpu`);
  }
  const slots = new Map<Node, number>(graph.nodes.map((node, i) => [node, i]));
  const steps = planSteps(graph, device, shared, slots);
  const inputs = graph.inputs.map((node) => slots.get(node)!);
  const outputs = graph.outputs.map((node) => slots.get(node)!);
  placeFrees(steps, new Set([...inputs, ...outputs]));
  return {
    run: (given) => runSteps(steps, device, inputs, outputs, given),
    dispose: () => steps.splice(0),
  };
}

function runSteps(steps: readonly Step[], device: Device, inputs: readonly number[], outputs: readonly number[], given: readonly Handle[]): Handle[] {
  const owned = new Map<number, Handle>();
  const handles = new Map<number, Handle>(inputs.map((slot, i) => [slot, given[i]!]));
  try {
    for (const step of steps) {
      const results = step.run(step.reads.map((slot) => handles.get(slot)!));
      results.forEach((handle, i) => {
        handles.set(step.writes[i]!, handle);
        owned.set(step.writes[i]!, handle);
      });
      for (const slot of step.frees) {
        device.release(owned.get(slot)!);
        owned.delete(slot);
      }
    }
    return outputs.map((slot) => device.alias(handles.get(slot)!, handles.get(slot)!.shape));
  } finally {
    for (const handle of owned.values()) device.release(handle);
  }
}

/** Each slot is freed after the last step that reads it; inputs belong to the caller, outputs go to the caller. */
function placeFrees(steps: readonly Step[], kept: ReadonlySet<number>): void {
  const freed = new Set<number>(kept);
  const written = new Set(steps.flatMap((step) => step.writes));
  for (let i = steps.length - 1; i >= 0; i--) {
    for (const slot of [...steps[i]!.reads, ...steps[i]!.writes]) {
      if (freed.has(slot) || !written.has(slot)) continue;
      freed.add(slot);
      steps[i]!.frees.push(slot);
    }
  }
}

/** Host nodes wait until a kernel or an output needs them, and then run together as one graph. */
function planSteps(graph: Graph, device: Device, shared: boolean, slots: ReadonlyMap<Node, number>): Step[] {
  const steps: Step[] = [];
  const waiting = new Set<Node>();
  const users = new Map<Node, Node[]>();
  for (const node of graph.nodes) for (const input of node.inputs) users.set(input, [...(users.get(input) ?? []), node]);
  const outputs = new Set(graph.outputs);
  const flush = (): void => {
    if (waiting.size === 0) return;
    const group = [...waiting];
    const visible = group.filter((node) => outputs.has(node) || (users.get(node) ?? []).some((user) => !waiting.has(user)));
    steps.push(hostStep(group, visible, device, slots));
    waiting.clear();
  };
  for (const node of graph.nodes) {
    if (node.op === 'input') continue;
    const native = nativeRun(node, device, shared, waiting);
    if (native === null) {
      waiting.add(node);
      continue;
    }
    if (node.inputs.some((input) => waiting.has(input))) flush();
    steps.push({ reads: node.inputs.map((input) => slots.get(input)!), writes: [slots.get(node)!], run: (operands) => [native(operands)], frees: [] });
  }
  flush();
  return steps;
}

function nativeRun(node: Node, device: Device, shared: boolean, waiting: ReadonlySet<Node>): Run | null {
  // A new shape for stored data is free; for data that the host still works on it is the host's.
  if ((node.op === 'reshape' || node.op === 'barrier') && !waiting.has(node.inputs[0]!)) return ([x]) => device.alias(x!, node.shape);
  return plan(node, device, shared);
}

/** A group of nodes as a graph of its own on the embedded engine, reading the backend's data in place where it can. */
function hostStep(group: readonly Node[], visible: readonly Node[], device: Device, slots: ReadonlyMap<Node, number>): Step {
  const inside = new Set(group);
  const outside = [...new Set(group.flatMap((node) => node.inputs.filter((input) => !inside.has(input))))];
  const copies = new Map<Node, Node>();
  const nodes: Node[] = [];
  const add = (node: Node, op: string, inputs: readonly Node[], params: Node['params']): void => {
    const copy: Node = { id: nodes.length, op, inputs, params, shape: node.shape, dtype: node.dtype };
    nodes.push(copy);
    copies.set(node, copy);
  };
  for (const node of outside) add(node, 'input', [], {});
  for (const node of group) add(node, node.op, node.inputs.map((input) => copies.get(input)!), node.params);
  const pick = (list: readonly Node[]): Node[] => list.map((node) => copies.get(node)!);
  const executable = cpu.compile({ inputs: pick(outside), outputs: pick(visible), nodes });
  return {
    reads: outside.map((node) => slots.get(node)!),
    writes: visible.map((node) => slots.get(node)!),
    run(operands) {
      const views = operands.map((handle) => device.view(handle));
      const results = (executable.run(views) as TypedArray[]).map((data) => (views.includes(data) ? data.slice() : data)); // a view ends with the next allocation
      return results.map((data, i) => device.write(data, visible[i]!));
    },
    frees: [],
  };
}

