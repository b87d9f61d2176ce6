import { expect, it } from 'vitest';
import { formatSize, formatSizeChange } from '../src/ui/sizes';

it.each([
  [0, '0 B'],
  [999, '999 B'],
  [1010, '1.0 KB'],
  [12_700, '12.4 KB'],
  [5 * 1024 * 1024, '5.0 MB'],
  [150 * 1024, '150 KB']
])('%d bytes are %s', (bytes, text) => {
  expect(formatSize(bytes)).toBe(text);
});

it('a change of size has a sign, and no change has no text', () => {
  expect(formatSizeChange(315)).toBe('+315 B');
  expect(formatSizeChange(-2048)).toBe('−2.0 KB');
  expect(formatSizeChange(0)).toBe('');
});
