// @vitest-environment jsdom
import './page';
import type { ICell, INotebookContent } from '@jupyterlab/nbformat';
import type { NotebookModel } from '@jupyterlab/notebook/lib/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  bringBack,
  bringBackChanged,
  bringBackMissing
} from '../src/documents/bringback';
import { idsOf, sameJSON } from '../src/documents/content';
import {
  cellsOf,
  notebookAndVersion,
  opened,
  openedBesides,
  savedFrom,
  shownIn
} from './notebooks';

/** Nothing in the notebook is trusted but outputs that are trusted in one of the `known`. */
function expectNoMoreTrust(
  model: NotebookModel,
  ...known: INotebookContent[]
): void {
  const trusted = known
    .flatMap(({ cells }) => cells)
    .filter(({ metadata }) => metadata.trusted === true);
  for (const { cell, isTrusted } of shownIn(model)) {
    if (isTrusted && !sameJSON(cell.outputs ?? [], [])) {
      expect(trusted.map(({ outputs }) => outputs)).toContainEqual(
        cell.outputs
      );
    }
  }
}

/** Check something about many notebooks and versions of them. */
function always(
  check: (current: INotebookContent, version: INotebookContent) => void
): void {
  fc.assert(
    fc.property(notebookAndVersion, ([current, version]) =>
      check(current, version)
    ),
    { numRuns: 100, seed: 1 }
  );
}

/** A notebook without cells is shown with one to type into; restored, it is as it was. */
function cellsIn<T>(version: INotebookContent, cells: T[]): T[] {
  return version.cells.length > 0 ? cells : [];
}

describe('an open notebook into which a version is restored', () => {
  it('is saved as the version', () => {
    always((current, version) => {
      const model = opened(current);
      bringBack(model, version);
      const saved = savedFrom(opened(version));
      const cells = cellsIn(version, saved.cells);
      expect(savedFrom(model)).toEqual({ ...saved, cells });
    });
  });

  it('shows what the version shows, and trusts no more', () => {
    always((current, version) => {
      const model = opened(current);
      bringBack(model, version);
      const shown = shownIn(model).map(({ outputs }) => outputs);
      const expected = shownIn(opened(version)).map(({ outputs }) => outputs);
      expect(shown).toEqual(cellsIn(version, expected));
      expectNoMoreTrust(model, current, version);
    });
  });

  it('shows the same to others who have it open', () => {
    always((current, version) => {
      const model = opened(current);
      const other = openedBesides(model);
      bringBack(model, version);
      expect(shownIn(other)).toEqual(shownIn(model));
      expectNoMoreTrust(other, current, version);
    });
  });

  it('is what it was once that is undone', () => {
    always((current, version) => {
      const model = opened(current);
      model.sharedModel.clearUndoHistory();
      const cells = cellsOf(model);
      bringBack(model, version);
      model.sharedModel.undo();
      expect(cellsOf(model)).toEqual(cells);
    });
  });

  it('has cells whose own undo ends at the version', () => {
    always((current, version) => {
      const model = opened(current);
      for (const cell of model.sharedModel.cells) {
        cell.updateSource(0, cell.getSource().length, 'typed before');
      }
      bringBack(model, version);
      const restored = cellsOf(model);
      for (const cell of model.sharedModel.cells) {
        cell.updateSource(0, 0, 'typed after');
        while (cell.undo()) {
          // as often as there is something to undo
        }
      }
      expect(cellsOf(model)).toEqual(restored);
    });
  });
});

describe('an open notebook into which one cell is brought back', () => {
  it('is saved with the cell of the version, and the others as they were', () => {
    always((current, version) => {
      current.cells.forEach((_, index) => {
        const model = opened(current);
        const before = savedFrom(model).cells;
        const others = idsOf(model).filter((__, place) => place !== index);
        const target = version.cells[index % version.cells.length];
        if (target && bringBackChanged(model, idsOf(model)[index], target)) {
          const after = savedFrom(model).cells;
          const id = freeId(target, others) ?? before[index].id;
          expect(after[index]).toEqual(savedAlone(target, current, id));
          before[index] = after[index];
          expect(after).toEqual(before);
          expectNoMoreTrust(model, current, version);
        }
      });
    });
  });

  it('is saved with the cell that was missing', () => {
    always((current, version) => {
      version.cells.forEach(target => {
        const model = opened(current);
        const [ids, before] = [idsOf(model), savedFrom(model).cells];
        bringBackMissing(model, ids.length, ids, target);
        const after = savedFrom(model).cells;
        const place = current.cells.length > 0 ? before.length : 1;
        const id = freeId(target, ids) ?? after[place].id;
        expect(after[place]).toEqual(savedAlone(target, current, id));
        expect(after.filter((_, index) => index !== place)).toEqual(before);
        expect(new Set(idsOf(model)).size).toBe(ids.length + 1);
        expectNoMoreTrust(model, current, version);
      });
    });
  });
});

function freeId(cell: ICell, taken: readonly string[]): unknown {
  return taken.includes(cell.id as string) ? undefined : cell.id;
}

/** The cell as JupyterLab saves it under an ID, in a notebook like another. */
function savedAlone(cell: ICell, like: INotebookContent, id: unknown): ICell {
  const cells = [id ? { ...cell, id } : cell] as ICell[];
  return savedFrom(opened({ ...like, cells })).cells[0];
}
