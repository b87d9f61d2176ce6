import type { DiffOp } from '../server/answers';

/** What an editor writes into a notebook's metadata when its kernel starts. */
const OF_THE_KERNEL = ['kernelspec', 'language_info'];

/** Is there anything in a difference that somebody did, and not the editor itself? */
export function saysSomething(diff: readonly DiffOp[]): boolean {
  return diff.some(op => !isOfTheEditor(op));
}

function isOfTheEditor(op: DiffOp): boolean {
  if (op.key === 'nbformat_minor') {
    return true;
  }
  return (
    op.key === 'metadata' &&
    op.op === 'patch' &&
    op.diff.every(({ key }) => OF_THE_KERNEL.includes(String(key)))
  );
}
