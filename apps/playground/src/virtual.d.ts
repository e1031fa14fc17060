declare module 'virtual:curv-plugins' {
  import type { CurvPlugin } from '@curv/plugin';

  /** Installed packages with something to show. */
  export const plugins: readonly { readonly name: string; readonly title: string; load(): Promise<{ readonly default?: CurvPlugin }> }[];
  /** Those that could not be taken when the page was built. */
  export const warnings: readonly { readonly name: string; readonly reason: string }[];
}
