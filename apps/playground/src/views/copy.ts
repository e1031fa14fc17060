/** Copying to the clipboard, with a word that it is done. */
import { button, icons } from '../dom.js';

export function copyButton(title: string, text: () => string, path: string = icons.copy): HTMLButtonElement {
  const element = button(title, path, () => {
    const say = (word: string): void => {
      element.lastElementChild!.textContent = word;
      setTimeout(() => (element.lastElementChild!.textContent = title), 1600);
    };
    navigator.clipboard.writeText(text()).then(
      () => say('Copied'),
      () => say('Not allowed'),
    );
  }, { class: 'chip', 'aria-live': 'polite' });
  return element;
}
