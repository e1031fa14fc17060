/**
 * The contract between packages that offer something and apps that run it. A plugin is plain data with lazy loaders: it is listed without running
 * code, and everything that it needs arrives in a context.
 */
import type { Engine } from '@curv/tensor';

/** The version of this contract; apps take this one and the one before. */
export type ApiVersion = 1;

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** A parameter that a user can set. Hosts make options and controls of it. */
export type Param =
  | { readonly type: 'number' | 'int'; readonly default: number; readonly min?: number; readonly max?: number; readonly log?: boolean; readonly unit?: string; readonly help?: string }
  | { readonly type: 'bool'; readonly default: boolean; readonly help?: string }
  | { readonly type: 'choice'; readonly default: string; readonly choices: readonly string[]; readonly help?: string };

export type Params = Readonly<Record<string, Param>>;

/** The values of parameters. */
export type ParamValues<P extends Params> = {
  readonly [K in keyof P]: P[K] extends { type: 'bool' } ? boolean : P[K] extends { type: 'choice' } ? string : number;
};

/** How an axis of a figure is drawn. */
export interface Axis {
  readonly label?: string;
  /** Logarithmic; all coordinates along it must be positive. Bars begin at its lower end. */
  readonly log?: boolean;
  /** Its ends, so that figures can be compared. Default: what is drawn fills it. */
  readonly range?: readonly [number, number];
}

/** What figures share. Hosts that draw no axes may ignore it. */
export interface Placement {
  /** Title of the figure that this belongs to: what names one figure shares its axes, series over grids. Default: a figure of its own. */
  readonly figure?: string;
  readonly axes?: {
    readonly x?: Axis;
    readonly y?: Axis;
    /** One unit is as long along y as along x, as for points of a plane. */
    readonly equal?: boolean;
  };
}

/** Figures of one step; hosts show how each runs over the steps. */
export interface MetricFrame extends Placement {
  readonly kind: 'metric';
  readonly step: number;
  readonly values: Readonly<Record<string, number>>;
}

/** A curve, a cloud of points or bars. A later series of the same name takes its place. */
export interface SeriesFrame extends Placement {
  readonly kind: 'series';
  readonly name: string;
  readonly x: ArrayLike<number>;
  readonly y: ArrayLike<number>;
  /** Default `line`. */
  readonly mark?: 'line' | 'dot' | 'bar';
  /** Names of the places along x, one each; a host may draw such bars lying, with the axis of y below. */
  readonly labels?: readonly string[];
}

/** Values on a grid, row after row. A later grid of the same name takes its place. */
export interface GridFrame extends Placement {
  readonly kind: 'grid';
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly z: ArrayLike<number>;
  /** Coordinates of the first and the last column. */
  readonly x?: readonly [number, number];
  /** Coordinates of the first and the last row; without them the first row is on top. */
  readonly y?: readonly [number, number];
  /** How it is shown at first. Default `map`. */
  readonly view?: 'map' | 'surface';
}

/** A picture: red, green and blue from 0 to 1 for each pixel, the first row on top. */
export interface ImageFrame {
  readonly kind: 'image';
  readonly name: string;
  readonly width: number;
  readonly height: number;
  /** [height × width × 3] */
  readonly rgb: ArrayLike<number>;
}

/** How far something is. */
export interface ProgressFrame {
  readonly kind: 'progress';
  readonly done: number;
  readonly total: number;
  readonly text: string;
}

/** All that a demo can say. Hosts print or plot it. */
export type Frame =
  | MetricFrame
  | SeriesFrame
  | GridFrame
  | ImageFrame
  | ProgressFrame
  | { readonly kind: 'note'; readonly text: string };

/** Seeded random numbers; `random(seed)` of `@curv/tensor` is one. */
export interface Rng {
  readonly seed: number;
  uniform(): number;
  normal(): number;
  /** An independent stream for a named purpose. */
  fork(label: string): Rng;
}

