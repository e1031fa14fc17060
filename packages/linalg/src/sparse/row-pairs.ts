/**
 * Products of neighbouring rows with as many entries each, as grids have them, two rows a turn and no inner loop: of a row of five the loop costs as much as the entries. Each starts in row i, whose
 * entries are from t on, and returns the first row that is left. Unchecked.
 */
type Pairs = (pointers: Int32Array, indices: Int32Array, values: Float64Array, v: Float64Array, out: Float64Array, i: number, rows: number, t: number) => number;

const pairs3: Pairs = (pointers, indices, values, v, out, i, rows, t) => {
  for (; i + 1 < rows && pointers[i + 1]! - t === 3 && pointers[i + 2]! - t === 6; i += 2, t += 6) {
    out[i] = values[t]! * v[indices[t]!]! + values[t + 1]! * v[indices[t + 1]!]! + values[t + 2]! * v[indices[t + 2]!]!;
    out[i + 1] = values[t + 3]! * v[indices[t + 3]!]! + values[t + 4]! * v[indices[t + 4]!]! + values[t + 5]! * v[indices[t + 5]!]!;
  }
  return i;
};

const pairs5: Pairs = (pointers, indices, values, v, out, i, rows, t) => {
  for (; i + 1 < rows && pointers[i + 1]! - t === 5 && pointers[i + 2]! - t === 10; i += 2, t += 10) {
    out[i] = values[t]! * v[indices[t]!]! + values[t + 1]! * v[indices[t + 1]!]!
      + (values[t + 2]! * v[indices[t + 2]!]! + values[t + 3]! * v[indices[t + 3]!]!) + values[t + 4]! * v[indices[t + 4]!]!;
    out[i + 1] = values[t + 5]! * v[indices[t + 5]!]! + values[t + 6]! * v[indices[t + 6]!]!
      + (values[t + 7]! * v[indices[t + 7]!]! + values[t + 8]! * v[indices[t + 8]!]!) + values[t + 9]! * v[indices[t + 9]!]!;
  }
  return i;
};

const pairs7: Pairs = (pointers, indices, values, v, out, i, rows, t) => {
  for (; i + 1 < rows && pointers[i + 1]! - t === 7 && pointers[i + 2]! - t === 14; i += 2, t += 14) {
    out[i] = values[t]! * v[indices[t]!]! + values[t + 1]! * v[indices[t + 1]!]! + (values[t + 2]! * v[indices[t + 2]!]! + values[t + 3]! * v[indices[t + 3]!]!)
      + (values[t + 4]! * v[indices[t + 4]!]! + values[t + 5]! * v[indices[t + 5]!]!) + values[t + 6]! * v[indices[t + 6]!]!;
    out[i + 1] = values[t + 7]! * v[indices[t + 7]!]! + values[t + 8]! * v[indices[t + 8]!]! + (values[t + 9]! * v[indices[t + 9]!]! + values[t + 10]! * v[indices[t + 10]!]!)
      + (values[t + 11]! * v[indices[t + 11]!]! + values[t + 12]! * v[indices[t + 12]!]!) + values[t + 13]! * v[indices[t + 13]!]!;
  }
  return i;
};

/** By entries of a row: those of grids in one, two and three dimensions. */
export const pairsOf = (count: number): Pairs | null => (count === 5 ? pairs5 : count === 7 ? pairs7 : count === 3 ? pairs3 : null);
