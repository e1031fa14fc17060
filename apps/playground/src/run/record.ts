/** What a run has said so far, sorted into figures. */
import type { Axis, Frame, GridFrame, ImageFrame, ProgressFrame, SeriesFrame } from '@curv/plugin';
import { Slots } from './slots.js';

/** A figure that the page draws. */
export interface Figure {
  readonly title: string;
  readonly series: Map<string, SeriesFrame>;
  readonly grids: Map<string, GridFrame>;
  readonly images: Map<string, ImageFrame>;
  axes: { x?: Axis; y?: Axis; equal?: boolean };
  /** Place in the palette of a curve of this name, from 0 on. */
  slotOf(name: string): number;
  /** Rises with every change. */
  version: number;
}

/** Values of one name over the steps. */
export interface Course {
  readonly steps: number[];
  readonly values: number[];
}

/** Raw frames kept for the download. */
const KEPT = 100_000;

/** The record of one run. */
export class RunRecord {
  readonly frames: Frame[] = [];
  readonly figures = new Map<string, Figure>();
  readonly metrics = new Map<string, Course>();
  readonly notes: string[] = [];
  /** Names of curves in the order in which the run first mentioned them: one name has one place in every figure. */
  private readonly names = new Map<string, number>();
  private readonly slots = new Slots();
  progress: ProgressFrame | null = null;

  /** Place in the palette of what has this name, in every figure. */
  readonly slotOf = (name: string): number => this.slots.of(name);

  add(frame: Frame): void {
    if (frame.kind === 'progress') {
      this.progress = frame;
      return;
    }
    if (this.frames.length < KEPT) this.frames.push(frame);
    switch (frame.kind) {
      case 'note':
        return void this.notes.push(frame.text);
      case 'metric':
        return this.addMetric(frame);
      case 'series': {
        const figure = this.figure(frame.figure ?? frame.name, frame.axes);
        this.place(figure, frame);
        return;
      }
      case 'grid':
        return void this.figure(frame.figure ?? frame.name, frame.axes).grids.set(frame.name, frame);
      case 'image':
        return void this.figure(frame.name).images.set(frame.name, frame);
    }
  }

  private addMetric({ step, values, figure: title, axes }: Extract<Frame, { kind: 'metric' }>): void {
    for (const [name, value] of Object.entries(values)) {
      let course = this.metrics.get(name);
      if (course === undefined) this.metrics.set(name, (course = { steps: [], values: [] }));
      this.mention(name);
      course.steps.push(step);
      course.values.push(value);
      if (course.steps.length < 2) continue;
      const figure = this.figure(title ?? name, { x: { label: 'step', ...axes?.x }, ...(axes?.y && { y: axes.y }) });
      this.place(figure, { kind: 'series', name, x: course.steps, y: course.values, ...(course.steps.length < 12 && !this.rising(course) ? { mark: 'dot' as const } : {}) });
    }
  }

  private mention(name: string): void {
    if (!this.names.has(name)) this.names.set(name, this.names.size);
    this.slots.mention(name);
  }

  /** Puts a curve into a figure, in the order of its name. */
  private place(figure: Figure, frame: SeriesFrame): void {
    this.mention(frame.name);
    const known = figure.series.has(frame.name);
    figure.series.set(frame.name, frame);
    if (known) return;
    const moved = this.slots.add(figure.title, frame.name);
    for (const one of this.figures.values()) if ([...moved].some((name) => one.series.has(name))) one.version++;
    const ordered = [...figure.series].sort(([a], [b]) => this.names.get(a)! - this.names.get(b)!);
    figure.series.clear();
    for (const [name, series] of ordered) figure.series.set(name, series);
  }

  private rising({ steps }: Course): boolean {
    return steps.every((step, i) => i === 0 || step > steps[i - 1]!);
  }

  private figure(title: string, axes: Figure['axes'] = {}): Figure {
    let figure = this.figures.get(title);
    if (figure === undefined) this.figures.set(title, (figure = { title, series: new Map(), grids: new Map(), images: new Map(), axes: {}, slotOf: this.slotOf, version: 0 }));
    figure.axes = { ...figure.axes, ...axes };
    figure.version++;
    return figure;
  }
}
