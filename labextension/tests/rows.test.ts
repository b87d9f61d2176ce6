import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';
import {
  IVersionRow,
  offsetsOf,
  rowsBetween,
  rowsOf
} from '../src/history/rows';
import { version } from './versions';

const trans = nullTranslator.load('bookstore');
const now = new Date(2026, 5, 3, 16, 0);
const at = (time: string) => new Date(`2026-06-${time}`).toISOString();

const versions = [
  version({ version_id: 'v4', saved_at: at('03T15:00'), size_bytes: 1300 }),
  version({
    version_id: 'v3',
    saved_at: at('03T10:00'),
    kind: 'restore',
    source: 'demo.ipynb @ v1'
  }),
  version({ version_id: 'v2', saved_at: at('02T10:00'), label: 'good' }),
  version({ version_id: 'v1', saved_at: at('02T09:00') })
];

function versionRows(filter: 'all' | 'deliberate' = 'all'): IVersionRow[] {
  return rowsOf(versions, filter, now, trans).filter(
    (row): row is IVersionRow => row.type === 'version'
  );
}

describe('the rows of a history', () => {
  it('stand below the heading of their day', () => {
    const texts = rowsOf(versions, 'all', now, trans).map(row =>
      row.type === 'day' ? row.name : row.version.version_id
    );
    expect(texts).toEqual(['Today', 'v4', 'v3', 'Yesterday', 'v2', 'v1']);
  });

  it('tell the change of size from the version before, listed or not', () => {
    expect(versionRows().map(row => row.sizeChange)).toEqual([300, 0, 0, null]);
    expect(versionRows('deliberate').map(row => row.sizeChange)).toEqual([
      0, 0
    ]);
  });

  it('leave autosaves without a name out on request', () => {
    const listed = versionRows('deliberate').map(row => row.version.version_id);
    expect(listed).toEqual(['v3', 'v2']);
  });

  it('know the version that was restored', () => {
    expect(versionRows()[1].restoredFrom?.version_id).toBe('v1');
    expect(versionRows()[0].restoredFrom).toBeNull();
  });

  it('have keys of their own when one save was delivered twice', () => {
    const twice = [
      version({ version_id: 'b', save_id: 's' }),
      version({ version_id: 'a', save_id: 's' })
    ];
    const keys = rowsOf(twice, 'all', now, trans).map(row => row.key);
    expect(new Set(keys).size).toBe(3);
  });
});

describe('the rows that are drawn', () => {
  const rows = rowsOf(versions, 'all', now, trans);
  const offsets = offsetsOf(rows);

  it('are those that touch what is seen', () => {
    expect(offsets).toEqual([0, 32, 84, 136, 168, 220, 272]);
    expect(rowsBetween(offsets, 40, 100)).toEqual([1, 3]);
    expect(rowsBetween(offsets, 84, 136)).toEqual([2, 3]);
  });

  it('are all of them when everything is seen, and none of an empty list', () => {
    expect(rowsBetween(offsets, -400, 2000)).toEqual([0, 6]);
    expect(rowsBetween([0], -400, 2000)).toEqual([0, 0]);
  });
});
