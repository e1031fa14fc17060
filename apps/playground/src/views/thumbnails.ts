/** Live pictures on the cards: small runs, one at a time, of the cards that are in view. */
import { onTheme, theme } from '../figures/theme.js';
import { thumbnail } from '../figures/thumbnail.js';
import type { RunRecord } from '../run/record.js';
import { Run } from '../run/run.js';
import type { DemoCard } from '../worker/protocol.js';

/** A small run that is not done by then shows what it has. */
const LIMIT = 5000;

interface Place {
  readonly demo: DemoCard;
  readonly stage: HTMLElement;
}

/** What small runs gave; kept while the page is open. */
const records = new Map<string, RunRecord | string>();
const keyOf = ({ plugin, name }: DemoCard): string => `${plugin}/${name}`;

export class Thumbnails {
  private readonly waiting: Place[] = [];
  private readonly places = new Map<Element, Place>();
  private readonly observer = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) {
      const place = this.places.get(target);
      if (!isIntersecting || place === undefined) continue;
      this.observer.unobserve(target);
      this.waiting.push(place);
      this.next();
    }
  }, { rootMargin: '120px' });
  private readonly run: Run = new Run(() => this.changed());
  private current: Place | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly forget = onTheme(() => this.places.forEach((place) => this.show(place)));

  watch(demo: DemoCard, stage: HTMLElement): void {
    const place = { demo, stage };
    this.places.set(stage, place);
    if (records.has(keyOf(demo))) this.show(place);
    else this.observer.observe(stage);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.observer.disconnect();
    this.run.end();
    this.forget();
  }

  private next(): void {
    if (this.current !== null) return;
    const place = this.waiting.shift();
    if (place === undefined) return;
    this.current = place;
    const { demo } = place;
    this.run.start({ kind: 'demo', plugin: demo.plugin, name: demo.name, values: demo.quick ?? {}, engine: 'cpu', seed: 0, quick: true });
    this.timer = setTimeout(() => this.finish(), LIMIT);
  }

  private changed(): void {
    if (this.current === null) return;
    const { state, record } = this.run;
    if (state === 'running' && record.figures.size > 0) this.draw(this.current, record);
    if (!this.run.active && state !== 'idle') this.finish();
  }

  private finish(): void {
    clearTimeout(this.timer);
    const place = this.current!;
    this.current = null;
    const { state, failure, record } = this.run;
    if (this.run.active) this.run.end();
    records.set(keyOf(place.demo), state === 'failed' ? failure : record);
    this.show(place);
    // The page comes first.
    setTimeout(() => this.next(), 30);
  }

  private show(place: Place): void {
    const record = records.get(keyOf(place.demo));
    if (typeof record === 'string') {
      place.stage.dataset['state'] = 'failed';
      place.stage.title = record;
      place.stage.textContent = 'No picture: its small run failed';
    } else if (record) this.draw(place, record);
  }

  private draw({ stage }: Place, record: RunRecord): void {
    const picture = thumbnail(record, theme());
    stage.dataset['state'] = picture ? 'drawn' : 'empty';
    stage.replaceChildren(...(picture ? [picture] : []));
  }
}
