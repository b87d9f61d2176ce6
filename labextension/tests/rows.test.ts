import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';
import {
  isItem,
  IVersionRow,
  offsetsOf,
  rowsBetween,
  rowsOf,
  versionOf
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
      row.type === 'day' ? row.name : isItem(row) && versionOf(row).version_id
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

describe('autosaves one after the other', () => {
  const saves = [
    version({
      version_id: 'current',
      saved_at: at('03T10:10'),
      is_latest: true
    }),
    ...[9, 8, 7].map(minute =>
      version({ version_id: `b${minute}`, saved_at: at(`03T10:0${minute}`) })
    ),
    version({ version_id: 'named', saved_at: at('03T10:06'), label: 'good' }),
    ...[5, 4].map(minute =>
      version({ version_id: `a${minute}`, saved_at: at(`03T10:0${minute}`) })
    )
  ];
  const told = (
    versions: typeof saves,
    filter: 'all' | 'deliberate' = 'all',
    opened: Set<string> = new Set()
  ) =>
    rowsOf(versions, filter, now, trans, opened)
      .filter(row => row.type !== 'day')
      .map(row =>
        row.type === 'version'
          ? row.version.version_id
          : `${row.type} of ${row.versions.length}`
      );

  it('are one row; few, and what was made on purpose, stand alone', () => {
    expect(told(saves)).toEqual([
      'current',
      'session of 3',
      'named',
      'a5',
      'a4'
    ]);
    expect(told(saves, 'deliberate')).toEqual(['named']);
  });

  it('open below a heading, whichever of them is named', () => {
    const expected = [
      'current',
      'opened of 3',
      'b9',
      'b8',
      'b7',
      'named',
      'a5',
      'a4'
    ];
    for (const name of ['b9', 'b7']) {
      expect(told(saves, 'all', new Set([`save-of-${name}`]))).toEqual(
        expected
      );
    }
  });

  it('end with a long pause, another day and another author', () => {
    const others = [
      ...['12:40', '12:39', '12:38', '11:02', '11:01', '11:00'].map(time =>
        version({ version_id: time, saved_at: at(`03T${time}`) })
      ),
      ...['10:57', '10:56', '10:55'].map(time =>
        version({ version_id: time, saved_at: at(`03T${time}`), author: 'bob' })
      ),
      ...['02T23:59', '02T23:58', '02T23:57'].map(time =>
        version({ version_id: time, saved_at: at(time), author: 'bob' })
      )
    ];
    expect(told(others)).toEqual(Array(4).fill('session of 3'));
  });

  it('have places among what is listed that go up by one', () => {
    const rows = rowsOf(saves, 'all', now, trans).filter(isItem);
    expect(rows.map(row => row.position)).toEqual([1, 2, 3, 4, 5]);
  });

  it('tell the author of each only where there are several', () => {
    const authors = (versions: typeof saves) =>
      rowsOf(versions, 'all', now, trans)
        .filter((row): row is IVersionRow => row.type === 'version')
        .map(row => row.author);
    expect(new Set(authors(saves))).toEqual(new Set(['']));
    const other = version({ version_id: 'x', author: 'bob' });
    expect(authors([...saves, other])).toContain('bob');
  });
});
