declare module 'virtual:curv-plugins' {
  import type { CurvPlugin } from '@curv/plugin';

  /** Installed packages with something to show. */
  export const plugins: readonly { readonly name: string; load(): Promise<{ readonly default?: CurvPlugin }> }[];
}

declare module 'virtual:curv-catalogue' {
  import type { PluginCard } from './worker/protocol.js';

  /** What the installed packages offer, as it was when the page was built; those that could not be taken say why. */
  export const catalogue: readonly PluginCard[];
}
