import { Widget } from '@lumino/widgets';

/** An element of a page, with a class and a text. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  text = ''
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  node.className = className;
  node.textContent = text;
  return node;
}

/** A bar in place of what is left out, which does something with it when it is clicked. */
export function foldBar(text: string, act: () => void): Widget {
  const button = element('button', 'bs-Fold', text);
  button.type = 'button';
  button.addEventListener('click', act);
  return new Widget({ node: button });
}
