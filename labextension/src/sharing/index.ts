import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { NOTEBOOK_ARGS, Target } from '../documents/target';
import { BookstoreAPI } from '../server/api';
import { showBookstoreError } from '../server/errors';
import { linksOffered } from '../server/links';
import { linkIcon } from '../ui/icons';
import { withProgress } from '../ui/progress';
import { askForLife, askToTakeBack, showMadeLink } from './dialogs';
import { lives } from './lives';

const GET_LINK = 'bookstore:get-public-link';
const TAKE_BACK = 'bookstore:take-back-public-links';

export const sharingPlugin: JupyterFrontEndPlugin<void> = {
  id: 'bookstore-labextension:sharing',
  description: 'Makes links that give a notebook to whoever has them.',
  autoStart: true,
  optional: [
    ITranslator,
    ICommandPalette,
    INotebookTracker,
    IFileBrowserFactory,
    IDocumentManager
  ],
  activate: (
    app: JupyterFrontEnd,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    tracker: INotebookTracker | null,
    browsers: IFileBrowserFactory | null,
    documents: IDocumentManager | null
  ) => {
    const { commands } = app;
    const trans = (translator ?? nullTranslator).load('bookstore');
    const api = new BookstoreAPI(app.serviceManager.serverSettings);
    const target = new Target(app, tracker, browsers, documents);
    const offered = linksOffered();
    const choices = lives(offered, trans);

    async function getLink(path: string): Promise<void> {
      const isDirty = target.isDirty(path);
      const wish = await askForLife(path, choices, isDirty, trans);
      if (wish === null) {
        return;
      }
      const name = PathExt.basename(path);
      try {
        await target.save(path);
        const making = api.makeLink(path, wish);
        const progress = trans.__('Making a link to %1…', name);
        await showMadeLink(await withProgress(progress, making), trans);
      } catch (error) {
        const title = trans.__('There is no link to “%1”', name);
        await showBookstoreError(title, error, trans);
      }
    }

    async function takeBack(path: string): Promise<void> {
      if (!(await askToTakeBack(path, trans))) {
        return;
      }
      const name = PathExt.basename(path);
      try {
        const progress = trans.__('Taking back the links to %1…', name);
        await withProgress(progress, api.takeBackLinks(path));
        Notification.success(trans.__('No version of %1 is public.', name), {
          autoClose: 5000
        });
      } catch (error) {
        const title = trans.__('The links to “%1” are not taken back', name);
        await showBookstoreError(title, error, trans);
      }
    }

    function addCommand(
      id: string,
      label: string,
      caption: string,
      isVisible: boolean,
      act: (path: string) => Promise<void>
    ): void {
      commands.addCommand(id, {
        label,
        caption,
        icon: linkIcon,
        isVisible: () => isVisible,
        isEnabled: args => isVisible && target.notebook(args) !== null,
        execute: async args => {
          const path = target.notebook(args);
          if (path !== null) {
            await act(path);
          }
        },
        describedBy: { args: NOTEBOOK_ARGS }
      });
      palette?.addItem({ command: id, category: trans.__('Bookstore') });
      tracker?.currentChanged.connect(() => {
        commands.notifyCommandChanged(id);
      });
    }

    addCommand(
      GET_LINK,
      trans.__('Get Public Link…'),
      trans.__('Give the notebook to somebody without a Jupyter'),
      choices.length > 0,
      getLink
    );
    addCommand(
      TAKE_BACK,
      trans.__('Take Back Public Links…'),
      trans.__('Let no version of the notebook be readable by everybody'),
      offered.public,
      takeBack
    );
  }
};
