import { compile, cpu, type DType, type Engine, type Executable, firstOf, type Graph, tensor, type Tensor, toEngine, trace, type TypedArray, workOf } from '../../src/index.js';
import { runConformance } from '../../src/conformance/index.js';
import { describe, expect, it } from 'vitest';

interface Stored {
  data: TypedArray | null;
  arriving: Promise<TypedArray>;
}

/** The cpu engine behind promises, with handles of its own. `start` decides whether a graph starts. */
function slow(name: string, dtypes: readonly DType[] = cpu.dtypes, start: () => Promise<void> = async () => {}): Engine<Stored> & { graphs: Graph[] } {
  const graphs: Graph[] = [];
  let storages = 0;
  const store = (arriving: Promise<TypedArray>): Stored => {
    storages++;
    arriving.catch(() => {});
    return { data: null, arriving };
  };
  return {
    name,
    dtypes,
    graphs,
    synchronous: false,
    compile(graph): Executable<Stored> {
      graphs.push(graph);
      const inner = cpu.compile(graph);
      const ready = start();
      ready.catch(() => {});
      return {
        ready,
        run(inputs) {
          const results = ready.then(async () => inner.run(await Promise.all(inputs.map((x) => x.arriving))) as TypedArray[]);
          return graph.outputs.map((_, i) => store(results.then((list) => list[i]!)));
        },
        dispose: () => inner.dispose(),
      };
    },
    upload: (data) => store(Promise.resolve(data)),
    read: (x) => x.arriving,
    release: () => void storages--,
    memory: () => ({ storages }),
  };
}

const x = tensor([1, 2, 3], [3], 'float64');

describe('firstOf', () => {
  it('gives each graph to the first engine that has its dtypes and that it suits', async () => {
    const narrow = slow('narrow', ['float32', 'int32', 'bool']);
    const wide = slow('wide');
    const notes: string[] = [];
    const engine = await firstOf([{ load: () => narrow }, { load: async () => wide, suits: (graph) => workOf(graph) > 5 }, { load: () => cpu }], { onNote: (text) => notes.push(text) });
    const double = compile((t: Tensor) => t.mul(2), { engine });
    expect([...(await double(tensor([1, 2])).data())]).toEqual([2, 4]);
    expect([...(await double(x).data())]).toEqual([2, 4, 6]);
    expect([...(await double(tensor([1], [1], 'float64')).data())]).toEqual([2]);
    expect([narrow.graphs.length, wide.graphs.length]).toEqual([1, 1]);
    expect(notes).toEqual(['graphs run on engine narrow', 'graphs run on engine wide', 'graphs run on engine cpu']);
    expect(engine.synchronous).toBe(false);
  });

  it('moves tensors between its engines, and leaves none behind', async () => {
    const wide = slow('wide');
    const engine = await firstOf([{ load: () => wide, suits: (graph) => graph.nodes.some(({ op }) => op === 'exp') }, { load: () => cpu }]);
    const [grow, log] = [compile((t: Tensor) => t.exp(), { engine }), compile((t: Tensor) => t.log(), { engine })];
    let t = await toEngine(x, engine);
    for (let k = 0; k < 5; k++) {
      for (const f of [grow, log]) {
        const next = f(t);
        // Released while the run that reads it may still wait.
        t.dispose();
        t = next;
      }
    }
    for (const [i, value] of (await t.data()).entries()) expect(Math.abs(value - (i + 1))).toBeLessThan(1e-14);
    t.dispose();
    expect(engine.memory().storages).toBe(0);
    expect(wide.memory().storages).toBe(0);
  });

  it('passes over candidates that do not load, and says why', async () => {
    const notes: string[] = [];
    const missing = (): never => {
      throw new TypeError('needs its package: npm install wide');
    };
    const engine = await firstOf([{ load: missing }, { load: () => cpu }], { onNote: (text) => notes.push(text) });
    expect(compile((t: Tensor) => t.sum(), { engine })(x).item()).toBe(6);
    expect(notes).toEqual(['needs its package: npm install wide', 'graphs run on engine cpu']);
    await expect(firstOf([{ load: missing }])).rejects.toThrow(/none of 1 engines could be loaded: needs its package/);
  });

  it('falls back when a graph is refused or does not start, and says so', async () => {
    const notes: string[] = [];
    const dead = slow('dead', cpu.dtypes, async () => {
      throw new Error('no session');
    });
    const picky = { ...slow('picky'), compile: (): never => {
      throw new TypeError('cannot express exp');
    } };
    const engine = await firstOf([{ load: () => picky }, { load: () => dead }, { load: () => cpu }], { onNote: (text) => notes.push(text) });
    const f = compile((t: Tensor) => t.exp().log(), { engine });
    const found = await f(x).data();
    found.forEach((value, i) => expect(Math.abs(value - (i + 1))).toBeLessThan(1e-14));
    expect(notes).toEqual([
      'engine picky could not take a graph, dead does instead: cannot express exp',
      'graphs run on engine dead',
      'engine dead could not take a graph, cpu does instead: no session',
      'graphs run on engine cpu',
    ]);
  });

  it('fails where nothing is left, at the reader', async () => {
    const dead = slow('dead', cpu.dtypes, async () => {
      throw new Error('no session');
    });
    const engine = await firstOf([{ load: () => dead }]);
    await expect(compile((t: Tensor) => t.exp(), { engine })(x).data()).rejects.toThrow(/no session/);
    const narrow = await firstOf([{ load: () => slow('narrow', ['float32']) }]);
    expect(() => narrow.compile(trace((t: Tensor) => t.exp())(x))).toThrow(/no engine of narrow has all of float64/);
  });

  it('does not hide the failure of a run', async () => {
    const engine = await firstOf([{ load: () => slow('wide') }, { load: () => cpu }]);
    const pick = compile((t: Tensor, i: Tensor) => t.gather(i), { engine });
    await expect(pick(x, tensor(Int32Array.of(7), [1])).data()).rejects.toThrow(/7/);
  });

  it('conforms', async () => {
    const half = (graph: Graph): boolean => graph.nodes.length % 2 === 0;
    const engine = await firstOf([{ load: () => slow('wide'), suits: half }, { load: () => cpu }]);
    const results = await runConformance(engine, { dtypes: ['float64'], filter: ({ name }) => /conv net|attention|gather|sort/.test(name) });
    expect(results.filter((r) => !r.passed)).toEqual([]);
    expect(results.length).toBeGreaterThan(20);
  });
});

describe('workOf', () => {
  it('counts elements and multiply-adds', () => {
    const [a, b] = [tensor(new Float64Array(6), [2, 3], 'float64'), tensor(new Float64Array(12), [3, 4], 'float64')];
    // 6 + 12 inputs, 8 outputs of 3 terms.
    expect(workOf(trace((p: Tensor, q: Tensor) => p.matmul(q))(a, b))).toBe(42);
  });
});
