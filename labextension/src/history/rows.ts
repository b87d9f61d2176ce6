import type { TranslationBundle } from '@jupyterlab/translation';
import type { IVersion } from '../server/answers';
import { dayName, dayOf } from '../ui/times';
import { identityOf, isDeliberate } from '../versions/facts';

/** Which versions are listed. */
export type Filter = 'all' | 'deliberate';

export interface IDayRow {
  readonly type: 'day';
  readonly key: string;
  readonly name: string;
}

export interface IVersionRow {
  readonly type: 'version';
  readonly key: string;
  readonly version: IVersion;
  /** From the version before, in bytes; null where that is not known. */
  readonly sizeChange: number | null;
  /** The version it was restored from, where that has been read. */
  readonly restoredFrom: IVersion | null;
  /** Its place among the versions that are listed, from 1. */
  readonly position: number;
}

export type Row = IDayRow | IVersionRow;

/** The height of each type of row in pixels; the style sheet says the same. */
export const ROW_HEIGHT: { readonly [type in Row['type']]: number } = {
  day: 32,
  version: 52
};

/** The versions as rows, newest first, each day below its heading. */
export function rowsOf(
  versions: readonly IVersion[],
  filter: Filter,
  now: Date,
  trans: TranslationBundle
): Row[] {
  const rows: Row[] = [];
  const keys = new Set<string>();
  const byId = new Map(
    versions.map(version => [version.version_id, version] as const)
  );
  let lastDay: number | null = null;
  let position = 0;
  versions.forEach((version, index) => {
    if (filter === 'deliberate' && !isDeliberate(version)) {
      return;
    }
    const day = dayOf(new Date(version.saved_at));
    if (day !== lastDay) {
      const name = dayName(day, now, trans);
      rows.push({ type: 'day', key: `day:${day}:${rows.length}`, name });
      lastDay = day;
    }
    position += 1;
    const sizeChange = sizeChangeOf(version, versions[index + 1]);
    // A delivery that was repeated gave one save two versions.
    const identity = identityOf(version);
    const key = keys.has(identity) ? version.version_id : identity;
    keys.add(key);
    const restoredFrom = byId.get(restoredId(version)) ?? null;
    rows.push({
      type: 'version',
      key,
      version,
      sizeChange,
      restoredFrom,
      position
    });
  });
  return rows;
}

/** The ID in the source of a restore, "path @ version". */
function restoredId(version: IVersion): string {
  const { kind, source } = version;
  return kind === 'restore' ? source.slice(source.lastIndexOf(' @ ') + 3) : '';
}

function sizeChangeOf(
  version: IVersion,
  before: IVersion | undefined
): number | null {
  if (!before || version.kind === 'delete' || before.kind === 'delete') {
    return null;
  }
  return version.size_bytes - before.size_bytes;
}

/** Where each row begins, and at the end where the last one ends. */
export function offsetsOf(rows: readonly Row[]): number[] {
  const offsets = [0];
  for (const row of rows) {
    offsets.push(offsets[offsets.length - 1] + ROW_HEIGHT[row.type]);
  }
  return offsets;
}

/** The half-open range of rows that touch the part of the list from `top` to `bottom`. */
export function rowsBetween(
  offsets: readonly number[],
  top: number,
  bottom: number
): [number, number] {
  const count = offsets.length - 1;
  const first = Math.max(firstAfter(offsets, top) - 1, 0);
  const end = Math.min(firstAtLeast(offsets, bottom), count);
  return [Math.min(first, count), Math.max(end, Math.min(first, count))];
}

function firstAfter(sorted: readonly number[], value: number): number {
  return lowerBound(sorted, found => found > value);
}

function firstAtLeast(sorted: readonly number[], value: number): number {
  return lowerBound(sorted, found => found >= value);
}

function lowerBound(
  sorted: readonly number[],
  test: (value: number) => boolean
): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (test(sorted[middle])) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}
