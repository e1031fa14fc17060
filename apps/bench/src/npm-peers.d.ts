/** Peers that come without declarations that TypeScript finds. */
declare module 'bessel' {
  const bessel: { besseli(x: number, n: number): number };
  export default bessel;
}

declare module 'cephes' {
  const cephes: { readonly compiled: Promise<void> } & Readonly<Record<string, (...args: number[]) => number>>;
  export default cephes;
}

declare module 'numeric' {
  const numeric: unknown;
  export default numeric;
}

declare module 'fft.js' {
  const FFT: unknown;
  export default FFT;
}

declare module 'emlapack' {
  const emlapack: unknown;
  export default emlapack;
}
