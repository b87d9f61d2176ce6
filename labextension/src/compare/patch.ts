import type { DiffOp } from '../server/answers';

/** The object, list or text that a difference turns `base` into; what it leaves alone is shared. */
export function patched(base: unknown, diff: readonly DiffOp[]): unknown {
  if (typeof base === 'string') {
    return joined(patchedList(linesOf(base), diff));
  }
  return Array.isArray(base)
    ? patchedList(base, diff)
    : patchedObject(base as { [key: string]: unknown }, diff);
}

/** The lines of a text with their ends, as a difference counts them. */
export function linesOf(text: string): string[] {
  return text.match(/[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+/g) ?? [];
}

function patchedObject(
  base: { readonly [key: string]: unknown },
  diff: readonly DiffOp[]
): { [key: string]: unknown } {
  const result = new Map(Object.entries(base));
  for (const op of diff) {
    if (op.op === 'remove') {
      result.delete(op.key);
    } else if (op.op === 'patch') {
      result.set(String(op.key), patched(result.get(String(op.key)), op.diff));
    } else if (op.op === 'add' || op.op === 'replace') {
      result.set(op.key, op.value);
    }
  }
  return Object.fromEntries(result);
}

function patchedList(
  base: ArrayLike<unknown>,
  diff: readonly DiffOp[]
): unknown[] {
  const result: unknown[] = [];
  let at = 0;
  const keepUntil = (end: number) => {
    for (; at < end; at += 1) {
      result.push(base[at]);
    }
  };
  for (const op of diff) {
    keepUntil(Number(op.key));
    if (op.op === 'addrange') {
      // A text's characters or a list's elements.
      for (let index = 0; index < op.valuelist.length; index += 1) {
        result.push(op.valuelist[index]);
      }
    } else if (op.op === 'removerange') {
      at += op.length;
    } else if (op.op === 'patch') {
      result.push(patchedElement(base[at], op.diff));
      at += 1;
    }
  }
  keepUntil(base.length);
  return result;
}

/** Among a text's lines, one is patched by its characters. */
function patchedElement(base: unknown, diff: readonly DiffOp[]): unknown {
  return typeof base === 'string'
    ? patchedLine(base, diff)
    : patched(base, diff);
}

/** The line that a difference by characters turns `line` into. */
export function patchedLine(line: string, diff: readonly DiffOp[]): string {
  return joined(patchedList(line, diff));
}

function joined(parts: readonly unknown[]): string {
  return parts.join('');
}
