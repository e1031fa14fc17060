/**
 * Milliseconds of processor time that this process has used, all its threads together. Unlike the time on the wall it does not grow when others
 * use the machine.
 */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
