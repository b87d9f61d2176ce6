import type { ICell, INotebookContent } from '@jupyterlab/nbformat';
import type { INotebookModel } from '@jupyterlab/notebook';
import { idsOf, sameJSON, savedMetadata, sourceOf } from './content';
import { ISplice, mayBecome, placeOf, planOf, replacementIn } from './plan';

type SharedNotebook = INotebookModel['sharedModel'];
type SharedCell = ReturnType<SharedNotebook['getCell']>;
type NewCell = Parameters<SharedNotebook['insertCell']>[1];
type TextCell = Extract<SharedCell, { setAttachments: unknown }>;
type Attachments = ReturnType<TextCell['getAttachments']>;

/** A document whose changes are steps of undo, of which those that follow soon are one. */
interface IUndoable {
  readonly undoManager: { captureTimeout: number; stopCapturing(): void };
}

const CELL_TYPES = ['code', 'markdown', 'raw'];

/**
 * Make an open notebook what a version was, with the fewest changes of cells.
 *
 * The kernel goes on, cells that are the same keep their cursor, and others who edit the notebook
 * see nothing else move.  The notebook's undo takes it back as one step; a cell's own undo ends at
 * it.  Returns the place of the first cell that is another now; -1 where none is.
 */
export function bringBack(
  model: INotebookModel,
  content: INotebookContent
): number {
  const shared = model.sharedModel;
  const { updates, splices } = planOf(cellsOf(model), openedCells(content));
  splice(shared, splices, () => {
    updates.forEach(({ index, cell }) => update(shared.getCell(index), cell));
    setMetadata(shared, content.metadata);
    setFormat(shared, content);
  });
  shared.cells.forEach(cell => endUndo(shared, cell));
  // What is before the first change is where it was.
  const changed = [...updates, ...splices].map(({ index }) => index);
  const last = shared.cells.length - 1;
  return changed.length > 0 ? Math.min(last, ...changed) : -1;
}

/** Bring back one cell in place of the one it was compared with; say if that is still there. */
export function bringBackChanged(
  model: INotebookModel,
  id: string,
  version: ICell
): boolean {
  const ids = idsOf(model);
  const index = ids.indexOf(id);
  if (index < 0) {
    return false;
  }
  const shared = model.sharedModel;
  const current = shared.getCell(index);
  const target = openedCell(version);
  const cell = hasFreeId(target, ids) ? target : { ...target, id };
  if (mayBecome(current.toJSON() as ICell, cell)) {
    shared.transact(() => update(current, cell));
    endUndo(shared, current);
  } else {
    splice(shared, [{ index, remove: 1, insert: [cell] }]);
  }
  return true;
}

/** Bring back one cell that is missing now, near to where it stood. */
export function bringBackMissing(
  model: INotebookModel,
  index: number,
  compared: readonly string[],
  version: ICell
): void {
  const ids = idsOf(model);
  const target = openedCell(version);
  const cell = hasFreeId(target, ids) ? target : withoutId(target);
  const place = placeOf(index, compared, ids);
  model.sharedModel.insertCell(place, cell as NewCell);
}

/**
 * Put cells in and take others out, after making other changes, as one step of undo.
 *
 * They are two changes of the document, because where both come at once the notebook loses the
 * cursor of whoever types in another cell.  What is put in stands before what it takes the place
 * of, which so hands its cursor on.
 */
function splice(
  shared: SharedNotebook,
  splices: readonly ISplice[],
  before: () => void = () => {}
): void {
  const { undoManager } = shared as SharedNotebook & IUndoable;
  const { captureTimeout } = undoManager;
  undoManager.stopCapturing();
  shared.transact(() => {
    before();
    for (const { index, insert } of splices) {
      insert.forEach((cell, offset) =>
        shared.insertCell(index + offset, cell as NewCell)
      );
    }
  });
  undoManager.captureTimeout = Infinity;
  shared.transact(() => {
    let inserted = splices.reduce((sum, { insert }) => sum + insert.length, 0);
    for (const { index, remove, insert } of splices) {
      if (remove > 0) {
        const from = index + inserted;
        shared.deleteCellRange(from, from + remove);
      }
      inserted -= insert.length;
    }
  });
  undoManager.captureTimeout = captureTimeout;
  undoManager.stopCapturing();
}

/** The cells with their IDs and marks of trust, of which not all are on disk. */
function cellsOf(model: INotebookModel): ICell[] {
  return model.sharedModel.cells.map(cell => cell.toJSON() as ICell);
}

function hasFreeId(cell: ICell, taken: readonly string[]): boolean {
  return typeof cell.id === 'string' && !taken.includes(cell.id);
}

/** Make a cell another that it may become: the outputs stay, and their trust. */
function update(cell: SharedCell, target: ICell): void {
  const { start, end, text } = replacementIn(
    cell.getSource(),
    sourceOf(target)
  );
  if (end > start || text !== '') {
    cell.updateSource(start, end, text);
  }
  const trusted = cell.getMetadata('trusted');
  const mark = trusted === undefined ? {} : { trusted };
  setMetadata(cell, { ...savedMetadata(target), ...mark });
  if ('execution_count' in cell) {
    cell.execution_count = (target.execution_count ?? null) as number | null;
  } else if ('setAttachments' in cell) {
    const attachments = target.attachments as Attachments;
    if (!sameJSON(cell.getAttachments() ?? null, attachments ?? null)) {
      cell.setAttachments(attachments);
    }
  }
}

/** Anything with metadata, of which setting all at once keeps the keys that are not named. */
interface IWithMetadata<T extends object> {
  getMetadata(): T;
  setMetadata(metadata: T): void;
  deleteMetadata(key: string): void;
}

function setMetadata<T extends object>(
  owner: IWithMetadata<T>,
  metadata: T
): void {
  for (const key of Object.keys(owner.getMetadata())) {
    if (!(key in metadata)) {
      owner.deleteMetadata(key);
    }
  }
  owner.setMetadata(metadata);
}

/** Set the format, on which depends whether the cells' IDs are in the file. */
function setFormat(shared: SharedNotebook, content: INotebookContent): void {
  const format: { nbformat: number; nbformat_minor: number } = shared;
  format.nbformat = content.nbformat;
  format.nbformat_minor = content.nbformat_minor;
}

/**
 * Let a cell's undo go back to what it is now: what was typed before is in other places now.
 *
 * Where one undo spans the notebook, what was brought back is a step of it.
 */
function endUndo(shared: SharedNotebook, cell: SharedCell): void {
  if (shared.disableDocumentWideUndoRedo) {
    cell.clearUndoHistory();
  }
}

/** The cells of a version as Jupyter opens them: before format 4.5 they have no IDs. */
function openedCells(content: INotebookContent): ICell[] {
  const haveIds = content.nbformat > 4 || content.nbformat_minor >= 5;
  const cells = content.cells.map(openedCell);
  return haveIds ? cells : cells.map(withoutId);
}

/** A cell as Jupyter opens it: of a type that it does not know it makes a raw cell. */
function openedCell(cell: ICell): ICell {
  const isKnown = CELL_TYPES.includes(cell.cell_type);
  const cell_type = isKnown ? cell.cell_type : 'raw';
  return { ...cell, cell_type, source: sourceOf(cell) };
}

function withoutId({ id: _, ...anonymous }: ICell): ICell {
  return anonymous as ICell;
}
