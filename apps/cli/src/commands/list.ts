/** `curv list` */
import { Command } from 'commander';
import type { Session } from '../main.js';
import { shortName } from '@curv/plugin/node';
import { contributions } from '../plugins/find.js';
import { findPlugins, type PluginFlags, withPluginOptions } from '../plugins/options.js';
import { table } from '../terminal/table.js';
import { printJson } from './flags.js';

export function listCommand(_session: Session): Command {
  return withPluginOptions(new Command('list').description('show what plugins offer'))
    .option('--json', 'as JSON')
    .action(async (flags: PluginFlags & { json?: boolean }) => {
      const discovery = findPlugins(flags);
      const warnings = discovery.warnings.map(({ name, reason }) => `${name}: ${reason}`);
      const warn = (text: string): void => void warnings.push(text);
      const demos = await contributions(discovery, 'demos', warn);
      const benches = await contributions(discovery, 'benches', () => {});
      const rows = [
        ...demos.map(({ plugin, name, value }) => ({ kind: 'demo', id: `${shortName(plugin.name)}/${name}`, title: value.title, plugin: plugin.name })),
        ...benches.map(({ plugin, name, value }) => ({ kind: 'bench', id: name, title: value.title, plugin: plugin.name })),
      ];
      if (flags.json) return printJson({ plugins: discovery.plugins.map(({ name, title }) => ({ name, title })), contributions: rows, warnings });
      const lines = [...rows.map((r) => [r.kind, r.id, r.title, r.plugin]), ...warnings.map((text) => ['warning', '', text, ''])];
      process.stdout.write(`${lines.length === 0 ? 'no plugins found' : table(['kind', 'name', 'what', 'from'], lines)}\n`);
      if (demos.length > 0) process.stdout.write('\nRun a demo with: curv run NAME [--PARAMETER VALUE …]   Its parameters: curv run NAME --help\n');
    });
}
