/** `curv check PLUGIN` */
import { checkPlugin } from '@curv/plugin';
import { cpu } from '@curv/tensor';
import { Command } from 'commander';
import colors from 'picocolors';
import { UsageError } from '../errors.js';
import type { Session } from '../main.js';
import { context } from '../plugins/context.js';
import { shortName } from '@curv/plugin/node';
import { loadPlugin } from '../plugins/find.js';
import { discoverFor, type PluginFlags, withPluginOptions } from '../plugins/options.js';
import { printJson } from './flags.js';

export function checkCommand(session: Session): Command {
  return withPluginOptions(new Command('check').description('hold a plugin against the plugin contract'))
    .argument('<plugin>', 'package name')
    .option('--json', 'as JSON')
    .action(async (name: string, flags: PluginFlags & { json?: boolean }) => {
      const { plugins } = discoverFor(flags);
      const found = plugins.find((p) => p.name === name || shortName(p.name) === name);
      if (found === undefined) throw new UsageError(`no plugin ${name}; there are ${plugins.map((p) => p.name).join(', ') || 'none'}`);
      const findings = await checkPlugin(await loadPlugin(found), { context: (signal) => context({ engine: cpu, seed: 1, signal, quick: true }) });
      if (flags.json) printJson(findings);
      else for (const { where, passed, text } of findings) process.stdout.write(`${passed ? colors.green('✓') : colors.red('✗')} ${where}: ${text}\n`);
      if (findings.some((f) => !f.passed)) session.exitCode = 1;
    });
}
