// @vitest-environment jsdom
import './page';
import { expect, it } from 'vitest';
import { markParts } from '../src/compare/markdown';

function read(html: string): HTMLElement {
  const node = document.createElement('div');
  node.innerHTML = `<div class="renderer">${html}</div>`;
  return node;
}

function marked(node: HTMLElement): string[] {
  return [...node.querySelectorAll('.bs-Diff-readPart')].map(
    part => part.textContent ?? ''
  );
}

it('marks the paragraphs, items and rows that are on one side only', () => {
  const before = read(
    '<h1>Title</h1><p>same</p><p>went</p><ul><li>one</li><li>two</li></ul>'
  );
  const after = read(
    '<h1>Title</h1><p>same</p><ul><li>one</li><li>2</li></ul>' +
      '<table><tbody><tr><td>came</td></tr></tbody></table>'
  );
  markParts(before, after);
  expect(marked(before)).toEqual(['went', 'two']);
  expect(marked(after)).toEqual(['2', 'came']);
  expect(before.querySelector('.bs-mod-added')).toBeNull();
  expect(after.querySelector('.bs-mod-removed')).toBeNull();
});

it('marks nothing where both read the same', () => {
  const [before, after] = [read('<p>a</p><p>b</p>'), read('<p>a</p><p>b</p>')];
  markParts(before, after);
  expect([...marked(before), ...marked(after)]).toEqual([]);
});
