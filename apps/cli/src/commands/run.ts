/** `curv run PLUGIN/DEMO` */
import { type Demo, type Frame, type Params, readParams } from '@curv/plugin';
import { Command } from 'commander';
import { engineNames, loadEngine } from '../engines.js';
import { messageOf, UsageError } from '../errors.js';
import type { Session } from '../main.js';
import { context } from '../plugins/context.js';
import { findContribution } from '../plugins/find.js';
import { discoverFor, type PluginFlags, withPluginOptions } from '../plugins/options.js';
import { bars, heatmap, sparkline } from '../terminal/plot.js';
import { progress as progressBar } from '../terminal/progress.js';
import { formatNumber, table } from '../terminal/table.js';
import { integer, printJson } from './flags.js';

interface RunFlags extends PluginFlags {
  readonly engine: string;
  readonly seed: number;
  readonly json?: boolean;
  readonly help?: boolean;
}

export function runCommand(session: Session): Command {
  return withPluginOptions(new Command('run').description('run one demo; its parameters are options (curv run NAME --help shows them)'))
    .argument('<demo>', 'PLUGIN/DEMO, as curv list shows it')
    .argument('[parameters...]', 'parameters: --NAME VALUE')
    .option('--engine <name>', `where to compute: ${engineNames}`, 'cpu')
    .option('--seed <n>', 'seed of all random numbers', integer(0), 0)
    .option('--json', 'one JSON object a frame')
    .helpOption(false)
    .option('-h, --help', 'show the demo and its parameters')
    .allowUnknownOption()
    .action(async (name: string, rest: string[], flags: RunFlags) => {
      const { value: demo, plugin } = await findContribution(discoverFor(flags), 'demos', name);
      if (flags.help) return void process.stdout.write(`${describe(name, demo)}\n`);
      const values = parameters(name, demo.params, rest);
      const engine = await loadEngine(flags.engine);
      for (const dtype of demo.needs ?? []) {
        if (!engine.dtypes.includes(dtype)) throw new UsageError(`${name} needs ${dtype}, which engine ${engine.name} does not have (it has ${engine.dtypes.join(', ')})`);
      }
      const log = (text: string): void => void process.stderr.write(`${text}\n`);
      const run = await demo.load();
      if (!flags.json) process.stdout.write(`${demo.title} (${plugin.name})\n`);
      const bar = progressBar(name, flags.json);
      for await (const frame of run(values, context({ engine, seed: flags.seed, signal: session.signal, log }))) {
        session.signal.throwIfAborted();
        if (frame.kind === 'progress') bar.update(frame.done, frame.total, frame.text);
        else if (flags.json) printJson(frame);
        else process.stdout.write(`${show(frame)}\n`);
      }
    });
}

/** --name value pairs, checked. */
function parameters(demo: string, params: Params, words: readonly string[]): Record<string, never> {
  const given: Record<string, string | boolean> = {};
  for (let i = 0; i < words.length; i++) {
    const match = /^--([^=]+)(?:=(.*))?$/.exec(words[i]!);
    if (match === null) throw new UsageError(`${demo}: expected --NAME VALUE, got ${words[i]}`);
    const name = match[1]!;
    const isFlag = params[name]?.type === 'bool' && (words[i + 1] === undefined || words[i + 1]!.startsWith('--'));
    given[name] = match[2] ?? (isFlag ? true : (words[++i] ?? ''));
  }
  try {
    return readParams(params, given) as Record<string, never>;
  } catch (error) {
    throw new UsageError(`${demo}: ${messageOf(error)}`);
  }
}

function describe(name: string, demo: Demo): string {
  const rows = Object.entries(demo.params).map(([key, param]) => {
    const values = param.type === 'choice' ? param.choices.join(' | ') : 'unit' in param && param.unit !== undefined ? `${param.type} (${param.unit})` : param.type;
    return [`--${key}`, values, String(param.default), param.help ?? ''];
  });
  const parameterTable = rows.length === 0 ? 'It has no parameters.' : table(['parameter', 'values', 'default', ''], rows);
  return `usage: curv run ${name} [--PARAMETER VALUE …] [--engine NAME] [--seed N] [--json]\n\n${demo.title}: ${demo.summary}\n\n${parameterTable}${more(demo)}`;
}

/** What else a demo says of itself. */
function more({ explanation, citations = [], example }: Demo): string {
  return [explanation, citations.join('\n'), example].filter(Boolean).map((text) => `\n\n${text}`).join('');
}

/** Brightness of a picture's pixels (ITU-R BT.709). */
const brightness = (rgb: ArrayLike<number>): Float64Array => Float64Array.from({ length: rgb.length / 3 }, (_, i) => 0.2126 * rgb[3 * i]! + 0.7152 * rgb[3 * i + 1]! + 0.0722 * rgb[3 * i + 2]!);

function show(frame: Exclude<Frame, { kind: 'progress' }>): string {
  switch (frame.kind) {
    case 'metric':
      return `  ${String(frame.step).padStart(6)}  ${Object.entries(frame.values).map(([key, x]) => `${key} ${formatNumber(x)}`).join('   ')}`;
    case 'series': {
      const log = frame.axes?.y?.log === true;
      const name = frame.figure === undefined || frame.figure === frame.name ? frame.name : `${frame.figure}, ${frame.name}`;
      const scale = log ? ' (logarithmic scale)' : '';
      if (frame.labels) return `  ${name}${scale}\n${bars(frame.labels, frame.y, { log })}`;
      return `  ${name}: ${formatNumber(frame.x[0] ?? NaN)} … ${formatNumber(frame.x[frame.x.length - 1] ?? NaN)}${scale}\n  ${sparkline(log ? Array.from(frame.y, Math.log10) : frame.y)}`;
    }
    case 'grid':
      return `  ${frame.name} (${frame.width} × ${frame.height})\n${heatmap(frame.z, frame.width, frame.height)}`;
    case 'image':
      return `  ${frame.name} (${frame.width} × ${frame.height})\n${heatmap(brightness(frame.rgb), frame.width, frame.height)}`;
    case 'note':
      return frame.text;
    default:
      return `  (a ${(frame as { kind: string }).kind}: this version does not show it)`;
  }
}
