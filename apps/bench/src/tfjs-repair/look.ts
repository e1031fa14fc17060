/** Looking at nested gradients on the active backend, as they are and repaired. Runs in Node and in the page. */
import { repairTape, type TensorFlow } from '@curv/tfjs/repair';
import { runTapeConformance, secondDerivatives, type TapeResult } from '@curv/tfjs/repair/conformance';

/** One listed second derivative; errors are strings, since Infinity does not leave a page. */
interface ListedRow {
  readonly name: string;
  readonly expected: readonly number[];
  readonly value: readonly number[] | null;
  readonly error: string;
}

export interface Look {
  readonly listed: readonly ListedRow[];
  readonly results: readonly (Omit<TapeResult, 'error'> & { readonly error: string })[];
  readonly tensorsLeft: number;
}

export interface Looks {
  readonly stock: Look;
  readonly repaired: Look;
  /** Checks of the repair itself that failed. */
  readonly failed: readonly string[];
}

interface LookOptions {
  readonly quick: boolean;
  readonly signal?: AbortSignal;
  readonly onCase?: (name: string) => void;
}

export async function lookTwice(tf: TensorFlow, options: LookOptions): Promise<Looks> {
  const stock = await look(tf, options);
  const repair = await repairTape(tf);
  try {
    return { stock, repaired: await look(tf, options), failed: repair.checks.filter(({ ok }) => !ok).map(({ name, reason, error }) => `${name}: ${reason ?? error}`) };
  } finally {
    repair.undo();
  }
}

async function look(tf: TensorFlow, { quick, signal, onCase }: LookOptions): Promise<Look> {
  const before = tf.memory().numTensors;
  const listed: ListedRow[] = [];
  for (const row of secondDerivatives) listed.push(await one(tf, row));
  let index = 0;
  // Every eighth case in a quick run.
  const filter = (): boolean => !quick || index++ % 8 === 0;
  const results = await runTapeConformance(tf, { filter, ...(signal && { signal }), ...(onCase && { onCase }) });
  return { listed, results: results.map((r) => ({ ...r, error: String(r.error) })), tensorsLeft: tf.memory().numTensors - before };
}

async function one(tf: TensorFlow, { name, expected, find }: (typeof secondDerivatives)[number]): Promise<ListedRow> {
  try {
    const out = tf.tidy(() => find(tf));
    const value = [...(await out.data())];
    out.dispose();
    const scale = Math.max(...expected.map(Math.abs));
    return { name, expected, value, error: String(Math.max(...value.map((v, i) => Math.abs(v - expected[i]!))) / scale) };
  } catch {
    return { name, expected, value: null, error: 'Infinity' };
  }
}
