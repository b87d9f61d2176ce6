import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { IArchiveEvents } from '../server/events';
import { IHistory } from '../versions/token';
import { Keeper } from './keeper';

export const besidePlugin: JupyterFrontEndPlugin<void> = {
  id: 'bookstore-labextension:beside',
  description:
    'Keeps what is typed in a notebook whose file something else writes to.',
  autoStart: true,
  requires: [IHistory],
  optional: [INotebookTracker, IArchiveEvents, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    { api }: IHistory,
    tracker: INotebookTracker | null,
    events: IArchiveEvents | null,
    translator: ITranslator | null
  ) => {
    if (tracker) {
      const trans = (translator ?? nullTranslator).load('bookstore');
      const { contents } = app.serviceManager;
      const keeper = new Keeper(api, contents, tracker, trans);
      keeper.followSaves();
      if (events) {
        keeper.followEvents(events);
      }
    }
  }
};
