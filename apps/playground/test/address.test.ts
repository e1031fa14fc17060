import type { Params } from '@curv/plugin';
import { describe, expect, it } from 'vitest';
import { hashOf, readPlace, readSeed, readValues, writeValues } from '../src/address.js';

const params: Params = {
  steps: { type: 'int', default: 10, min: 1, max: 100 },
  rate: { type: 'number', default: 0.1, min: 1e-3, max: 1, log: true },
  shape: { type: 'choice', default: 'a & b', choices: ['a & b', 'c'] },
  fast: { type: 'bool', default: false },
};

describe('addresses', () => {
  it('are read back as they were written', () => {
    const values = { steps: 7, rate: 0.25, shape: 'c', fast: true };
    const hash = hashOf('demo/@curv/optimizers/race', { ...writeValues(params, values), seed: '3' });
    const place = readPlace(hash);
    expect(place).toMatchObject({ view: 'demo', plugin: '@curv/optimizers', demo: 'race', query: { seed: '3' } });
    expect(readValues(params, place.query)).toEqual({ values, seed: 3, problems: [] });
  });

  it('leave defaults out', () => {
    expect(writeValues(params, { steps: 10, rate: 0.1, shape: 'a & b', fast: false })).toEqual({});
    expect(hashOf('lab')).toBe('#/lab');
  });

  it('lead to the gallery where they name nothing', () => {
    for (const hash of ['', '#', '#/', '#/nowhere', '#/demo/one', '#/%E0%A4%A']) expect(readPlace(hash).view).toBe('gallery');
    expect(readPlace('#/lab?engine=onnx')).toEqual({ view: 'lab', query: { engine: 'onnx' } });
  });

  it('say what does not fit, and defaults are taken', () => {
    const { values, seed, problems } = readValues(params, { 'p.steps': '1.5', 'p.rate': '0.5', 'p.what': '1', seed: 'x', other: 'x' });
    expect(seed).toBe(0);
    expect(values).toEqual({ steps: 10, rate: 0.5, shape: 'a & b', fast: false });
    expect(problems).toEqual(['steps: expected an integer from 1 to 100, got 1.5', 'there is no parameter what', 'seed: expected a whole number from 0 on, got x']);
  });

  it.each([['3', 3], ['0', 0], ['-1', null], ['1.5', null], ['', null], [undefined, null], ['1e3', 1000]])('seed %s', (text, seed) => expect(readSeed(text)).toBe(seed));
});
