import { IEditorMimeTypeService } from '@jupyterlab/codeeditor';
import type { ICell, INotebookContent } from '@jupyterlab/nbformat';
import { NotebookModel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { JSONExt } from '@lumino/coreutils';
import type { IVersionModel } from '../server/answers';

/** So much is shown of a cell that JupyterLab cannot show. */
const MAX_SHOWN = 20_000;

/** The model of a notebook to look at; a cell that JupyterLab cannot open is shown as it is saved. */
export function modelToLookAt(
  content: INotebookContent,
  trans: TranslationBundle
): NotebookModel {
  try {
    return modelOf(content);
  } catch (error) {
    console.warn('JupyterLab cannot open all of a version', error);
  }
  const cells = content.cells.map(cell =>
    whyNot({ ...content, cells: [cell] }) ? asSaved(cell, trans) : cell
  );
  return modelOf({ ...content, cells });
}

/** Throw, in words, where JupyterLab cannot open a version, before it is put anywhere. */
export function mustOpen(
  content: INotebookContent,
  { hint }: Pick<IVersionModel, 'hint'>,
  trans: TranslationBundle
): void {
  const reason = whyNot(content);
  if (reason) {
    const told = trans.__(
      'JupyterLab cannot open it (%1). Nothing was replaced.',
      reason
    );
    throw new Error(hint ? `${told}\n\n${hint}` : told);
  }
}

/** Languages' MIME types, also where a notebook has something else in place of a language. */
export function lenient(
  mimeTypes: IEditorMimeTypeService
): IEditorMimeTypeService {
  return {
    getMimeTypeByLanguage: info => {
      try {
        return mimeTypes.getMimeTypeByLanguage(info);
      } catch {
        return IEditorMimeTypeService.defaultMimeType;
      }
    },
    getMimeTypeByFilePath: path => mimeTypes.getMimeTypeByFilePath(path)
  };
}

function modelOf(content: INotebookContent): NotebookModel {
  const model = new NotebookModel();
  model.fromJSON(JSONExt.deepCopy(content) as INotebookContent);
  // Where it fails to make a cell, it may only leave it out.
  if ([...model.cells].some(cell => !cell)) {
    throw new Error('a cell is malformed');
  }
  return model;
}

function whyNot(content: INotebookContent): string {
  try {
    modelOf(content).dispose();
    return '';
  } catch (error) {
    return String(error instanceof Error ? error.message : error);
  }
}

function asSaved(cell: ICell, trans: TranslationBundle): ICell {
  const told = trans.__(
    'This cell cannot be shown, so it is shown as it is saved.'
  );
  const saved = JSON.stringify(cell, null, 2).slice(0, MAX_SHOWN);
  return { cell_type: 'raw', metadata: {}, source: `${told}\n\n${saved}` };
}
