/** What the page and its workers say to each other. */
import type { Capability, Demo, Frame, Params } from '@curv/plugin';

/** A demo as the page knows it: everything but its code. */
export interface DemoCard extends Omit<Demo, 'load' | 'params' | 'quick'> {
  readonly plugin: string;
  readonly name: string;
  readonly params: Params;
  readonly quick?: Readonly<Record<string, number | boolean | string>>;
  readonly needs?: readonly Capability[];
}

/** One package's demos, or why there are none. */
export interface PluginCard {
  readonly name: string;
  readonly title: string;
  readonly demos: readonly DemoCard[];
  readonly problem?: string;
}

export type Values = Readonly<Record<string, number | boolean | string>>;

/** What a run of a demo needs. */
export interface DemoOrder {
  readonly kind: 'demo';
  readonly plugin: string;
  readonly name: string;
  readonly values: Values;
  readonly engine: string;
  readonly seed: number;
  /** A thumbnail. */
  readonly quick?: boolean;
}

/** What an analysis needs. */
export interface LabOrder {
  readonly kind: 'lab';
  readonly engine: string;
  readonly seed: number;
  readonly values: Values;
  /** `model.json` and its shards; none: a net is trained on the digits. */
  readonly model: readonly File[];
  /** A .csv or .npz file; none: the digits. */
  readonly data: File | null;
}

/** What the digit board needs. */
export interface BoardOrder {
  readonly kind: 'board';
  readonly engine: string;
  readonly seed: number;
  readonly values: Values;
}

export type Order = DemoOrder | LabOrder | BoardOrder;

export type ToWorker =
  | { readonly type: 'start'; readonly order: Order }
  | { readonly type: 'pause' }
  | { readonly type: 'resume' }
  | { readonly type: 'stop' }
  /** The digit board: pixels of the drawing, 8 × 8 values 0 … 1. */
  | { readonly type: 'drawing'; readonly pixels: Float32Array };

export type FromWorker =
  | { readonly type: 'engine'; readonly name: string; readonly notes: readonly string[] }
  | { readonly type: 'frames'; readonly frames: readonly Frame[] }
  | { readonly type: 'answer'; readonly answers: readonly Float32Array[] }
  | { readonly type: 'ended'; readonly how: 'done' | 'stopped' }
  | { readonly type: 'failed'; readonly message: string };
