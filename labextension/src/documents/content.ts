import type { ICell, INotebookContent } from '@jupyterlab/nbformat';
import type { INotebookModel } from '@jupyterlab/notebook';
import { JSONExt, PartialJSONValue } from '@lumino/coreutils';

/** The IDs of a notebook's cells, which an open notebook has whatever its format. */
export function idsOf(model: INotebookModel): string[] {
  return model.sharedModel.cells.map(cell => cell.getId());
}

/** What an open notebook would be on disk, unsaved changes included. */
export function contentOf(model: INotebookModel): INotebookContent {
  const content = model.toJSON() as INotebookContent;
  const cells = content.cells.map(cell => ({
    ...cell,
    metadata: savedMetadata(cell)
  }));
  return { ...content, cells };
}

/** The source of a cell as one text; where there is none, Jupyter opens it empty. */
export function sourceOf(cell: ICell): string {
  return Array.isArray(cell.source)
    ? cell.source.join('')
    : (cell.source ?? '');
}

/** What a cell's metadata says beside whether it is trusted, which is not in the file. */
export function savedMetadata(cell: ICell): ICell['metadata'] {
  const { trusted: _, ...saved } = cell.metadata as ICell['metadata'] & {
    trusted?: boolean;
  };
  return saved;
}

export function sameJSON(one: unknown, other: unknown): boolean {
  return JSONExt.deepEqual(one as PartialJSONValue, other as PartialJSONValue);
}
