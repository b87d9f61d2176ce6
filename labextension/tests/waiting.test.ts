import { expect, it } from 'vitest';
import { withWaiting } from '../src/history/waiting';
import { version } from './versions';

it('what waits stands above what is known, and its newest is current', () => {
  const known = [version({ version_id: 'v1', is_latest: true })];
  const waiting = [version({ version_id: 'save:s1', pending: true })];
  const all = withWaiting(known, waiting);
  expect(all.map(found => found.version_id)).toEqual(['save:s1', 'v1']);
  expect(all.map(found => found.is_latest)).toEqual([true, false]);
});

it('what waits is listed once, however often it is told', () => {
  const waiting = [version({ version_id: 'save:s1', pending: true })];
  const once = withWaiting([], waiting);
  expect(withWaiting(once, waiting)).toEqual(once);
});
