/** Seconds that are shared out among parts of a bench: what one leaves over goes to the rest. */
export class Budget {
  private readonly start = performance.now();

  /** @param reserve seconds for what comes after the parts */
  constructor(
    private readonly seconds: number,
    private parts: number,
    private readonly reserve = 0,
  ) {}

  /** When the next part should be over, on the clock of `performance.now()`. */
  deadline(): number {
    const now = performance.now();
    return now + Math.max(0, this.start + 1000 * this.seconds - now) / this.parts--;
  }

  /** Whole seconds so far, and in all if the budget is used up. */
  spent(): [number, number] {
    const so = Math.floor((performance.now() - this.start) / 1000);
    return [so, Math.max(so, this.seconds) + this.reserve];
  }
}
