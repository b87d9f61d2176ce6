import type { ICell, ICodeCell, INotebookContent } from '@jupyterlab/nbformat';
import { sourceOf } from './content';

/**
 * A notebook without outputs, with those of another one where the code is the same.
 *
 * What was published has none: whoever gets it keeps what their own cells have said.
 */
export function withOutputsOf(
  content: INotebookContent,
  own: INotebookContent
): INotebookContent {
  const left = own.cells.filter(isCode);
  const cells = content.cells.map(cell => {
    if (!isCode(cell) || (cell.outputs ?? []).length > 0) {
      return cell;
    }
    const same = left.filter(other => sourceOf(other) === sourceOf(cell));
    const found = same.find(({ id }) => id === cell.id) ?? same[0];
    if (!found) {
      return cell;
    }
    left.splice(left.indexOf(found), 1);
    const { outputs, execution_count } = found;
    return { ...cell, outputs, execution_count };
  });
  return { ...content, cells };
}

function isCode(cell: ICell): cell is ICodeCell {
  return cell.cell_type === 'code';
}
