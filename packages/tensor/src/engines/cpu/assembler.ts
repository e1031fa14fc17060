/** WebAssembly code as nested arrays of bytes, for modules that are made where they run; the subpath `@curv/tensor/assembler`. Opcodes: WebAssembly core specification 2.0, section 5.4. */

/** Instructions; flattened by `assemble`. */
export type Code = readonly (number | Code)[];

/** Value types. */
export const I32 = 0x7f;
export const V128 = 0x7b;

/** Signed LEB128. */
function signed(n: number): number[] {
  const byte = n & 127;
  const rest = n >> 7;
  return rest === byte << 25 >> 31 ? [byte] : [byte | 128, ...signed(rest)];
}

const unsigned = (n: number): number[] => (n < 128 ? [n] : [(n & 127) | 128, ...unsigned(n >>> 7)]);

export const get = (local: number): Code => [0x20, local];
export const set = (local: number, value: Code): Code => [value, 0x21, local];
export const int = (value: number): Code => [0x41, signed(value)];
export const add = (a: Code, b: Code): Code => [a, b, 0x6a];
export const load32 = (offset: number, address: Code): Code => [address, 0x28, 2, unsigned(offset)];
/** A vector instruction on what is on the stack. */
export const vector = (opcode: number, ...operands: readonly Code[]): Code => [operands, 0xfd, unsigned(opcode)];
/** A vector load or store; `offset` is added to the address. */
export const memory = (opcode: number, offset: number, ...operands: readonly Code[]): Code => [vector(opcode, ...operands), 0, unsigned(offset)];
export const ZERO: Code = [0xfd, 12, new Array<number>(16).fill(0)];
/** Runs `body` at least once, and again while a < b (unsigned). */
export const loop = (body: Code, a: Code, b: Code): Code => [0x03, 0x40, body, a, b, 0x49, 0x0d, 0, 0x0b];

/** A function of i32 parameters without a result. */
export interface WasmFunction {
  readonly name: string;
  readonly parameters: number;
  /** Types of its further locals. */
  readonly locals: readonly number[];
  readonly body: Code;
}

const counted = (items: readonly Code[]): Code => [unsigned(items.length), items];
const section = (id: number, items: readonly Code[]): Code => [id, sized(counted(items))];

function sized(code: Code): Code {
  const bytes = code.flat(Infinity as 10) as number[];
  return [unsigned(bytes.length), bytes];
}

const text = (name: string): Code => sized([...name].map((c) => c.charCodeAt(0)));

/** A module that exports the functions, and its memory of so many pages of 64 KiB as `m`. */
export function assemble(functions: readonly WasmFunction[], pages: number): Uint8Array<ArrayBuffer> {
  const bytes = [
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    section(1, functions.map(({ parameters }) => [0x60, counted(new Array<Code>(parameters).fill([I32])), 0])),
    section(3, functions.map((_, i) => [i])),
    section(5, [[0, unsigned(pages)]]),
    section(7, [[text('m'), 2, 0], ...functions.map(({ name }, i) => [text(name), 0, i])]),
    section(10, functions.map(({ locals, body }) => sized([counted(locals.map((type) => [1, type])), body, 0x0b]))),
  ];
  return Uint8Array.from(bytes.flat(Infinity as 10) as number[]);
}
