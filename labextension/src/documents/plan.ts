import type { ICell } from '@jupyterlab/nbformat';
import { sameJSON, savedMetadata, sourceOf } from './content';

/** What turns the cells of an open notebook into those of a version. */
export interface IPlan {
  /** Cells that stay, but with other content; indexes are those before any change. */
  readonly updates: readonly { index: number; cell: ICell }[];
  /**
   * Runs of cells that are taken out or put in, last first: applied in this order,
   * an index is not moved by the runs that came before.
   */
  readonly splices: readonly ISplice[];
}

export interface ISplice {
  readonly index: number;
  readonly remove: number;
  readonly insert: readonly ICell[];
}

/** The fewest changes of cells that turn `current` into `target`. */
export function planOf(
  current: readonly ICell[],
  target: readonly ICell[]
): IPlan {
  const pairs = alignCells(current, target).filter(([from, to]) =>
    mayBecome(current[from], target[to])
  );
  const updates = pairs
    .filter(([from, to]) => !sameContent(current[from], target[to]))
    .map(([from, to]) => ({ index: from, cell: target[to] }));
  const splices: ISplice[] = [];
  let from = 0;
  let to = 0;
  for (const [nextFrom, nextTo] of [
    ...pairs,
    [current.length, target.length] as const
  ]) {
    if (nextFrom > from || nextTo > to) {
      const insert = target.slice(to, nextTo);
      splices.push({ index: from, remove: nextFrom - from, insert });
    }
    from = nextFrom + 1;
    to = nextTo + 1;
  }
  return { updates, splices: splices.reverse() };
}

/**
 * The pairs of cells that are the same cell, in order.
 *
 * A cell is known by its ID.  Notebooks before format 4.5 have none: their cells are known by
 * what is in them, and what is left over between two known ones is paired in order.
 */
function alignCells(
  current: readonly ICell[],
  target: readonly ICell[]
): [number, number][] {
  const known = new Set(target.map(keyById));
  const places = new Map<string, number[]>();
  target.forEach((cell, index) => {
    const key = keyById(cell) || keyByContent(cell);
    places.set(key, [...(places.get(key) ?? []), index]);
  });
  const matches: [number, number][] = [];
  current.forEach((cell, from) => {
    const id = keyById(cell);
    const key = id && known.has(id) ? id : keyByContent(cell);
    const found = places.get(key) ?? [];
    // Latest first: at most one of them can be part of a rising sequence.
    [...found].reverse().forEach(to => matches.push([from, to]));
  });
  return pairLeftOvers(longestRise(matches), current, target);
}

/** The longest part of `matches` in which both places rise. */
function longestRise(matches: readonly [number, number][]): [number, number][] {
  const tails: number[] = []; // per length, the match its best sequence ends with
  const before: number[] = [];
  matches.forEach(([, to], index) => {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (matches[tails[middle]][1] < to) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    before[index] = low > 0 ? tails[low - 1] : -1;
    tails[low] = index;
  });
  const rise: [number, number][] = [];
  let at = tails.length > 0 ? tails[tails.length - 1] : -1;
  while (at >= 0) {
    rise.push(matches[at]);
    at = before[at];
  }
  return rise.reverse();
}

function pairLeftOvers(
  pairs: readonly [number, number][],
  current: readonly ICell[],
  target: readonly ICell[]
): [number, number][] {
  const all: [number, number][] = [];
  let from = 0;
  let to = 0;
  for (const [nextFrom, nextTo] of [
    ...pairs,
    [current.length, target.length] as const
  ]) {
    while (
      from < nextFrom &&
      to < nextTo &&
      maySucceed(current[from], target[to])
    ) {
      all.push([from++, to++]);
    }
    if (nextFrom < current.length || nextTo < target.length) {
      all.push([nextFrom, nextTo]);
    }
    from = nextFrom + 1;
    to = nextTo + 1;
  }
  return all;
}

function maySucceed(current: ICell, target: ICell): boolean {
  return target.id == null && current.cell_type === target.cell_type;
}

/**
 * May a cell be made another?  Else the other is put in anew, in its place.
 *
 * A cell keeps its ID.  And what shows its outputs, in every browser, keeps the trust it was made
 * with, and appends to streams that it has: new outputs come with a new cell.
 */
export function mayBecome(current: ICell, target: ICell): boolean {
  return (
    current.cell_type === target.cell_type &&
    (target.id == null || current.id === target.id) &&
    sameJSON(current.outputs ?? [], target.outputs ?? [])
  );
}

function keyById(cell: ICell): string {
  return typeof cell.id === 'string' ? `id:${cell.cell_type}:${cell.id}` : '';
}

function keyByContent(cell: ICell): string {
  return `content:${cell.cell_type}:${sourceOf(cell)}`;
}

function sameContent(one: ICell, other: ICell): boolean {
  return sameJSON(comparable(one), comparable(other));
}

function comparable(cell: ICell): object {
  return {
    source: sourceOf(cell),
    metadata: savedMetadata(cell),
    outputs: cell.outputs ?? [],
    execution_count: cell.execution_count ?? null,
    attachments: cell.attachments ?? null
  };
}

/** The part of a text that has to be replaced to make it another. */
export function replacementIn(
  before: string,
  after: string
): { start: number; end: number; text: string } {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) {
    start += 1;
  }
  let tail = 0;
  while (
    tail < shorter - start &&
    before[before.length - 1 - tail] === after[after.length - 1 - tail]
  ) {
    tail += 1;
  }
  return {
    start,
    end: before.length - tail,
    text: after.slice(start, after.length - tail)
  };
}

/**
 * Where a cell goes that is missing now: behind the nearest cell that stood before it.
 *
 * `compared` are the IDs of the cells it was compared with, `index` is its place among them.
 */
export function placeOf(
  index: number,
  compared: readonly string[],
  current: readonly string[]
): number {
  for (let before = index - 1; before >= 0; before -= 1) {
    const found = current.indexOf(compared[before]);
    if (found >= 0) {
      return found + 1;
    }
  }
  return 0;
}
