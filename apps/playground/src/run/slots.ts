/** Which colour of the palette a curve has. */

/**
 * Places in the palette by name: a name has one in all figures of a run, and names that share a figure have different ones. In the order in which they come, each
 * takes the first that none before it has with which it shares a figure.
 */
export class Slots {
  private readonly figures = new Map<string, Set<string>>();
  private readonly slots = new Map<string, number>();

  /** The place of a name, from 0 on. */
  of(name: string): number {
    return this.slots.get(name) ?? 0;
  }

  /** Notes that a run knows a name: the order in which names become known is that of their places. */
  mention(name: string): void {
    if (!this.slots.has(name)) this.slots.set(name, 0);
  }

  /** Notes that a figure shows a name. Gives the names that had another place until now. */
  add(figure: string, name: string): ReadonlySet<string> {
    const names = this.figures.get(figure) ?? new Set();
    this.figures.set(figure, names);
    if (names.has(name)) return new Set();
    names.add(name);
    const before = new Map(this.slots);
    this.mention(name);
    this.assign();
    return new Set([...before].filter(([one, slot]) => this.of(one) !== slot).map(([one]) => one));
  }

  private assign(): void {
    const placed = new Set<string>();
    for (const name of this.slots.keys()) {
      const together = [...this.figures.values()].filter((names) => names.has(name)).flatMap((names) => [...names]);
      const taken = new Set(together.filter((other) => placed.has(other)).map((other) => this.of(other)));
      let slot = 0;
      while (taken.has(slot)) slot++;
      this.slots.set(name, slot);
      placed.add(name);
    }
  }
}
