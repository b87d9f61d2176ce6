import { Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { INotebookContent } from '@jupyterlab/nbformat';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { bringBackChanged, bringBackMissing } from '../documents/bringback';
import { idsOf } from '../documents/content';
import { mustOpen } from '../documents/opening';
import { putWhenSaved } from '../documents/saving';
import type { BookstoreAPI } from '../server/api';
import { showBookstoreError } from '../server/errors';
import { withProgress } from '../ui/progress';
import type { ISubject } from '../versions/token';
import type { IBringBack, ICellPlace } from './view';

/**
 * Brings single cells of a version back into the notebook that is open.
 *
 * `compared` are the IDs of the open cells that the version was compared with.
 */
export class CellsBack implements IBringBack {
  constructor(
    private readonly _api: BookstoreAPI,
    private readonly _subject: ISubject,
    private readonly _panel: NotebookPanel,
    private readonly _compared: string[],
    private readonly _trans: TranslationBundle
  ) {}

  isPossible(): boolean {
    return !this._panel.isDisposed;
  }

  /** What is not saved is saved first, and so becomes a version; say if the cell is back. */
  async bringBack(place: ICellPlace): Promise<boolean> {
    const { context } = this._panel;
    const { path, version } = this._subject;
    const trans = this._trans;
    try {
      await withProgress(
        trans.__('Bringing back…'),
        putWhenSaved(
          context,
          async () => {
            const model = await this._api.content(path, version); // says what of it is trusted
            const content = model.content as INotebookContent;
            const cells = content.cells.slice(place.base, place.base + 1);
            mustOpen({ ...content, cells }, model, trans);
            return model;
          },
          ({ content }) => this._put(content as INotebookContent, place),
          trans
        )
      );
    } catch (error) {
      const title = trans.__(
        'The cell is not back in %1',
        PathExt.basename(path)
      );
      void showBookstoreError(title, error, trans);
      return false;
    }
    const told = trans.__(
      'The cell is back in %1.',
      PathExt.basename(context.localPath)
    );
    Notification.success(told, { autoClose: 3000 });
    return true;
  }

  private _put(version: INotebookContent, place: ICellPlace): void {
    const { model } = this._panel.context;
    const { base, remote, isMissing } = place;
    const cell = version.cells[base];
    const index = isMissing ? -1 : idsOf(model).indexOf(this._compared[remote]);
    if (index < 0) {
      bringBackMissing(model, remote, this._compared, cell);
    } else {
      bringBackChanged(model, this._compared[remote], cell);
      this._compared[remote] = idsOf(model)[index];
    }
  }
}
