import { describe, expect, it } from 'vitest';
import { allocate } from '../src/execute.js';
import { cpu } from '../src/index.js';
import { evaluateReference, type Program, runConformance, runPrograms, samples, showProgram } from '../src/conformance/index.js';
import { FUNCTIONS } from '../src/conformance/programs.js';
import { codegen } from '../src/engines/cpu/compile-loop.js';
import { simd } from '../src/engines/cpu/microkernel.js';
import { optimize, rewrite } from '../src/passes/index.js';

describe('the cpu engine against the reference interpreter', () => {
  it.each(['float64', 'float32'] as const)('%s: every primitive, first to third derivatives, batches', async (dtype) => {
    const results = await runConformance(cpu, { dtypes: [dtype] });
    const failed = results.filter((r) => !r.passed).map((r) => `${r.name}, ${r.aspect}: ${r.reason ?? r.error.toExponential(1)}`);
    expect(failed).toEqual([]);
    expect(results.length).toBeGreaterThan(4 * samples.length);
  });

  it('notices an engine that is wrong', async () => {
    const wrong = {
      ...cpu,
      compile: (graph: Parameters<typeof cpu.compile>[0]) => {
        const inner = cpu.compile(graph);
        return { ...inner, run: (inputs: Parameters<typeof inner.run>[0]) => inner.run(inputs).map((x) => x.map((v) => v * (1 + 1e-9))) };
      },
    };
    const results = await runConformance(wrong as typeof cpu, { dtypes: ['float64'], filter: (s, aspect) => s.name === 'softmax' && aspect === 'hvp' });
    expect(results.map((r) => r.passed)).toEqual([false, true]);
  });

  it('names primitives that the reference does not know', () => {
    const input = { id: 0, op: 'input', inputs: [], params: {}, shape: [1], dtype: 'float64' as const };
    const odd = { ...input, id: 1, op: 'frobnicate', inputs: [input] };
    expect(() => evaluateReference({ inputs: [input], outputs: [odd], nodes: [input, odd] }, [[1]])).toThrow(/no definition of frobnicate/);
  });
});

type Compile = typeof cpu.compile;

/** The cpu engine with something done to what it compiles. */
const changed = (compile: (inner: Compile) => Compile): typeof cpu => ({ ...cpu, compile: compile(cpu.compile) });

/** What failed, with seeds and programs. */
const failures = (results: Awaited<ReturnType<typeof runPrograms>>): string[] =>
  results.filter((r) => !r.passed).map((r) => `seed ${r.seed}, ${r.aspect}, ${r.dtype}: ${r.reason!}`);

/** Programs by seed, without running them. */
async function programs(seed: number, count: number): Promise<Program[]> {
  const list = new Set<Program>();
  await runPrograms(cpu, { seed, count, filter: (program) => (list.add(program), false) });
  return [...list];
}

describe('random programs', () => {
  it('come out of the cpu engine as the reference has them', async () => {
    const results = await runPrograms(cpu, { count: 200 });
    // shows a sum of lines with an infinity in the first to be wrong, if it is
    results.push(...(await runPrograms(cpu, { seed: 260, count: 1 })));
    expect(failures(results)).toEqual([]);
    // a program of whose results nothing is known shows nothing
    expect(results.reduce((sum, { known }) => sum + known, 0) / results.length).toBeGreaterThan(0.95);
  });

  it('come out so without generated code, without vectors, and after the passes', async () => {
    try {
      codegen.enabled = false;
      simd.enabled = false;
      expect(failures(await runPrograms(cpu, { seed: 1000, count: 20, dtypes: ['float32'] }))).toEqual([]);
    } finally {
      codegen.enabled = undefined;
      simd.enabled = true;
    }
    const engine = changed((compile) => (graph) => compile(optimize(graph)));
    expect(failures(await runPrograms(engine, { seed: 2000, count: 30, dtypes: ['float64'] }))).toEqual([]);
  });

  it('are the same for a seed, and apply every function', async () => {
    const some = await programs(1, 500);
    expect((await programs(7, 1)).map(showProgram)).toEqual(some.filter((_, i) => i === 6).map(showProgram));
    const applied = new Set(some.flatMap(({ lines }) => lines.map(({ op }) => op)));
    expect(Object.keys(FUNCTIONS).filter((op) => !applied.has(op))).toEqual([]);
  });

  it('notice an engine that is wrong, and name the smallest program in which it is', async () => {
    const forgetful = (graph: Parameters<Compile>[0]): typeof graph => rewrite(graph, ({ op }, { inputs: [x] }) => (op === 'cumsum' && x!.op === 'transpose' ? x! : null));
    const engine = changed((compile) => (graph) => compile(forgetful(graph)));
    const filter = ({ lines }: Program): boolean => lines.some(({ op, args }) => op === 'cumsum' && lines[args[0]!]!.op === 'transpose');
    const failed = (await runPrograms(engine, { seed: 1, count: 400, dtypes: ['float64'], filter })).filter((r) => !r.passed);
    expect(failed.length).toBeGreaterThan(0);
    for (const { reason } of failed) expect(reason).toMatch(/^wrong: .*\n\w+ of\n%0 = input : .*\n%1 = transpose\(%0\).*\n%2 = cumsum\(%1\).*\nreturn %2\nwhich is the graph\n/);
  });

  it('notice what a run leaves behind, results that share memory, and inputs that change', async () => {
    const options = { seed: 1, count: 2, dtypes: ['float64'] as const };
    const reasons = async (engine: typeof cpu): Promise<string> => failures(await runPrograms(engine, options)).join('\n');
    const counting = changed((compile) => (graph) => {
      const inner = compile(graph);
      let runs = 0;
      return { ...inner, run: (inputs) => inner.run(inputs).map((x) => (runs++ < 2 * graph.outputs.length ? x : x.map((v) => v + 1))) };
    });
    expect(await reasons(counting)).toMatch(/the same inputs gave other results after a run on others/);
    const sharing = changed((compile) => (graph) => {
      const inner = compile(graph);
      const kept = graph.outputs.map(({ shape, dtype }) => allocate({ shape, dtype }));
      return { ...inner, run: (inputs) => inner.run(inputs).map((x, i) => (kept[i]!.set(x), kept[i]!)) };
    });
    expect(await reasons(sharing)).toMatch(/the results of a run were changed by the next one/);
    const writing = changed((compile) => (graph) => {
      const inner = compile(graph);
      return { ...inner, run: (inputs) => inner.run(inputs).map((x) => (inputs[0]?.fill(0), x)) };
    });
    expect(await reasons(writing)).toMatch(/inputs were changed/);
  });
});
