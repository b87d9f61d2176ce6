import {
  ILabShell,
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { PathExt, URLExt } from '@jupyterlab/coreutils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { ServerConnection, ServiceManager } from '@jupyterlab/services';
import {
  ITranslator,
  nullTranslator,
  TranslationBundle
} from '@jupyterlab/translation';
import { contentOf } from '../documents/content';
import { nameOfCopy, openNotebook } from '../documents/paths';
import { showBookstoreError } from '../server/errors';
import { IArchiveEvent, IArchiveEvents } from '../server/events';

/**
 * Finds notebooks that were deleted while they were open, and brought back.
 *
 * A shared notebook is saved by its room on the server, which belongs to the file that was
 * deleted.  It saves nothing more, and says nothing, whatever is typed in the tab.
 */
class Orphans {
  constructor(
    private readonly _services: ServiceManager.IManager,
    private readonly _tracker: INotebookTracker,
    private readonly _open: (path: string) => void,
    private readonly _trans: TranslationBundle
  ) {}

  /** Something was saved: look whether it was by the open notebook's own room. */
  async look({ action, path }: IArchiveEvent): Promise<void> {
    const panel = openNotebook(this._tracker, this._services.contents, path);
    const isShared = panel?.context.model.collaborative ?? false;
    if (action !== 'queued' || !panel || !isShared || this._told.has(panel)) {
      return;
    }
    if ((await this._isOrphaned(panel)) && (await this._isThere(path))) {
      this._tell(panel, path);
    }
  }

  /** Does the file that the room belongs to have no place any more? */
  private async _isOrphaned(panel: NotebookPanel): Promise<boolean> {
    const room = panel.context.model.sharedModel.getState('document_id');
    const id = String(room ?? '').split(':')[2];
    if (!id) {
      return false;
    }
    const { serverSettings } = this._services;
    const route = URLExt.join(serverSettings.baseUrl, 'api/fileid/path');
    const response = await ServerConnection.makeRequest(
      route + URLExt.objectToQueryString({ id }),
      {},
      serverSettings
    );
    return response.status === 404;
  }

  private async _isThere(path: string): Promise<boolean> {
    try {
      await this._services.contents.get(path, { content: false });
      return true;
    } catch {
      return false;
    }
  }

  private _tell(panel: NotebookPanel, path: string): void {
    const trans = this._trans;
    if (panel.isDisposed || this._told.has(panel)) {
      return;
    }
    this._told.add(panel);
    const told = trans.__(
      '“%1” was deleted while it was open, and is back. Nothing that is typed in its open tab is saved any more.',
      PathExt.basename(path)
    );
    const id = Notification.warning(told, {
      autoClose: false,
      actions: [
        {
          label: trans.__('Reopen'),
          callback: () => void this._reopen(panel, path)
        }
      ]
    });
    panel.disposed.connect(() => Notification.dismiss(id));
  }

  /** Open the file again; what the tab holds and could not save goes into a file of its own. */
  private async _reopen(panel: NotebookPanel, path: string): Promise<void> {
    const trans = this._trans;
    try {
      if (panel.context.model.dirty) {
        const folder = PathExt.dirname(path);
        const copy = PathExt.join(folder, nameOfCopy(path, new Date()));
        await this._services.contents.save(copy, {
          type: 'notebook',
          format: 'json',
          content: contentOf(panel.context.model)
        });
        const told = trans.__('What was not saved is in “%1”.', copy);
        Notification.info(told, { autoClose: false });
      }
      const { path: opened } = panel.context;
      panel.dispose();
      this._open(opened);
    } catch (error) {
      const title = trans.__('“%1” is not reopened', PathExt.basename(path));
      void showBookstoreError(title, error, trans);
    }
  }

  private readonly _told = new WeakSet<NotebookPanel>();
}

export const orphansPlugin: JupyterFrontEndPlugin<void> = {
  id: 'bookstore-labextension:orphans',
  description: 'Reopens shared notebooks that were deleted and brought back.',
  autoStart: true,
  optional: [
    INotebookTracker,
    IDocumentManager,
    IArchiveEvents,
    ITranslator,
    ILabShell
  ],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker | null,
    documents: IDocumentManager | null,
    events: IArchiveEvents | null,
    translator: ITranslator | null,
    labShell: ILabShell | null
  ) => {
    if (tracker && documents && events) {
      const trans = (translator ?? nullTranslator).load('bookstore');
      // The page of Notebook 7 is the notebook's.
      const open = (path: string) =>
        labShell ? documents.openOrReveal(path) : window.location.reload();
      const orphans = new Orphans(app.serviceManager, tracker, open, trans);
      events.happened.connect((_, event) => void orphans.look(event));
    }
  }
};
