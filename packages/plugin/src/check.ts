/** Does a plugin keep the contract? For authors' own tests and for `curv check`. */
import type { Axis, BenchFrame, Ctx, CurvPlugin, Demo, Frame } from './api.js';
import { readParams } from './params.js';

/** One finding. */
export interface Finding {
  readonly where: string;
  readonly passed: boolean;
  readonly text: string;
}

/** What `checkPlugin` needs to run demos: a fresh context for a signal. */
export interface CheckHost {
  context(signal: AbortSignal): Ctx;
  /** Frames to take of each demo. Default 5. */
  readonly frames?: number;
}

/**
 * Checks a plugin against the contract: shape, names, defaults, and for each demo that frames are well formed and finite, that the same seed gives
 * the same frames, and that an abort ends it within a second.
 */
export async function checkPlugin(plugin: CurvPlugin, host: CheckHost): Promise<Finding[]> {
  const findings: Finding[] = [];
  const note = (where: string, passed: boolean, text: string): void => void findings.push({ where, passed, text });
  if (typeof plugin !== 'object' || plugin === null) {
    note('plugin', false, `the default export must be an object, got ${String(plugin)}`);
    return findings;
  }
  note('plugin', plugin.api === 1, `api is 1 (got ${String(plugin.api)})`);
  note('plugin', typeof plugin.name === 'string' && plugin.name !== '', `name is the package's name (got ${String(plugin.name)})`);
  note('plugin', typeof plugin.contributes === 'object' && plugin.contributes !== null, 'contributes is an object');
  for (const [name, demo] of Object.entries(plugin.contributes?.demos ?? {})) await checkDemo(`demos/${name}`, demo, host, note);
  for (const [name, bench] of Object.entries(plugin.contributes?.benches ?? {})) {
    const claims = Object.entries(bench.claims ?? {});
    note(`benches/${name}`, claims.length > 0, 'declares at least one claim');
    for (const [id, claim] of claims) {
      const sound = ['<=', '>='].includes(claim.threshold?.op) && Number.isFinite(claim.threshold?.value) && typeof claim.text === 'string';
      note(`benches/${name}/${id}`, sound, 'has a text and a threshold { op, value }');
    }
  }
  return findings;
}

type Note = (where: string, passed: boolean, text: string) => void;

async function checkDemo(where: string, demo: Demo<any>, host: CheckHost, note: Note): Promise<void> {
  note(where, typeof demo.title === 'string' && typeof demo.summary === 'string', 'has a title and a summary');
  checkTexts(where, demo, note);
  try {
    const defaults = readParams(demo.params, {});
    readParams(demo.params, defaults as Record<string, unknown>);
    note(where, true, 'its defaults fit its parameters');
    const values = readParams(demo.params, demo.quick ?? {});
    if (demo.quick) note(where, true, 'its small run fits its parameters');
    const run = await demo.load();
    const first = await takeFrames(run(values, host.context(new AbortController().signal)), host.frames ?? 5);
    const second = await takeFrames(run(values, host.context(new AbortController().signal)), host.frames ?? 5);
    note(where, first.length > 0, 'yields frames');
    note(where, first.every(wellFormed), 'its frames are well formed, with finite numbers');
    note(where, JSON.stringify(first) === JSON.stringify(second), 'the same seed gives the same frames');
    note(where, await stopsInTime(run, values, host), 'an abort ends it within a second');
  } catch (error) {
    note(where, false, `runs (${(error as Error).message})`);
  }
}

/** What a demo says of itself, where it does. */
function checkTexts(where: string, { explanation, citations, example, megabytes }: Demo<any>, note: Note): void {
  const text = (value: unknown): boolean => typeof value === 'string' && value.trim() !== '';
  if (explanation !== undefined) note(where, text(explanation), 'its explanation is a text');
  if (citations !== undefined) note(where, Array.isArray(citations) && citations.every(text), 'its citations are a list of texts');
  if (megabytes !== undefined) note(where, Number.isFinite(megabytes) && megabytes >= 0, 'its megabytes are a number of at least 0');
  if (example !== undefined) note(where, text(example), 'its example is a text');
}

async function takeFrames(frames: AsyncIterable<Frame>, count: number): Promise<Frame[]> {
  const taken: Frame[] = [];
  for await (const frame of frames) {
    taken.push(frame);
    if (taken.length >= count) break;
  }
  return taken;
}

const finite = (list: ArrayLike<number>): boolean => Array.from(list).every(Number.isFinite);

/** Whether coordinates can be shown along an axis, and so its ends. */
const onAxis = (list: ArrayLike<number>, { log = false, range = [1, 2] }: Axis = {}): boolean => {
  const all = [...Array.from(list), ...range];
  return finite(all) && range[0] < range[1] && !(log && all.some((x) => x <= 0));
};

/** Whether a frame can be shown. */
export function wellFormed(frame: Frame | BenchFrame): boolean {
  switch (frame.kind) {
    case 'metric':
      return Number.isFinite(frame.step) && finite(Object.values(frame.values));
    case 'series':
      return frame.x.length === frame.y.length && (frame.labels?.length ?? frame.x.length) === frame.x.length && onAxis(frame.x, frame.axes?.x) && onAxis(frame.y, frame.axes?.y);
    case 'grid':
      return frame.z.length === frame.width * frame.height && finite(frame.z) && onAxis(frame.x ?? [], frame.axes?.x) && onAxis(frame.y ?? [], frame.axes?.y);
    case 'image':
      return frame.rgb.length === 3 * frame.width * frame.height && finite(frame.rgb);
    case 'progress':
      return Number.isFinite(frame.done) && frame.done >= 0 && frame.total > 0;
    case 'note':
      return typeof frame.text === 'string';
    default:
      return true;
  }
}

async function stopsInTime(run: Awaited<ReturnType<Demo<any>['load']>>, values: any, host: CheckHost): Promise<boolean> {
  const abort = new AbortController();
  const stream = run(values, host.context(abort.signal))[Symbol.asyncIterator]();
  await stream.next();
  abort.abort(new Error('stopped by the check'));
  const ended = (async () => {
    try {
      // One frame may already be under way; progress says nothing new.
      for (let frames = 0; frames < 2; ) {
        const { done, value } = await stream.next();
        if (done) return true;
        if (value.kind !== 'progress') frames++;
      }
      return false;
    } catch {
      return true;
    }
  })();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), 1000)));
  const result = await Promise.race([ended, late]);
  clearTimeout(timer);
  return result;
}
