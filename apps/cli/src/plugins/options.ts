/** Options that all commands about plugins share. */
import type { Command } from 'commander';
import { discover, type Discovery } from '@curv/plugin/node';

export interface PluginFlags {
  readonly plugin?: string[];
  readonly plugins?: boolean;
  readonly block?: string[];
}

const collect = (value: string, before: string[] = []): string[] => [...before, value];

/** Adds `--plugin`, `--no-plugins` and `--block`. */
export function withPluginOptions(command: Command): Command {
  return command
    .option('--plugin <name or folder>', 'take one more plugin (repeatable)', collect)
    .option('--no-plugins', 'only those given with --plugin')
    .option('--block <name>', 'leave a plugin out (repeatable)', collect);
}

/** Finds plugins, this app's own dependencies among them. */
export const findPlugins = (flags: PluginFlags): Discovery => discover({ ...flags, app: import.meta.url });

/** Finds plugins and prints warnings to standard error. */
export function discoverFor(flags: PluginFlags): Discovery {
  const found = findPlugins(flags);
  for (const { name, reason } of found.warnings) process.stderr.write(`curv: warning: plugin ${name}: ${reason}\n`);
  return found;
}
