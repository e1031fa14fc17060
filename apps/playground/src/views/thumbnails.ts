/** Live pictures: small runs, a few at a time, of the cards in view and then of those just below. */
import { onTheme, theme } from '../figures/theme.js';
import { thumbnail } from '../figures/thumbnail.js';
import type { RunRecord } from '../run/record.js';
import { Run } from '../run/run.js';
import type { DemoCard } from '../worker/protocol.js';

/** A small run that is not done by then shows what it has. */
const LIMIT = 20_000;
/** Ms between two drawings of one picture. */
const EVERY = 150;
/** Small runs at a time. */
const RUNNERS = Math.max(1, Math.min(3, navigator.hardwareConcurrency || 2));

interface Place {
  readonly demo: DemoCard;
  readonly stage: HTMLElement;
}

/** What small runs gave; kept while the page is open. */
const records = new Map<string, RunRecord | string>();
const keyOf = ({ plugin, name }: DemoCard): string => `${plugin}/${name}`;

function draw({ stage }: Place, record: RunRecord): void {
  const picture = thumbnail(record, theme());
  stage.dataset['state'] = picture ? 'drawn' : 'empty';
  stage.replaceChildren(picture ?? 'Open it for a picture: its small run takes long');
}

function show(place: Place): void {
  const record = records.get(keyOf(place.demo));
  if (typeof record === 'string') {
    place.stage.dataset['state'] = 'failed';
    place.stage.replaceChildren(`Its small run failed: ${record}`);
  } else if (record) draw(place, record);
}

/** Makes one picture after the other. */
class Runner {
  private readonly run: Run = new Run(() => this.changed());
  private current: Place | null = null;
  private limit: ReturnType<typeof setTimeout> | undefined;
  private drawn = -Infinity;

  /** `next` gives what to draw, or null while there is nothing. */
  constructor(private readonly next: () => Place | null) {
    this.run.prepare();
  }

  go(): void {
    if (this.current !== null) return;
    this.current = this.next();
    if (this.current === null) return;
    const { demo, stage } = this.current;
    stage.dataset['busy'] = '';
    this.drawn = -Infinity;
    this.limit = setTimeout(() => this.finish(), LIMIT);
    this.run.start({ kind: 'demo', plugin: demo.plugin, name: demo.name, values: demo.quick ?? {}, engine: 'cpu', seed: 0, quick: true });
  }

  end(): void {
    clearTimeout(this.limit);
    this.current = null;
    this.run.end();
  }

  private changed(): void {
    if (this.current === null) return;
    const { state, record, active } = this.run;
    if (!active && state !== 'idle') return this.finish();
    if (record.figures.size === 0 || performance.now() - this.drawn < EVERY) return;
    this.drawn = performance.now();
    draw(this.current, record);
  }

  private finish(): void {
    clearTimeout(this.limit);
    const place = this.current!;
    this.current = null;
    delete place.stage.dataset['busy'];
    const { state, failure, record, active } = this.run;
    if (active) this.run.end();
    records.set(keyOf(place.demo), state === 'failed' ? failure : record);
    show(place);
    // The page comes first.
    setTimeout(() => this.go(), 10);
  }
}

export class Thumbnails {
  private readonly waiting: Place[] = [];
  private readonly places = new Map<Element, Place>();
  private readonly runners: readonly Runner[];
  private readonly observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const place = this.places.get(target);
      if (!isIntersecting || place === undefined) continue;
      this.observer.unobserve(target);
      this.waiting.push(place);
    }
    for (const runner of this.runners) runner.go();
  }, { rootMargin: '60%' });
  private readonly forget = onTheme(() => this.places.forEach(show));

  constructor(runners: number = RUNNERS) {
    this.runners = Array.from({ length: runners }, () => new Runner(() => this.next()));
  }

  watch(demo: DemoCard, stage: HTMLElement): void {
    const place = { demo, stage };
    this.places.set(stage, place);
    if (records.has(keyOf(demo))) show(place);
    else this.observer.observe(stage);
  }

  dispose(): void {
    this.waiting.length = 0;
    this.observer.disconnect();
    this.runners.forEach((runner) => runner.end());
    this.forget();
  }

  /** What the visitor sees comes first. */
  private next(): Place | null {
    const seen = this.waiting.findIndex(({ stage }) => {
      const { top, bottom, height } = stage.getBoundingClientRect();
      return height > 0 && bottom > 0 && top < innerHeight;
    });
    return this.waiting.splice(Math.max(0, seen), 1)[0] ?? null;
  }
}
