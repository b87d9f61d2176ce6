import { describe, expect, it } from 'vitest';
import { countLines, folded, piecesOf } from '../src/ui/longtext';

const log = (lines: number) =>
  Array.from({ length: lines }, (_, line) => `line ${line}\n`).join('');
const LONG = {
  'many lines': log(6000),
  'many lines, the last without an end': `${log(6000)}end`,
  'one line': 'x'.repeat(2_000_000),
  'a line of characters that count two': '😀'.repeat(60_001),
  'a long line among short ones': log(50) + 'y'.repeat(500_000) + log(500),
  'line ends alone': '\n'.repeat(10_000)
};

/** Is every character whole? */
const isWhole = (text: string) => !/\p{Surrogate}/u.test(text);

describe('a folded text', () => {
  it('is none where the text is short', () => {
    expect(folded('')).toBeNull();
    expect(folded(log(400))).toBeNull();
  });

  it.each(Object.entries(LONG))('begins and ends as %s does', (_, text) => {
    const parts = folded(text);
    expect(parts).not.toBeNull();
    const { head, tail, lines } = parts!;
    expect(text.startsWith(head)).toBe(true);
    expect(text.endsWith(tail)).toBe(true);
    expect(head.length + tail.length).toBeLessThanOrEqual(40_002);
    expect(lines).toBe(countLines(text));
    expect(isWhole(head) && isWhole(tail)).toBe(true);
  });

  it('says how many lines there are', () => {
    expect(folded(log(6000))?.lines).toBe(6000);
    expect(folded(`${log(6000)}end`)?.lines).toBe(6001);
  });

  it('keeps whole lines where they are short', () => {
    const { head, tail } = folded(log(6000))!;
    expect(head.split('\n').length).toBe(101);
    expect(tail.startsWith('line 5970\n')).toBe(true);
  });
});

describe('the pieces of a text', () => {
  it.each(Object.entries(LONG))('are all of %s', (_, text) => {
    const pieces = piecesOf(text).map(({ start, end }) =>
      text.slice(start, end)
    );
    expect(pieces.join('') === text).toBe(true);
    expect(pieces.every(isWhole)).toBe(true);
    const longest = Math.max(...pieces.map(piece => piece.length));
    expect(longest).toBeLessThanOrEqual(20_000);
  });
});
