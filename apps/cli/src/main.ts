/** The `curv` command line. */
import { Command, CommanderError } from 'commander';
import { analyzeCommand } from './commands/analyze.js';
import { benchCommand } from './commands/bench.js';
import { checkCommand } from './commands/check.js';
import { listCommand } from './commands/list.js';
import { runCommand } from './commands/run.js';
import { messageOf, UsageError } from './errors.js';
import { version } from './version.js';

/** What a command leaves behind: the process's exit code. */
export interface Session {
  readonly signal: AbortSignal;
  exitCode: number;
}

function program(session: Session): Command {
  const root = new Command('curv')
    .description('Exact curvature of models, and what can be estimated from it.')
    .version(version)
    .option('--debug', 'show stack traces')
    .showHelpAfterError(false)
    .configureOutput({ writeErr: () => {} });
  for (const command of [analyzeCommand, listCommand, runCommand, benchCommand, checkCommand]) root.addCommand(command(session));
  const strict = (command: Command): void => {
    command.exitOverride().configureOutput({ writeErr: () => {} });
    command.commands.forEach(strict);
  };
  strict(root);
  return root;
}

/** Runs one command. @returns exit code: 0 done, 1 a check failed or something broke, 2 wrong usage or input, 130 interrupted */
export async function main(args: readonly string[]): Promise<number> {
  const abort = new AbortController();
  const interrupt = (): void => {
    if (abort.signal.aborted) process.exit(130);
    abort.abort(new Error('interrupted'));
  };
  process.on('SIGINT', interrupt);
  const session: Session = { signal: abort.signal, exitCode: 0 };
  try {
    await program(session).parseAsync([...args], { from: 'user' });
    return session.exitCode;
  } catch (error) {
    return report(error, abort.signal, args.includes('--debug'));
  } finally {
    process.off('SIGINT', interrupt);
  }
}

function report(error: unknown, signal: AbortSignal, debug: boolean): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return 0;
    process.stderr.write(`curv: ${error.message.replace(/^error: /, '')}\n`);
    return 2;
  }
  if (signal.aborted) {
    process.stderr.write('curv: interrupted\n');
    return 130;
  }
  process.stderr.write(`curv: ${debug && error instanceof Error ? error.stack : messageOf(error)}\n`);
  return error instanceof UsageError || error instanceof RangeError || error instanceof TypeError ? 2 : 1;
}
