import { describe, expect, it } from 'vitest';
import { loadDigits, part } from '../../src/support/digits.js';

describe('loadDigits', () => {
  it('holds the 1797 images of the UCI test set, in the same order each time', async () => {
    const digits = await loadDigits();
    expect([digits.count, digits.width, digits.inputs.length]).toEqual([1797, 64, 1797 * 64]);
    const counts = Array.from({ length: 10 }, (_, digit) => digits.labels.filter((y) => y === digit).length);
    // As the data set's own documentation lists them.
    expect(counts).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
    expect(digits.inputs.every((x) => x >= 0 && x <= 1 && Number.isInteger(16 * x))).toBe(true);
    expect((await loadDigits()).inputs).toEqual(digits.inputs);
    const some = part(digits, 10, 30);
    expect([some.count, some.inputs.length, some.labels[0]]).toEqual([20, 1280, digits.labels[10]]);
  });
});
