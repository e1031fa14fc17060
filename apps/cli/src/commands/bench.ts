/** `curv bench [NAME]` */
import { type Bench, type BenchFrame, judge, type Measurement, type Verdict } from '@curv/plugin';
import { Command } from 'commander';
import colors from 'picocolors';
import { writeAtomic } from '../atomic.js';
import { engineNames, loadEngine } from '../engines.js';
import { UsageError } from '../errors.js';
import type { Session } from '../main.js';
import { context } from '../plugins/context.js';
import { contributions, findContribution } from '../plugins/find.js';
import { discoverFor, type PluginFlags, withPluginOptions } from '../plugins/options.js';
import { progress } from '../terminal/progress.js';
import { formatNumber, table } from '../terminal/table.js';
import { integer, printJson } from './flags.js';

interface BenchFlags extends PluginFlags {
  readonly all?: boolean;
  readonly check?: boolean;
  readonly json?: boolean;
  readonly quick?: boolean;
  readonly seed: number;
  readonly engine: string;
  readonly out?: string;
}

/** What a bench found, as data. */
interface BenchResult {
  readonly bench: string;
  readonly title: string;
  readonly quick: boolean;
  readonly seed: number;
  readonly claims: readonly (Measurement & { readonly text: string; readonly unit?: string; readonly threshold: string; readonly verdict: Verdict })[];
  readonly tables: readonly Extract<BenchFrame, { kind: 'table' }>[];
  readonly notes: readonly string[];
}

export function benchCommand(session: Session): Command {
  return withPluginOptions(new Command('bench').description('run a bench and hold its figures against its claims'))
    .argument('[name]', 'which; without a name, the benches are listed')
    .option('--all', 'run all benches')
    .option('--check', 'exit with 1 if a claim is missed')
    .option('--quick', 'a smaller budget: figures are rougher')
    .option('--engine <name>', `engine of benches that take one: ${engineNames}`, 'cpu')
    .option('--seed <n>', 'seed of all random numbers', integer(0), 0)
    .option('--json', 'as JSON')
    .option('--out <file>', 'also write the JSON to a file')
    .action(async (name: string | undefined, flags: BenchFlags) => {
      const discovery = discoverFor(flags);
      if (name === undefined && !flags.all) return listBenches(await contributions(discovery, 'benches', warn), flags.json);
      if (name !== undefined && flags.all) throw new UsageError('bench: give a name or --all, not both');
      const chosen = name === undefined ? await contributions(discovery, 'benches', warn) : [await findContribution(discovery, 'benches', name)];
      const results: BenchResult[] = [];
      for (const { name: id, value } of chosen) {
        const result = await runBench(id, value, flags, session.signal);
        results.push(result);
        if (!flags.json) process.stdout.write(`${show(result)}\n`);
        if (flags.out) await writeAtomic(flags.out, `${JSON.stringify(flags.all ? results : result, null, 2)}\n`);
      }
      if (flags.json) printJson(flags.all ? results : results[0]);
      if (flags.check && results.some((r) => r.claims.some((c) => c.verdict === 'missed'))) session.exitCode = 1;
    });
}

const warn = (text: string): void => void process.stderr.write(`curv: warning: ${text}\n`);

function listBenches(all: readonly { name: string; value: Bench }[], json: boolean | undefined): void {
  if (json) return printJson(all.map(({ name, value }) => ({ name, title: value.title, claims: Object.keys(value.claims) })));
  const rows = all.map(({ name, value }) => [name, value.title, Object.keys(value.claims).length]);
  process.stdout.write(`${rows.length === 0 ? 'no benches found' : table(['name', 'what', 'claims'], rows)}\n`);
}

async function runBench(id: string, bench: Bench, flags: BenchFlags, signal: AbortSignal): Promise<BenchResult> {
  const run = await bench.load();
  const engine = await loadEngine(flags.engine);
  const bar = progress(id, flags.json);
  const measured = new Map<string, Measurement>();
  const tables: Extract<BenchFrame, { kind: 'table' }>[] = [];
  const notes: string[] = [];
  for await (const frame of run(context({ engine, seed: flags.seed, signal, quick: flags.quick ?? false, log: (text) => notes.push(text) }))) {
    signal.throwIfAborted();
    if (frame.kind === 'progress') bar.update(frame.done, frame.total, frame.text);
    else if (frame.kind === 'measurement') measured.set(frame.measurement.claim, frame.measurement);
    else if (frame.kind === 'table') tables.push(frame);
    else notes.push(frame.text);
  }
  bar.done();
  const claims = Object.entries(bench.claims).map(([claim, { text, unit, threshold, ...names }]) => {
    const found = measured.get(claim) ?? { claim, figure: null, detail: 'not measured' };
    const limit = `${threshold.op === '<=' ? '≤' : '≥'} ${formatNumber(threshold.value)}`;
    return { ...found, text, ...(unit && { unit }), threshold: limit, names, verdict: judge(bench.claims[claim]!, found) };
  });
  return { bench: id, title: bench.title, quick: flags.quick ?? false, seed: flags.seed, claims, tables, notes };
}

const PAINT: Readonly<Record<Verdict, (s: string) => string>> = { met: colors.green, missed: colors.red, unmeasured: colors.yellow };

function show({ bench, title, quick, claims, tables, notes }: BenchResult): string {
  const figure = (x: number | null | undefined, unit = ''): string => (x === null || x === undefined ? '–' : `${formatNumber(x)}${unit && ` ${unit}`}`);
  const rows = claims.map((c) => [c.text, figure(c.figure, c.unit), figure(c.baseline), figure(c.peer), c.threshold, PAINT[c.verdict](c.verdict), c.detail ?? '']);
  const parts = [colors.bold(`${bench}: ${title}`) + (quick ? ' (quick: a smaller budget, rougher figures)' : '')];
  for (const { title: name, columns, rows: body } of tables) parts.push(`${name}\n${table(columns, body)}`);
  parts.push(table(['claim', 'ours', 'baseline', 'peer', 'threshold', '', ''], rows), ...notes);
  return `\n${parts.join('\n\n')}`;
}
