import { cpu, random } from '@curv/tensor';
import { describe, expect, it } from 'vitest';
import { breathe, checkPlugin, claim, type Ctx, type CurvPlugin, defineDemo, type Demo, during, type Frame, judge, measured, readParams, wellFormed } from '../src/index.js';

const context = (signal: AbortSignal): Ctx => ({ engine: cpu, engines: {}, rng: random(1), signal, quick: true, log: () => {} });
const pluginOf = (demo: Demo<any>): CurvPlugin => ({ api: 1, name: '@someone/curv-foo', contributes: { demos: { quad: demo } } });

const quad = defineDemo({
  title: 'Quadratic',
  summary: 'Gradient descent on a parabola.',
  params: { steps: { type: 'int', default: 10, min: 1, max: 100 }, rate: { type: 'number', default: 0.1, min: 0 } },
  load: async () =>
    async function* run({ steps, rate }, { signal, rng }) {
      let x = rng.normal();
      for (let step = 1; step <= steps; step++) {
        signal.throwIfAborted();
        x -= 2 * rate * x;
        yield { kind: 'metric' as const, step, values: { x } };
      }
    },
});

describe('readParams', () => {
  const params = {
    steps: { type: 'int', default: 3, min: 1, max: 9 },
    rate: { type: 'number', default: 0.5 },
    fast: { type: 'bool', default: false },
    kind: { type: 'choice', default: 'a', choices: ['a', 'b'] },
  } as const;

  it('takes defaults, numbers and text', () => {
    expect(readParams(params, {})).toEqual({ steps: 3, rate: 0.5, fast: false, kind: 'a' });
    expect(readParams(params, { steps: '4', rate: 2, fast: 'true', kind: 'b' })).toEqual({ steps: 4, rate: 2, fast: true, kind: 'b' });
  });

  it.each([
    [{ stepz: 1 }, 'unknown parameter stepz; there are steps, rate, fast, kind'],
    [{ steps: 0 }, 'steps: expected an integer from 1 to 9, got 0'],
    [{ steps: '2.5' }, 'steps: expected an integer from 1 to 9, got 2.5'],
    [{ rate: 'much' }, 'rate: expected a number, got much'],
    [{ rate: '' }, 'rate: expected a number, got '],
    [{ fast: 'yes' }, 'fast: expected true or false, got yes'],
    [{ kind: 'c' }, 'kind: expected one of a, b, got c'],
  ])('refuses %j', (given, message) => {
    expect(() => readParams(params, given)).toThrow(message);
  });
});

describe('during', () => {
  const note = (text: string): Frame => ({ kind: 'note', text });

  it('gives frames as they are said, and then the result', async () => {
    const log: string[] = [];
    const stream = during(new AbortController().signal, async (say) => {
      say(note('one'));
      await new Promise((resolve) => setTimeout(resolve, 5));
      log.push('half-way');
      say(note('two'));
      say(note('three'));
      return 7;
    });
    for (let next = await stream.next(); ; next = await stream.next()) {
      log.push(next.done ? `result ${next.value}` : (next.value as { text: string }).text);
      if (next.done) break;
    }
    expect(log).toEqual(['one', 'half-way', 'two', 'three', 'result 7']);
  });

  it('fails as the computation does, after what it said', async () => {
    const stream = during(new AbortController().signal, async (say) => {
      say(note('one'));
      throw new Error('no more');
    });
    expect((await stream.next()).value).toEqual(note('one'));
    await expect(stream.next()).rejects.toThrow('no more');
  });

  it('passes on nothing after an abort, and fails with its reason, also when the computation did not listen', async () => {
    const controller = new AbortController();
    let ended = false;
    const stream = during(controller.signal, async (say) => {
      for (const text of ['one', 'two', 'three']) say(note(text));
      await new Promise((resolve) => setTimeout(resolve, 5));
      ended = true;
    });
    expect((await stream.next()).value).toEqual(note('one'));
    controller.abort(new Error('enough'));
    await expect(stream.next()).rejects.toThrow('enough');
    expect(ended).toBe(true);
  });
});

describe('judge', () => {
  const atMost = { text: 't', threshold: { op: '<=', value: 1 } } as const;
  it('compares, and never passes what was not measured', () => {
    expect(judge(atMost, { claim: 'a', figure: 1 })).toBe('met');
    expect(judge(atMost, { claim: 'a', figure: 1.01 })).toBe('missed');
    expect(judge(atMost, { claim: 'a', figure: NaN })).toBe('missed');
    expect(judge(atMost, { claim: 'a', figure: null })).toBe('unmeasured');
    expect(judge({ text: 't', threshold: { op: '>=', value: 1 } }, { claim: 'a', figure: 2 })).toBe('met');
  });
});

