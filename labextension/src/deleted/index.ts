import {
  ILabShell,
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import {
  ITranslator,
  nullTranslator,
  TranslationBundle
} from '@jupyterlab/translation';
import type { IDeleted } from '../server/answers';
import { BookstoreAPI } from '../server/api';
import { showBookstoreError } from '../server/errors';
import { IArchiveEvents } from '../server/events';
import { kindIcon } from '../ui/icons';
import { OneLarge } from '../ui/place';
import { CommandIDs } from '../versions/token';
import { DeletedNotebooks, IDeletedActions } from './list';

const SHOW_DELETED = 'bookstore:show-deleted';

class DeletedActions implements IDeletedActions {
  constructor(
    readonly api: BookstoreAPI,
    private readonly _app: JupyterFrontEnd,
    private readonly _place: OneLarge,
    private readonly _trans: TranslationBundle
  ) {}

  get canPreview(): boolean {
    return this._app.commands.hasCommand(CommandIDs.preview);
  }

  async preview(item: IDeleted): Promise<void> {
    const { path, version_id } = item;
    await this._place.leaveDialog();
    await this._app.commands.execute(CommandIDs.preview, { path, version_id });
  }

  async restore(item: IDeleted): Promise<boolean> {
    const name = PathExt.basename(item.path);
    try {
      // As a copy under its own name: what has taken its place is never overwritten.
      const model = await this.api.restoreAsCopy(item.path, item, item.path);
      const told = this._trans.__('“%1” is back', model.path);
      Notification.success(told, { autoClose: 5000 });
      await this._app.commands.execute('docmanager:open', { path: model.path });
      return true;
    } catch (error) {
      await this._place.leaveDialog();
      const title = this._trans.__('“%1” is not restored', name);
      await showBookstoreError(title, error, this._trans);
      return false;
    }
  }
}

export const deletedPlugin: JupyterFrontEndPlugin<void> = {
  id: 'bookstore-labextension:trash', // what settings of users call it
  description: 'Lists deleted notebooks and brings them back.',
  autoStart: true,
  optional: [ITranslator, ICommandPalette, ILabShell, IArchiveEvents],
  activate: (
    app: JupyterFrontEnd,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    labShell: ILabShell | null,
    events: IArchiveEvents | null
  ) => {
    const trans = (translator ?? nullTranslator).load('bookstore');
    const api = new BookstoreAPI(app.serviceManager.serverSettings);
    const place = new OneLarge(app, labShell, trans);
    const actions = new DeletedActions(api, app, place, trans);
    app.commands.addCommand(SHOW_DELETED, {
      label: trans.__('Deleted Notebooks'),
      caption: trans.__('Notebooks that were deleted, to bring them back'),
      icon: kindIcon('delete'),
      execute: () => {
        place.open(() => new DeletedNotebooks(actions, events, trans));
      }
    });
    palette?.addItem({
      command: SHOW_DELETED,
      category: trans.__('Bookstore')
    });
  }
};
