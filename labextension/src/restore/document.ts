import type { ICell, INotebookContent } from '@jupyterlab/nbformat';
import type { INotebookModel } from '@jupyterlab/notebook';
import { JSONExt, PartialJSONValue } from '@lumino/coreutils';
import {
  placeOf,
  planOf,
  replacementIn,
  savedMetadata,
  sourceOf
} from './plan';

type SharedNotebook = INotebookModel['sharedModel'];
type SharedCell = ReturnType<SharedNotebook['getCell']>;
type NewCell = Parameters<SharedNotebook['insertCell']>[1];
type CodeCell = Extract<SharedCell, { setOutputs: unknown }>;
type TextCell = Extract<SharedCell, { setAttachments: unknown }>;
type Outputs = ReturnType<CodeCell['getOutputs']>;
type Attachments = ReturnType<TextCell['getAttachments']>;

/**
 * Make an open notebook what a version was, with the fewest changes of cells.
 *
 * It is one change of the shared document: the kernel goes on, cells that are the same keep
 * their cursor and their undo, and others who edit the notebook see nothing else move.
 */
export function bringBack(
  model: INotebookModel,
  content: INotebookContent
): void {
  const shared = model.sharedModel;
  const plan = planOf(cellsOf(model), content.cells);
  const updates = plan.updates.map(({ index, cell }) =>
    prepareUpdate(model, index, cell)
  );
  shared.transact(() => {
    updates.forEach(update => update());
    for (const { index, remove, insert } of plan.splices) {
      if (remove > 0) {
        shared.deleteCellRange(index, index + remove);
      }
      insert.forEach((cell, offset) =>
        shared.insertCell(index + offset, newCell(cell))
      );
    }
    if (!sameJSON(shared.getMetadata(), content.metadata)) {
      shared.setMetadata(content.metadata);
    }
  });
  if (shared.cells.length === 0) {
    // An open notebook always has a cell to type into.
    shared.insertCell(0, { cell_type: 'code' });
  }
}

/** Bring back one cell in place of the one it was compared with; say if that is still there. */
export function bringBackChanged(
  model: INotebookModel,
  id: string,
  cell: ICell
): boolean {
  const index = idsOf(model).indexOf(id);
  if (index < 0) {
    return false;
  }
  const shared = model.sharedModel;
  if (shared.getCell(index).cell_type === cell.cell_type) {
    const update = prepareUpdate(model, index, cell);
    shared.transact(update);
  } else {
    shared.transact(() => {
      shared.deleteCell(index);
      shared.insertCell(index, newCell(cell));
    });
  }
  return true;
}

/** Bring back one cell that is missing now, near to where it stood. */
export function bringBackMissing(
  model: INotebookModel,
  index: number,
  compared: readonly string[],
  cell: ICell
): void {
  const ids = idsOf(model);
  const place = placeOf(index, compared, ids);
  const { id, ...anonymous } = newCell(cell);
  const isFree = typeof id === 'string' && !ids.includes(id);
  const inserted = isFree ? { id, ...anonymous } : anonymous;
  model.sharedModel.insertCell(place, inserted as NewCell);
}

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

function cellsOf(model: INotebookModel): ICell[] {
  return (model.toJSON() as INotebookContent).cells;
}

/** Return what makes a cell another; a transaction hides the new from the models until its end. */
function prepareUpdate(
  model: INotebookModel,
  index: number,
  target: ICell
): () => void {
  const view = model.cells.get(index);
  const cell = model.sharedModel.getCell(index);
  const metadata: ICell['metadata'] = savedMetadata(target);
  const outputs = (target.outputs ?? []) as Outputs;
  const newOutputs =
    'setOutputs' in cell && !sameJSON(cell.getOutputs(), outputs);
  if (newOutputs) {
    // Outputs are trusted when the version's are, not because the cell's were.
    view.trusted = target.metadata.trusted === true;
  }
  if (view.trusted) {
    metadata.trusted = true;
  }
  return () => {
    const { start, end, text } = replacementIn(
      cell.getSource(),
      sourceOf(target)
    );
    if (end > start || text !== '') {
      cell.updateSource(start, end, text);
    }
    if (!sameJSON(cell.getMetadata(), metadata)) {
      cell.setMetadata(metadata);
    }
    if ('setOutputs' in cell) {
      if (newOutputs) {
        cell.setOutputs(outputs);
      }
      cell.execution_count = (target.execution_count ?? null) as number | null;
    } else if ('setAttachments' in cell) {
      cell.setAttachments(target.attachments as Attachments);
    }
  };
}

function newCell(cell: ICell): NewCell {
  return { ...cell, source: sourceOf(cell) } as unknown as NewCell;
}

function sameJSON(one: unknown, other: unknown): boolean {
  return JSONExt.deepEqual(one as PartialJSONValue, other as PartialJSONValue);
}
