import type { Demo, Params } from './api.js';

/** A demo with its parameters' types inferred. Does nothing when it runs. */
export const defineDemo = <const P extends Params>(demo: Demo<P>): Demo<P> => demo;
