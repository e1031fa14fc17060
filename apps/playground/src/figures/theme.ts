/** Colours of figures: literal, since a downloaded figure has no page around it. */

export interface Theme {
  readonly dark: boolean;
  readonly background: string;
  readonly text: string;
  readonly dim: string;
  readonly line: string;
  /** For curves, told apart also by people who do not see all colours. */
  readonly palette: readonly string[];
}

const light: Theme = {
  dark: false,
  background: '#ffffff',
  text: '#1b2130',
  dim: '#596275',
  line: '#dfe3ea',
  palette: ['#2f5fd0', '#c8500b', '#0a7f6f', '#9a3fb5', '#b8860b', '#c02d5e', '#4d5a70', '#2d8a2d'],
};

const dark: Theme = {
  dark: true,
  background: '#171c26',
  text: '#e6eaf2',
  dim: '#9da8bb',
  line: '#323a49',
  palette: ['#86aaff', '#ff9a5c', '#4fd1bd', '#d79bf0', '#f0c350', '#ff86ab', '#aab6ca', '#86d586'],
};

const preferred = matchMedia('(prefers-color-scheme: dark)');
const listeners = new Set<() => void>();
const changed = (): void => listeners.forEach((listener) => listener());
preferred.addEventListener('change', changed);

/** What the visitor chose on this page or another; null: as the system does. */
function kept(): 'light' | 'dark' | null {
  try {
    const text = localStorage.getItem('curv-theme');
    return text === 'light' || text === 'dark' ? text : null;
  } catch {
    return null;
  }
}

let chosen = kept();

const isDark = (): boolean => (chosen === null ? preferred.matches : chosen === 'dark');
const show = (): void => void (document.documentElement.dataset['theme'] = isDark() ? 'dark' : 'light');
preferred.addEventListener('change', show);
show();

addEventListener('storage', ({ key }) => {
  if (key !== 'curv-theme') return;
  chosen = kept();
  show();
  changed();
});

/** The colours of now. */
export const theme = (): Theme => (isDark() ? dark : light);

/** Light to dark or back; kept for the next visit. */
export function toggleTheme(): void {
  chosen = isDark() ? 'light' : 'dark';
  try {
    localStorage.setItem('curv-theme', chosen);
  } catch {
    // A browser that keeps nothing still changes its colours.
  }
  show();
  changed();
}

/** Calls back when the colours change, until told not to. */
export function onTheme(listener: () => void): () => void {
  listeners.add(listener);
  return () => void listeners.delete(listener);
}