/** What a host gives to running code. */
export interface Ctx {
  /** The engine that the user chose. */
  readonly engine: Engine;
  /** Engines that this host can load, by name; a load fails with the reason. */
  readonly engines: Readonly<Record<string, () => Promise<Engine>>>;
  readonly rng: Rng;
  readonly signal: AbortSignal;
  /** A smaller budget was asked for. */
  readonly quick: boolean;
  log(text: string): void;
}

/** What an engine must be able to do for a contribution: a dtype. */
export type Capability = 'float32' | 'float64';

/** A demonstration: a stream of frames. The same parameters, seed and engine give the same frames. */
export interface Demo<P extends Params = Params> {
  readonly title: string;
  readonly summary: string;
  readonly params: P;
  readonly needs?: readonly Capability[];
  /** Parameters of a run of a second or two, for pictures in a gallery and for tests. Those left out keep their defaults. */
  readonly quick?: Partial<ParamValues<P>>;
  /** What a browser has to fetch for it beyond code, in MB. Galleries make no picture of a demo that fetches much. Default 0. */
  readonly megabytes?: number;
  /** The method in one paragraph. */
  readonly explanation?: string;
  /** Where it comes from: authors, title, year, arXiv id or DOI. */
  readonly citations?: readonly string[];
  /** Code that does the same, about ten lines. */
  readonly example?: string;
  load(): Promise<(params: ParamValues<P>, ctx: Ctx) => AsyncIterable<Frame>>;
}

/** A threshold that a figure has to meet. */
export interface Threshold {
  readonly op: '<=' | '>=';
  readonly value: number;
}

/** One thing that a bench promises. */
export interface Claim {
  /** What is measured, as a short sentence. */
  readonly text: string;
  readonly unit?: string;
  readonly threshold: Threshold;
  /** What our figure is set beside: a method of our own, and somebody else's. */
  readonly baseline?: string;
  readonly peer?: string;
}

/** What a bench found of a claim. `figure` null means that it could not be measured, for the reason given. */
export interface Measurement {
  readonly claim: string;
  readonly figure: number | null;
  readonly baseline?: number;
  readonly peer?: number;
  /** Why something could not be measured, or how it was. */
  readonly detail?: string;
}

/** What a running bench says. */
export type BenchFrame =
  | ProgressFrame
  | { readonly kind: 'measurement'; readonly measurement: Measurement }
  | { readonly kind: 'table'; readonly title: string; readonly columns: readonly string[]; readonly rows: readonly (readonly (string | number)[])[] }
  | { readonly kind: 'note'; readonly text: string };

/** A reproducible measurement of claims. A paper's bench bears the name of the paper's method. */
export interface Bench {
  readonly title: string;
  readonly claims: Readonly<Record<string, Claim>>;
  load(): Promise<(ctx: Ctx) => AsyncIterable<BenchFrame>>;
}

/** A method that generic demos and benches can pick up by its kind, such as `optimizer`. */
export interface Method<Kind extends string = string, T = unknown> {
  readonly kind: Kind;
  readonly title: string;
  readonly reference: string;
  readonly params: Params;
  readonly needs: readonly Capability[];
  load(): Promise<(params: Readonly<Record<string, Json>>, ctx: Ctx) => T>;
}

/** What a plugin contributes, by name. Hosts ignore kinds that they do not know. */
export interface Contributes {
  readonly demos?: Readonly<Record<string, Demo<any>>>;
  readonly benches?: Readonly<Record<string, Bench>>;
  readonly methods?: Readonly<Record<string, Method>>;
}

/** The default export of a plugin module. */
export interface CurvPlugin {
  readonly api: ApiVersion;
  /** The package's name. */
  readonly name: string;
  readonly contributes: Contributes;
}

/** The `curv` field of a plugin's package.json: what a host knows before it runs any code. */
export interface Manifest {
  readonly api: number;
  /** Subpath of the plugin module, such as `./plugin`. */
  readonly plugin: string;
  readonly title: string;
}
