/** How wide figures stand on the page. */

/** `small` figures are about as tall as wide, such as clouds of points and pictures; `large` ones, such as surfaces, need a row. */
export type FigureSize = 'small' | 'usual' | 'large';

/** What a figure takes of a row where there is room for it; style.css says what it takes where there is less. */
export type Share = 'third' | 'half' | 'row';

/** From so many in succession on, small figures stand three in a row. */
const MANY = 3;

/** Figures that stand three in a row. */
function thirdsOf(sizes: readonly FigureSize[]): boolean[] {
  const before = (i: number): number => (sizes[i] === 'small' ? 1 + before(i - 1) : 0);
  const after = (i: number): number => (sizes[i] === 'small' ? 1 + after(i + 1) : 0);
  return sizes.map((_, i) => before(i) + after(i) - 1 >= MANY);
}

/** Shares of figures, in their order: one that would stand in half a row alone takes all of it. `last`: no more will come. */
export function sharesOf(sizes: readonly FigureSize[], last: boolean): Share[] {
  const thirds = thirdsOf(sizes);
  const halves = (i: number): boolean => (i === sizes.length ? !last : sizes[i] !== 'large' && !thirds[i]);
  let begun = false;
  return sizes.map((_, i) => {
    if (thirds[i]) return 'third';
    const alone = !halves(i) || (!begun && !halves(i + 1));
    begun = !alone && !begun;
    return alone ? 'row' : 'half';
  });
}
