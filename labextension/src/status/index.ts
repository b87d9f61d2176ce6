import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { BookstoreAPI } from '../server/api';
import { IArchiveEvents } from '../server/events';
import { StatusItem } from './item';
import { StatusWatcher } from './watcher';

const SHOW_STATUS = 'bookstore:show-status';

export const statusPlugin: JupyterFrontEndPlugin<void> = {
  id: 'bookstore-labextension:status',
  description: 'Says how archiving is going, in the status bar or at the top.',
  autoStart: true,
  optional: [ITranslator, IArchiveEvents, IStatusBar, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    translator: ITranslator | null,
    events: IArchiveEvents | null,
    statusBar: IStatusBar | null,
    palette: ICommandPalette | null
  ) => {
    const trans = (translator ?? nullTranslator).load('bookstore');
    const api = new BookstoreAPI(app.serviceManager.serverSettings);
    const item = new StatusItem(new StatusWatcher(api, events), trans);
    if (statusBar) {
      const id = 'bookstore-labextension:status';
      statusBar.registerStatusItem(id, { item, align: 'right', rank: 5 });
    } else {
      // Notebook 7 has no status bar: behind the name and its "Last Checkpoint".
      app.shell.add(item, 'top', { rank: 1000 });
    }
    app.commands.addCommand(SHOW_STATUS, {
      label: trans.__('Show Archive Status'),
      caption: trans.__('What is not yet in the store, and why'),
      execute: () => item.toggleDetails()
    });
    palette?.addItem({
      command: SHOW_STATUS,
      category: trans.__('Bookstore')
    });
  }
};
