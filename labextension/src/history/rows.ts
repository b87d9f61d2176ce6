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
  /** The versions of its day that stand above and below it. */
  readonly neighbours: readonly IVersion[];
  /** From the version before, in bytes; null where that is not known. */
  readonly sizeChange: number | null;
  /** The version it was restored from, where that has been read. */
  readonly restoredFrom: IVersion | null;
  /** Empty where all versions that are known have the same author. */
  readonly author: string;
  /** Does it stand in a session that was opened? */
  readonly isInSession: boolean;
  /** Its place among what is listed, from 1. */
  readonly position: number;
}

/** Autosaves one after the other, folded into one row. */
export interface ISessionRow {
  readonly type: 'session';
  readonly key: string;
  /** Newest first. */
  readonly versions: readonly IVersion[];
  readonly position: number;
}

/** The heading of a session that was opened. */
export interface IOpenedRow {
  readonly type: 'opened';
  readonly key: string;
  readonly versions: readonly IVersion[];
}

export type Row = IDayRow | IVersionRow | ISessionRow | IOpenedRow;

/** A row that can be the active one. */
export type ItemRow = IVersionRow | ISessionRow;

export function isItem(row: Row): row is ItemRow {
  return row.type === 'version' || row.type === 'session';
}

/** The version that a row stands for. */
export function versionOf(row: ItemRow): IVersion {
  return row.type === 'version' ? row.version : row.versions[0];
}

/** The height of each type of row in pixels; the style sheet says the same. */
export const ROW_HEIGHT: { readonly [type in Row['type']]: number } = {
  day: 32,
  version: 52,
  session: 52,
  opened: 32
};

/** Fewer autosaves are not folded. */
const LEAST_FOLDED = 3;
/** A session ends when nothing was saved for so long. */
const LONGEST_PAUSE_MS = 30 * 60_000;

/**
 * The versions as rows, newest first, each day below its heading.
 *
 * Sessions of which a version is in `opened` are open; with 'all' there are none.
 */
export function rowsOf(
  versions: readonly IVersion[],
  filter: Filter,
  now: Date,
  trans: TranslationBundle,
  opened: ReadonlySet<string> | 'all' = new Set()
): Row[] {
  const rows: Row[] = [];
  const makeRow = rowMaker(versions, opened !== 'all');
  const listed = versions
    .map((version, index) => ({ version, index }))
    .filter(({ version }) => filter === 'all' || isDeliberate(version));
  let lastDay: number | null = null;
  let position = 0;
  for (let at = 0; at < listed.length;) {
    const { version } = listed[at];
    const day = dayOf(new Date(version.saved_at));
    if (day !== lastDay) {
      const name = dayName(day, now, trans);
      rows.push({ type: 'day', key: `day:${day}:${rows.length}`, name });
      lastDay = day;
    }
    const session = listed.slice(
      at,
      sessionEnd(versions, listed[at].index, at)
    );
    const folded = session.map(each => each.version);
    const isFolded =
      opened !== 'all' &&
      session.length >= LEAST_FOLDED &&
      !folded.some(each => opened.has(identityOf(each)));
    const isInSession = opened !== 'all' && session.length >= LEAST_FOLDED;
    const key = `session:${identityOf(version)}`;
    if (isFolded) {
      position += 1;
      rows.push({ type: 'session', key, versions: folded, position });
      at += session.length;
      continue;
    }
    if (isInSession) {
      rows.push({ type: 'opened', key, versions: folded });
    }
    for (const each of session) {
      position += 1;
      rows.push(makeRow(each.index, position, isInSession));
    }
    at += session.length;
  }
  return rows;
}

/** Where the session that begins with a version ends, in the list that has it at `at`. */
function sessionEnd(
  versions: readonly IVersion[],
  index: number,
  at: number
): number {
  let end = index + 1;
  if (isFoldable(versions[index])) {
    while (
      end < versions.length &&
      isFoldable(versions[end]) &&
      isSameSession(versions[end - 1], versions[end])
    ) {
      end += 1;
    }
  }
  return at + end - index;
}

/** May it be one of many in a row? What was made on purpose, or needs somebody, stands alone. */
function isFoldable(version: IVersion): boolean {
  return (
    version.kind === 'save' &&
    version.label === '' &&
    version.note === '' &&
    !version.is_latest &&
    !version.pending
  );
}

function isSameSession(newer: IVersion, older: IVersion): boolean {
  const [from, to] = [older, newer].map(({ saved_at }) => new Date(saved_at));
  return (
    newer.author === older.author &&
    dayOf(from) === dayOf(to) &&
    to.getTime() - from.getTime() <= LONGEST_PAUSE_MS
  );
}

function isSameDay(one: IVersion, other: IVersion): boolean {
  const [day, otherDay] = [one, other].map(({ saved_at }) =>
    dayOf(new Date(saved_at))
  );
  return day === otherDay;
}

type RowMaker = (
  index: number,
  position: number,
  isInSession: boolean
) => IVersionRow;

/** `isWhole`: does each version stand above the one before it? */
function rowMaker(versions: readonly IVersion[], isWhole: boolean): RowMaker {
  const keys = new Set<string>();
  const byId = new Map(
    versions.map(version => [version.version_id, version] as const)
  );
  const authors = new Set(versions.map(({ author }) => author));
  return (index, position, isInSession) => {
    const version = versions[index];
    // A delivery that was repeated gave one save two versions.
    const identity = identityOf(version);
    const key = keys.has(identity) ? version.version_id : identity;
    keys.add(key);
    return {
      type: 'version',
      key,
      version,
      neighbours: [versions[index - 1], versions[index + 1]].filter(
        other => other && isSameDay(other, version)
      ),
      sizeChange: isWhole ? sizeChangeOf(version, versions[index + 1]) : null,
      restoredFrom: byId.get(restoredId(version)) ?? null,
      author: authors.size > 1 ? version.author : '',
      isInSession,
      position
    };
  };
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
