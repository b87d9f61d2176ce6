import { describe, expect, it } from 'vitest';
import { mergePages, withWaiting } from '../src/history/merging';
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

describe('reading the newest page again', () => {
  const versions = ['v4', 'v3', 'v2', 'v1'].map(version_id =>
    version({ version_id })
  );

  it('keeps what lies below it', () => {
    const fresh = version({ version_id: 'v5' });
    const merged = mergePages(versions, [fresh, ...versions.slice(0, 2)]);
    expect(merged?.map(known => known.version_id)).toEqual([
      'v5',
      'v4',
      'v3',
      'v2',
      'v1'
    ]);
  });

  it('gives up what does not join on to it', () => {
    expect(mergePages(versions, [version({ version_id: 'v9' })])).toBeNull();
  });
});
