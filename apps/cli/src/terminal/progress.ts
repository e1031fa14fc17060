/** Progress on standard error: a bar on a terminal, a line now and then elsewhere. */
import { stderr } from 'node:process';
import colors from 'picocolors';

export interface Progress {
  update(done: number, total: number, text?: string): void;
  /** Ends the current bar, with a closing text. */
  done(text?: string): void;
}

const WIDTH = 28;
const seconds = (ms: number): string => (ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`);

/** A progress display under a title; silent when `quiet`. */
export function progress(title: string, quiet = false): Progress {
  const start = performance.now();
  let shown = -Infinity;
  if (quiet) return { update: () => {}, done: () => {} };
  const line = (text: string): void => void stderr.write(stderr.isTTY ? `\r\u001b[2K${text}` : `${text}\n`);
  return {
    update(completed, total, text = '') {
      const now = performance.now();
      if (now - shown < (stderr.isTTY ? 100 : 10_000) && completed < total) return;
      if (!stderr.isTTY && completed >= total) return;
      shown = now;
      const part = Math.min(1, total > 0 ? completed / total : 0);
      const bar = '█'.repeat(Math.round(part * WIDTH)).padEnd(WIDTH, '░');
      const left = part > 0 ? ((now - start) * (1 - part)) / part : 0;
      line(`${title.padEnd(26)} ${colors.cyan(bar)} ${String(Math.round(100 * part)).padStart(3)} %  ${seconds(left)} left  ${colors.dim(text)}`);
    },
    done(text = '') {
      line(`${colors.green('✓')} ${title.padEnd(26)} ${text} ${colors.dim(`(${seconds(performance.now() - start)})`)}${stderr.isTTY ? '\n' : ''}`);
    },
  };
}
