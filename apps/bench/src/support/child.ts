/** Memory of a computation, measured in a process of its own. */
import { spawn } from 'node:child_process';

/**
 * Runs an ES module's text in a fresh Node process, in which `load(name)` imports one of our packages and `maxRss()` is the largest resident memory so far in bytes. It must
 * print one line of JSON. @throws Error with the last line of its complaint
 */
export function inChild<Result>(source: string, signal: AbortSignal): Promise<Result> {
  const urls = Object.fromEntries(['hessian-core', 'tensor', 'linalg'].map((name) => [name, import.meta.resolve(`@curv/${name}`)]));
  const program = `const urls = ${JSON.stringify(urls)}; const load = (name) => import(urls[name]); const maxRss = () => process.resourceUsage().maxRSS * 1024;\n${source}`;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', program], { signal, stdio: ['ignore', 'pipe', 'pipe'] });
    let out = '';
    let complaint = '';
    child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(JSON.parse(out) as Result);
      else reject(new Error(`a measuring process ended with ${String(code)}: ${complaint.trim().split('\n').find((line) => line.includes('Error')) ?? complaint.slice(-200)}`));
    });
  });
}
