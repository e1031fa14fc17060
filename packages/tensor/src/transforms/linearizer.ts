/** Linearization compiled once and used at many points: what a curvature operator over many batches needs. */
import type { Engine, Executable, Graph } from '../api.js';
import { engineOf, runExecutable } from '../execute.js';
import { lower } from '../passes/lower.js';
import { showSpec, sizeOf } from '../primitive.js';
import type { Tensor } from '../tensor.js';
import { Trace, type TracedNode } from '../trace.js';
import { type Flat, flatten, flattenLike, structureKey, type TreeDef, unflatten } from '../tree.js';
import { checkedLike } from './grad.js';
import { type LinearMap, linearizeTensors, zerosLike } from './linear.js';
import { differentiable, overFirst, type TreeFunction } from './stage.js';

/** A function's derivative at one point. */
export interface Linearization {
  /** The function's value there. */
  readonly value: any;
  /** Bytes of intermediate values that the linearization keeps. */
  readonly bytes: number;
  /** The derivative applied to a tangent, a tree like the first argument. Costs only the linear part. */
  apply(tangent: any): any;
  /** Frees the kept values. */
  dispose(): void;
}

/** Makes linearizations; traces and compiles once for each signature of the arguments. */
export interface Linearizer {
  at(x: any, ...rest: any[]): Linearization;
  dispose(): void;
}

/** A graph on its engine. */
interface Stage {
  readonly graph: Graph;
  readonly executable: Executable;
  readonly captures: readonly Tensor[];
}

interface Program {
  readonly engine: Engine;
  readonly primal: Stage;
  readonly linear: Stage;
  readonly map: LinearMap;
  readonly input: TreeDef;
  readonly output: TreeDef;
  readonly outputs: number;
  /** For each capture of the linear stage: which primal output it is, or the known tensor. */
  readonly residuals: readonly (number | Tensor)[];
  /** Where each wanted primal result is among the distinct results. */
  readonly sources: readonly number[];
}

/**
 * Compiles the linearization of a function in its first argument.
 * @param f (x, ...rest) → tree. What it closes over is fixed when it is first traced.
 */
export function linearizer(f: TreeFunction, options: { readonly engine?: Engine } = {}): Linearizer {
  const programs = new Map<string, Program>();
  return {
    at(x, ...rest) {
      const args = flatten([x, ...(rest as unknown[])]);
      const key = structureKey(args.def) + args.leaves.map(showSpec).join();
      let program = programs.get(key);
      if (program === undefined) programs.set(key, (program = build(f, x, args, options.engine)));
      return linearization(program, args.leaves);
    },
    dispose() {
      for (const { primal, linear } of programs.values()) {
        primal.executable.dispose();
        linear.executable.dispose();
      }
      programs.clear();
    },
  };
}

function build(f: TreeFunction, x: unknown, args: Flat, wanted: Engine | undefined): Program {
  const { def, leaves } = differentiable('linearizer', x);
  const trace = new Trace();
  const staged = trace.run(() => {
    const inputs = args.leaves.map((leaf) => trace.input(leaf));
    const symbolic = unflatten(args.def, inputs) as unknown as unknown[];
    const g = overFirst(f, def, symbolic.slice(1));
    const { outputs, map } = linearizeTensors(g, inputs.slice(0, leaves.length));
    const kept = map.traced.captures.filter((t) => t.trace === trace);
    return { outputs, map, kept, output: g.result!, traced: trace.close([...outputs, ...kept]) };
  });
  const { outputs, map, kept, output, traced } = staged;
  const engine = wanted ?? engineOf([...args.leaves, ...traced.captures]);
  const lowered = lower(traced).graph;
  const distinct = [...new Set(lowered.outputs)] as TracedNode[];
  const sources = lowered.outputs.map((node) => distinct.indexOf(node as TracedNode));
  const primal: Graph = { ...lowered, outputs: distinct };
  const linear = lower(map.traced).graph;
  const position = new Map(kept.map((t, i) => [t, outputs.length + i]));
  return {
    engine,
    primal: { graph: primal, executable: engine.compile(primal), captures: traced.captures },
    linear: { graph: linear, executable: engine.compile(linear), captures: [] },
    map,
    input: def,
    output,
    outputs: outputs.length,
    residuals: map.traced.captures.map((t) => position.get(t) ?? t),
    sources,
  };
}

function linearization(program: Program, leaves: readonly Tensor[]): Linearization {
  const { engine, primal, linear, map, input, output, residuals, sources } = program;
  const results = runExecutable(engine, primal.executable, primal.graph, [...leaves, ...primal.captures]);
  const known = residuals.map((r) => (typeof r === 'number' ? results[sources[r]!]! : r));
  const values = sources.slice(0, program.outputs).map((s) => results[s]!);
  const kept = new Set(results);
  return {
    value: unflatten(output, values),
    bytes: [...kept].reduce((sum, t) => sum + sizeOf(t.shape) * (t.dtype === 'float64' ? 8 : 4), 0),
    apply(tangent) {
      const moves = checkedLike('linearization: tangent', map.domain as readonly Tensor[], flattenLike(input, tangent, 'linearization: tangent'));
      const active = moves.filter((_, i) => map.active.inputs[i]);
      const moved = runExecutable(engine, linear.executable, linear.graph, [...active, ...known]);
      let next = 0;
      return unflatten(output, map.codomain.map((spec, i) => (map.active.outputs[i] ? moved[next++]! : zerosLike(spec))));
    },
    dispose() {
      for (const tensor of kept) tensor.dispose();
    },
  };
}
