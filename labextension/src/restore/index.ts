import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Dialog, InputDialog, showDialog } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import {
  ITranslator,
  nullTranslator,
  TranslationBundle
} from '@jupyterlab/translation';
import { nameOfCopy } from '../documents/paths';
import { copyIcon, restoreIcon } from '../ui/icons';
import { addVersionCommand } from '../versions/command';
import { versionPhrase } from '../versions/describe';
import { CommandIDs, IHistory, ISubject } from '../versions/token';
import { Putting } from './putting';

export const restorePlugin: JupyterFrontEndPlugin<void> = {
  id: 'bookstore-labextension:restore',
  description: 'Restores versions of notebooks.',
  autoStart: true,
  requires: [IHistory],
  optional: [INotebookTracker, IDocumentManager, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    history: IHistory,
    tracker: INotebookTracker | null,
    documents: IDocumentManager | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('bookstore');
    const { api } = history;
    const failed = trans.__('The version could not be restored');

    const putting = new Putting(app, history, tracker, trans);

    const restore = async ({ path, version }: ISubject) => {
      const panel = putting.panelOf(path);
      const isStale = panel !== null && (await putting.isStale(panel));
      if (await isConfirmed({ path, version }, panel, isStale, trans)) {
        const name = PathExt.basename(path);
        const phrase = versionPhrase(version, trans);
        await putting.put(
          { path, version },
          trans.__('%1 is back at %2.', name, phrase)
        );
      }
    };

    const restoreAsCopy = async ({ path, version }: ISubject) => {
      const answer = await InputDialog.getText({
        title: trans.__('Restore this version as a copy'),
        label: trans.__('Name of the copy'),
        text: nameOfCopy(path, new Date(version.saved_at)),
        okLabel: trans.__('Restore')
      });
      const name = answer.value?.trim();
      if (answer.button.accept && name) {
        const target = PathExt.join(PathExt.dirname(path), name);
        const copy = await api.restoreAsCopy(path, version, target);
        documents?.openOrReveal(copy.path);
      }
    };

    for (const command of [
      {
        id: CommandIDs.restore,
        label: trans.__('Restore Version…'),
        icon: restoreIcon,
        failed,
        act: restore
      },
      {
        id: CommandIDs.restoreAsCopy,
        label: trans.__('Restore Version as Copy…'),
        icon: copyIcon,
        failed,
        act: restoreAsCopy
      }
    ]) {
      addVersionCommand(app, history, command, trans);
    }
  }
};

async function isConfirmed(
  { path, version }: ISubject,
  panel: NotebookPanel | null,
  isStale: boolean,
  trans: TranslationBundle
): Promise<boolean> {
  const what = trans.__(
    '%1 goes back to %2.',
    PathExt.basename(path),
    versionPhrase(version, trans)
  );
  const unsaved = panel?.context.model.dirty
    ? trans.__(
        'Changes that are not saved become a version first, so nothing is lost.'
      )
    : trans.__('What it is now stays in its history.');
  const changed = isStale
    ? trans.__(
        'Something else has written to the file since it was opened here: that stays in its history as well.'
      )
    : '';
  const open = panel
    ? trans.__(
        'The open notebook changes in place, and its kernel keeps running.'
      )
    : '';
  const { button } = await showDialog({
    title: trans.__('Restore this version?'),
    body: [what, unsaved, changed, open].filter(text => text !== '').join(' '),
    buttons: [
      Dialog.cancelButton(),
      Dialog.okButton({ label: trans.__('Restore') })
    ]
  });
  return button.accept;
}