describe('checkPlugin', () => {
  const failures = async (plugin: CurvPlugin): Promise<string> =>
    (await checkPlugin(plugin, { context })).filter((f) => !f.passed).map((f) => `${f.where}: ${f.text}`).join('\n');

  it('passes a sound plugin', async () => {
    expect(await failures(pluginOf(quad))).toBe('');
  });

  it('knows every kind of frame, and what is not well formed', () => {
    const axes = { x: { label: 'x', log: true } };
    const good: Frame[] = [
      { kind: 'series', name: 'a', figure: 'f', axes, x: [1, 2], y: [-1, 2], labels: ['one', 'two'], mark: 'bar' },
      { kind: 'series', name: 'a', figure: 'errors', axes: { y: { log: true } }, x: [0, 1], y: [1e-16, 1], labels: ['one', 'two'], mark: 'bar' },
      { kind: 'series', name: 'a', axes: { x: { log: true, range: [0.1, 10] }, y: { range: [-1, 0] } }, x: [1, 2], y: [1, 2] },
      { kind: 'grid', name: 'b', width: 2, height: 1, z: [1, 2], x: [0, 1], y: [2, 0], view: 'surface' },
      { kind: 'image', name: 'c', width: 1, height: 2, rgb: [0, 0, 0, 1, 1, 1] },
      { kind: 'progress', done: 0, total: 3, text: '' },
    ];
    expect(good.map(wellFormed)).toEqual(good.map(() => true));
    const bad: Frame[] = [
      { kind: 'series', name: 'a', axes, x: [0, 2], y: [1, 2] },
      { kind: 'series', name: 'a', axes: { y: { log: true } }, x: [0, 1], y: [0, 1], labels: ['one', 'two'], mark: 'bar' },
      { kind: 'series', name: 'a', axes: { x: { log: true, range: [0, 10] } }, x: [1, 2], y: [1, 2] },
      { kind: 'series', name: 'a', axes: { y: { range: [1, 1] } }, x: [1, 2], y: [1, 2] },
      { kind: 'series', name: 'a', axes: { y: { range: [0, NaN] } }, x: [1, 2], y: [1, 2] },
      { kind: 'series', name: 'a', x: [1, 2], y: [1, 2], labels: ['one'] },
      { kind: 'grid', name: 'b', width: 2, height: 1, z: [1, 2], x: [0, NaN] },
      { kind: 'image', name: 'c', width: 1, height: 2, rgb: [0, 0, 0] },
      { kind: 'progress', done: 1, total: 0, text: '' },
    ];
    expect(bad.map(wellFormed)).toEqual(bad.map(() => false));
  });

  it('reads what a demo says of itself', async () => {
    const told = { ...quad, quick: { steps: 2 }, explanation: 'Falls.', citations: ['Cauchy 1847'], example: 'x -= 0.2 * x;', megabytes: 0 };
    expect(await failures(pluginOf(told))).toBe('');
    const text = await failures(pluginOf({ ...told, quick: { steps: 0 }, explanation: ' ', citations: 'Cauchy' as never, example: 7 as never, megabytes: -1 }));
    for (const part of [/steps: expected an integer from 1 to 100, got 0/, /explanation is a text/, /citations are a list/, /example is a text/, /megabytes are a number/]) expect(text).toMatch(part);
  });

  it('finds a demo that ignores its signal, its seed, or yields NaN', async () => {
    let calls = 0;
    const wild: Demo<any> = {
      ...quad,
      load: async () =>
        async function* run() {
          for (let step = 0; ; step++) {
            if (step > 0) await new Promise((resolve) => setTimeout(resolve, 400));
            yield { kind: 'metric', step, values: { x: NaN, calls: calls++ } };
          }
        },
    };
    const text = await failures(pluginOf(wild));
    expect(text).toMatch(/finite numbers/);
    expect(text).toMatch(/same seed/);
    expect(text).toMatch(/within a second/);
  });

  it('finds defaults that do not fit, a throwing loader, and nonsense', async () => {
    expect(await failures(pluginOf({ ...quad, params: { steps: { type: 'int', default: 0.5 } } }))).toMatch(/steps: expected an integer/);
    expect(await failures(pluginOf({ ...quad, load: () => Promise.reject(new Error('no module')) }))).toMatch(/no module/);
    expect(await failures({ api: 2, name: '', contributes: {} } as unknown as CurvPlugin)).toMatch(/api is 1 \(got 2\)[\s\S]*name/);
    expect(await failures(undefined as unknown as CurvPlugin)).toMatch(/must be an object/);
    const bench = { title: 'b', claims: { fast: { text: 'x', threshold: { op: '<', value: 1 } } }, load: async () => async function* () {} };
    expect(await failures({ api: 1, name: 'a', contributes: { benches: { bench } } } as unknown as CurvPlugin)).toMatch(/threshold \{ op, value \}/);
  });
});

describe('frames', () => {
  it('say what was found', () => {
    expect(claim('error', '<=', 1, { peer: 'SciPy' })).toEqual({ text: 'error', threshold: { op: '<=', value: 1 }, peer: 'SciPy' });
    expect(measured('error', null, 'no SciPy')).toEqual({ kind: 'measurement', measurement: { claim: 'error', figure: null, detail: 'no SciPy' } });
    expect(measured('error', 2, undefined, { peer: 3 })).toEqual({ kind: 'measurement', measurement: { claim: 'error', figure: 2, peer: 3 } });
  });
  it('breathe lets an abort through', async () => {
    const controller = new AbortController();
    await breathe(controller.signal);
    controller.abort(new Error('enough'));
    await expect(breathe(controller.signal)).rejects.toThrow('enough');
  });
});
