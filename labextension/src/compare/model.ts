import type { DiffOp, IDiff } from '../server/answers';
import { patched } from './patch';

export type JSONObject = { readonly [key: string]: unknown };

/** A cell as it is in a file: what it should be, and what else it may be. */
export type Cell = JSONObject;

/** A cell of the compared version, and where it belongs. */
export interface ICellPlace {
  /** Its index in the version. */
  readonly base: number;
  /** The index of the cell it was compared with; of the one that follows where it is missing. */
  readonly remote: number;
  readonly isMissing: boolean;
}

/** One key of an object whose value changed; undefined where it is not there. */
export interface IPart {
  readonly key: string;
  readonly before: unknown;
  readonly after: unknown;
  /** How, where it changed within. */
  readonly diff: readonly DiffOp[] | null;
}

export type CellChange =
  | { readonly kind: 'unchanged'; readonly place: ICellPlace; cell: Cell }
  | { readonly kind: 'added'; readonly place: ICellPlace; cell: Cell }
  | { readonly kind: 'removed'; readonly place: ICellPlace; cell: Cell }
  | {
      readonly kind: 'changed';
      readonly place: ICellPlace;
      readonly before: Cell;
      readonly after: Cell;
      readonly parts: readonly IPart[];
    };

export interface IComparison {
  /** What changed beside the cells. */
  readonly parts: readonly IPart[];
  /** Every cell of either side once, in order. */
  readonly cells: readonly CellChange[];
}

/** One element of two lists that are compared. */
export type Item =
  | { readonly kind: 'unchanged'; readonly value: unknown }
  | { readonly kind: 'added'; readonly value: unknown }
  | { readonly kind: 'removed'; readonly value: unknown }
  | {
      readonly kind: 'changed';
      readonly before: unknown;
      readonly after: unknown;
      readonly diff: readonly DiffOp[];
    };

/** What a difference says, cell by cell; nothing of it is left out. */
export function comparisonOf({
  base,
  diff
}: Pick<IDiff, 'base' | 'diff'>): IComparison {
  const within = diff.find(op => op.key === 'cells' && op.op === 'patch');
  const others = diff.filter(op => op !== within);
  const ops = within?.op === 'patch' ? within.diff : [];
  const cells = others.some(op => op.key === 'cells') ? [] : base.cells;
  return {
    parts: partsOf(base as unknown as JSONObject, others),
    cells: placed(itemsOf(cells, ops))
  };
}

const ORDER = ['source', 'attachments', 'outputs'];

/** What is looked at first comes first. */
function inOrder(parts: readonly IPart[]): IPart[] {
  const rank = ({ key }: IPart) =>
    ORDER.includes(key) ? ORDER.indexOf(key) : ORDER.length;
  return [...parts].sort((one, other) => rank(one) - rank(other));
}

/** The keys of an object that changed. */
export function partsOf(base: JSONObject, diff: readonly DiffOp[]): IPart[] {
  return diff.map(op => {
    const key = String(op.key);
    const before = valueIn(base, key);
    switch (op.op) {
      case 'add':
      case 'replace':
        return { key, before, after: op.value, diff: null };
      case 'patch':
        return { key, before, after: patched(before, op.diff), diff: op.diff };
      default:
        return { key, before, after: undefined, diff: null };
    }
  });
}

/** The elements of two lists in order; where some were replaced, the removed ones first. */
export function itemsOf(
  base: readonly unknown[],
  diff: readonly DiffOp[]
): Item[] {
  const items: Item[] = [];
  let added: Item[] = [];
  let at = 0;
  const keepUntil = (end: number) => {
    if (at < end) {
      items.push(...added.splice(0));
    }
    for (; at < end; at += 1) {
      items.push({ kind: 'unchanged', value: base[at] });
    }
  };
  for (const op of diff) {
    keepUntil(Number(op.key));
    if (op.op === 'addrange') {
      added = [...op.valuelist].map(value => ({ kind: 'added', value }));
    } else if (op.op === 'removerange') {
      for (const end = at + op.length; at < end; at += 1) {
        items.push({ kind: 'removed', value: base[at] });
      }
      items.push(...added.splice(0));
    } else if (op.op === 'patch') {
      items.push(...added.splice(0));
      const before = base[at];
      const after = patched(before, op.diff);
      items.push({ kind: 'changed', before, after, diff: op.diff });
      at += 1;
    }
  }
  keepUntil(base.length);
  items.push(...added);
  return items;
}

function placed(items: readonly Item[]): CellChange[] {
  let base = 0;
  let remote = 0;
  return items.map(item => {
    const place = { base, remote, isMissing: item.kind === 'removed' };
    base += item.kind === 'added' ? 0 : 1;
    remote += item.kind === 'removed' ? 0 : 1;
    if (item.kind !== 'changed') {
      return { kind: item.kind, place, cell: asCell(item.value) };
    }
    const before = asCell(item.before);
    const after = asCell(item.after);
    const parts = inOrder(partsOf(before, item.diff));
    return { kind: 'changed', place, before, after, parts };
  });
}

function asCell(value: unknown): Cell {
  return isObject(value) ? value : { source: value };
}

export function isObject(value: unknown): value is JSONObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What an object of a notebook has itself: a key may be called `toString`. */
export function valueIn<T>(
  object: { readonly [key: string]: T },
  key: string
): T | undefined {
  const isOwn = Object.prototype.hasOwnProperty.call(object, key);
  return isOwn ? object[key] : undefined;
}

/** A text of a notebook in one piece, whatever is in its place. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') {
    return value;
  }
  if (Array.isArray(value) && value.every(line => typeof line === 'string')) {
    return value.join('');
  }
  return value === undefined ? '' : (JSON.stringify(value, null, 2) ?? '');
}

export type CellRun = {
  readonly kind: CellChange['kind'] | 'renamed' | 'rerun';
  readonly cells: readonly CellChange[];
};

const FOLDED: readonly CellRun['kind'][] = ['unchanged', 'renamed', 'rerun'];

/** Cells of which nothing changed that anybody sees, in runs; every other alone. */
export function runsOf(cells: readonly CellChange[]): CellRun[] {
  const runs: { kind: CellRun['kind']; cells: CellChange[] }[] = [];
  for (const cell of cells) {
    const kind = kindOf(cell);
    const last = runs[runs.length - 1];
    if (FOLDED.includes(kind) && last?.kind === kind) {
      last.cells.push(cell);
    } else {
      runs.push({ kind, cells: [cell] });
    }
  }
  return runs;
}

function kindOf(cell: CellChange): CellRun['kind'] {
  if (cell.kind !== 'changed') {
    return cell.kind;
  }
  const seen = cell.parts.filter(part => !isCount(part));
  if (seen.every(({ key }) => key === 'id')) {
    return seen.length === 0 && cell.parts.length > 0 ? 'rerun' : 'renamed';
  }
  return 'changed';
}

/** Does a part only say how often something was run? That changes whenever the same is run again. */
export function isCount({ key, diff }: IPart): boolean {
  if (key === 'execution_count') {
    return true;
  }
  return (
    key === 'outputs' &&
    diff !== null &&
    diff.every(
      op =>
        op.op === 'patch' &&
        op.diff.every(inner => inner.key === 'execution_count')
    )
  );
}

/** Did nothing but outputs change of what is seen of a cell? */
export function isOfOutputsOnly(change: CellChange): boolean {
  return (
    change.kind === 'changed' &&
    change.parts.every(part => part.key === 'outputs' || isCount(part))
  );
}
