import type { DiffOp } from '../server/answers';
import type { IPart } from './model';
import { linesOf, patchedLine } from './patch';

/** A part of a text that became another; either may be empty. */
export interface IChange {
  readonly fromA: number;
  readonly toA: number;
  readonly fromB: number;
  readonly toB: number;
}

/**
 * Where a text was changed by a difference, in characters of both sides.
 *
 * Where lines are shown otherwise than they are, a line that changed within changed as a whole.
 */
export function changesOf(
  before: string,
  diff: readonly DiffOp[],
  shown?: (line: string) => string
): IChange[] {
  const lengthOf = (line: unknown) =>
    shown ? shown(String(line)).length : String(line).length;
  const found = new Changes();
  const lines = linesOf(before);
  let line = 0;
  for (const op of diff) {
    for (; line < Number(op.key); line += 1) {
      found.keep(lengthOf(lines[line]));
    }
    if (op.op === 'addrange') {
      for (const added of op.valuelist) {
        found.add(lengthOf(added));
      }
    } else if (op.op === 'removerange') {
      for (const end = line + op.length; line < end; line += 1) {
        found.remove(lengthOf(lines[line]));
      }
    } else if (op.op === 'patch') {
      if (shown) {
        found.remove(lengthOf(lines[line]));
        found.add(lengthOf(patchedLine(lines[line], op.diff)));
      } else {
        changeLine(found, lines[line].length, op.diff);
      }
      line += 1;
    }
  }
  return found.all;
}

/** Where a text that is a part of something changed, as far as it is known. */
export function changesIn(
  { before, diff }: IPart,
  shown?: (line: string) => string
): IChange[] | null {
  return typeof before === 'string' && diff
    ? changesOf(before, diff, shown)
    : null;
}

/** Within a line a difference goes by characters. */
function changeLine(
  found: Changes,
  length: number,
  diff: readonly DiffOp[]
): void {
  let at = 0;
  for (const op of diff) {
    found.keep(Number(op.key) - at);
    at = Number(op.key);
    if (op.op === 'addrange') {
      found.add(op.valuelist.length);
    } else if (op.op === 'removerange') {
      found.remove(op.length);
      at += op.length;
    }
  }
  found.keep(length - at);
}

class Changes {
  readonly all: IChange[] = [];

  keep(length: number): void {
    this._a += length;
    this._b += length;
  }

  add(length: number): void {
    this._change(0, length);
  }

  remove(length: number): void {
    this._change(length, 0);
  }

  private _change(removed: number, added: number): void {
    if (removed === 0 && added === 0) {
      return;
    }
    const last = this.all[this.all.length - 1];
    const isNext = last?.toA === this._a && last.toB === this._b;
    const start = isNext ? this.all.pop()! : { fromA: this._a, fromB: this._b };
    this._a += removed;
    this._b += added;
    this.all.push({
      fromA: start.fromA,
      toA: this._a,
      fromB: start.fromB,
      toB: this._b
    });
  }

  private _a = 0;
  private _b = 0;
}
