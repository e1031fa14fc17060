/** Below so many numbers a sort by comparison is faster. */
const FEW = 4096;

/** The order that sorts numbers upwards, equal ones as they come: by comparison, or for many numbers by radix in four passes of 16 bits. No NaN. */
export function ascending(values: Float64Array): Int32Array {
  const order = new Int32Array(values.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  if (values.length < FEW) return order.sort((i, j) => values[i]! - values[j]! || i - j);
  const keys = orderedBits(values);
  const counts = new Int32Array(65536);
  let from = order;
  let to = new Int32Array(order.length);
  for (let pass = 0; pass < 4; pass++) {
    counts.fill(0);
    for (let k = pass; k < keys.length; k += 4) counts[keys[k]!]!++;
    let start = 0;
    for (let digit = 0; digit < counts.length; digit++) {
      const count = counts[digit]!;
      counts[digit] = start;
      start += count;
    }
    for (let k = 0; k < from.length; k++) {
      const i = from[k]!;
      to[counts[keys[4 * i + pass]!]!++] = i;
    }
    [from, to] = [to, from];
  }
  return from;
}

/** Bits that are ordered as unsigned numbers like the doubles: all flipped of negative ones, else the sign. 16-bit parts, the least significant first. */
function orderedBits(values: Float64Array): Uint16Array {
  // Adding 0 makes −0 a 0.
  const copy = values.map((v) => v + 0);
  const words = new Uint32Array(copy.buffer, copy.byteOffset, 2 * copy.length);
  const littleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
  const keys = new Uint16Array(4 * copy.length);
  for (let i = 0; i < copy.length; i++) {
    let low = words[littleEndian ? 2 * i : 2 * i + 1]!;
    let high = words[littleEndian ? 2 * i + 1 : 2 * i]!;
    if (high >>> 31 === 1) {
      low = ~low;
      high = ~high;
    } else high ^= 0x80000000;
    keys[4 * i] = low & 0xffff;
    keys[4 * i + 1] = low >>> 16;
    keys[4 * i + 2] = high & 0xffff;
    keys[4 * i + 3] = high >>> 16;
  }
  return keys;
}
