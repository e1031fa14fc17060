/** Making a program smaller as long as something stays true of it. */
import type { Params } from '../api.js';
import { showSpec } from '../primitive.js';
import { isInput, type Kind, type Program, type ProgramLine, specsOf } from './programs.js';

/** Most programs that are tried. */
const MOST_ATTEMPTS = 600;

/** A smaller program of which `fails` still holds; the program itself where there is none. Takes away lines, then makes axes shorter. */
export async function shrinkProgram(program: Program, fails: (smaller: Program) => Promise<boolean>): Promise<Program> {
  let best = program;
  let attempts = 0;
  for (let found = true; found && attempts < MOST_ATTEMPTS; ) {
    found = false;
    for (const candidate of candidates(best)) {
      if (attempts++ >= MOST_ATTEMPTS) break;
      if (valid(candidate) && (await fails(candidate))) {
        best = candidate;
        found = true;
        break;
      }
    }
  }
  return best;
}

/** Programs one step smaller, the largest steps first. */
function* candidates(program: Program): Generator<Program> {
  const { lines, outputs } = program;
  // an earlier line as the result, the earliest first
  for (const i of lines.keys()) if (outputs.length > 1 || i < outputs[0]!) yield live({ lines, outputs: [i] });
  const specs = specsOf(program);
  for (let i = lines.length - 1; i >= 0; i--) {
    if (isInput(lines[i]!)) continue;
    // an operand in place of the line, or an input
    for (const arg of lines[i]!.args) if (showSpec(specs[arg]!) === showSpec(specs[i]!)) yield live(replaced(program, i, arg));
    yield live(asInput(program, i));
    if (lines[i]!.args.length > 2) for (const k of lines[i]!.args.keys()) yield live(withLine(program, i, { ...lines[i]!, args: lines[i]!.args.filter((_, j) => j !== k) }));
  }
  yield* shorter(program);
}

const withLine = ({ lines, outputs }: Program, at: number, line: ProgramLine): Program => ({ lines: lines.map((old, i) => (i === at ? line : old)), outputs });

/** Readers of line `from` read line `to`. */
function replaced({ lines, outputs }: Program, from: number, to: number): Program {
  const renamed = (i: number): number => (i === from ? to : i);
  return { lines: lines.map((line) => ({ ...line, args: line.args.map(renamed) })), outputs: outputs.map(renamed) };
}

/** Line `at` as an input. */
function asInput(program: Program, at: number): Program {
  const { dtype, shape } = specsOf(program)[at]!;
  const kind: Kind = dtype === 'float64' ? 'float' : dtype === 'bool' ? 'bool' : { below: indexBound(program, at) };
  return withLine(program, at, { op: 'input', args: [], params: { shape, kind, name: at } });
}

/** Integers that stay valid positions wherever the line is used as such. */
function indexBound({ lines }: Program, at: number): number {
  const sizes = lines.flatMap(({ op, args, params }) => (args[1] === at && op === 'scatterAdd' ? [params['size'] as number] : args[1] === at && (op === 'gather' || op === 'takeAlongAxis') ? [1] : []));
  return Math.min(7, ...sizes);
}

/** The lines that results need. */
function live({ lines, outputs }: Program): Program {
  const needed = new Set(outputs);
  for (let i = lines.length - 1; i >= 0; i--) if (needed.has(i)) lines[i]!.args.forEach((arg) => needed.add(arg));
  const at = new Map([...needed].sort((a, b) => a - b).map((old, i) => [old, i]));
  return {
    lines: lines.filter((_, i) => needed.has(i)).map((line) => ({ ...line, args: line.args.map((arg) => at.get(arg)!) })),
    outputs: outputs.map((i) => at.get(i)!),
  };
}

/** Programs in which a size is smaller, wherever it stands. */
function* shorter({ lines, outputs }: Program): Generator<Program> {
  const sizes = [...new Set(lines.flatMap(({ params }) => (Object.values(params) as unknown[]).flat(2)).filter((n): n is number => Number.isInteger(n) && (n as number) > 1))];
  for (const size of sizes.sort((a, b) => b - a)) {
    for (const smaller of new Set([1, size >> 1, size - 1])) {
      const resized = (value: unknown): unknown => (Array.isArray(value) ? value.map(resized) : value === size ? smaller : typeof value === 'object' ? { below: resized((value as { below: number }).below) } : value);
      const change = ({ op, args, params }: ProgramLine): ProgramLine => ({ op, args, params: Object.fromEntries(Object.entries(params).map(([k, v]) => [k, ARE_SIZES.has(k) ? resized(v) : v])) as Params });
      yield { lines: lines.map(change), outputs };
      for (const [i, line] of lines.entries()) if (isInput(line)) yield { lines: lines.map((old, k) => (k === i ? change(old) : old)), outputs };
    }
  }
}

/** Parameters that count elements. */
const ARE_SIZES: ReadonlySet<string> = new Set(['shape', 'kind', 'start', 'stop', 'low', 'high', 'interior', 'size', 'window', 'strides', 'padding']);

/** Whether the lines fit each other. */
function valid(program: Program): boolean {
  try {
    specsOf(program);
    return true;
  } catch (cause) {
    if (cause instanceof RangeError || cause instanceof TypeError) return false;
    throw cause;
  }
}
