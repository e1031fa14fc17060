/** Values of common options. */
import { InvalidArgumentError } from 'commander';

const fail = (text: string): never => {
  throw new InvalidArgumentError(text);
};

/** Parser of an integer option of at least `least`. */
export const integer =
  (least: number) =>
  (value: string): number => {
    const number = Number(value);
    return Number.isInteger(number) && number >= least && value.trim() !== '' ? number : fail(`expected an integer of at least ${least}, got ${value}.`);
  };

/** Parser of a positive number. */
export const positive = (value: string): number => {
  const number = Number(value);
  return number > 0 && Number.isFinite(number) ? number : fail(`expected a positive number, got ${value}.`);
};

/** Prints data as JSON on standard output. */
export const printJson = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);
