import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  Dialog,
  InputDialog,
  Notification,
  showDialog
} from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import type { INotebookContent } from '@jupyterlab/nbformat';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import {
  ITranslator,
  nullTranslator,
  TranslationBundle
} from '@jupyterlab/translation';
import { bringBack } from '../documents/bringback';
import { mustOpen } from '../documents/opening';
import { nameOfCopy, openNotebook } from '../documents/paths';
import { putWhenSaved, save } from '../documents/saving';
import { copyIcon, restoreIcon } from '../ui/icons';
import { withProgress } from '../ui/progress';
import { addVersionCommand } from '../versions/command';
import { versionPhrase } from '../versions/describe';
import { CommandIDs, IHistory, ISubject } from '../versions/token';

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
    const { contents } = app.serviceManager;
    const { api, model } = history;

    const restore = async ({ path, version }: ISubject) => {
      const panel = openNotebook(tracker, contents, path);
      const subject = { path, version };
      if (!(await isConfirmed(subject, panel, trans))) {
        return;
      }
      if (panel) {
        await withProgress(
          trans.__('Restoring…'),
          restoreOpen(history, subject, panel, trans)
        );
      } else {
        await api.restore(path, version);
      }
      Notification.success(
        trans.__(
          '%1 is back at %2.',
          PathExt.basename(path),
          versionPhrase(version, trans)
        ),
        { autoClose: 4000 }
      );
      await model.refresh();
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

    const failed = trans.__('The version could not be restored');
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

/** Restore in place; what is not saved is saved first, and so becomes a version. */
async function restoreOpen(
  { api }: IHistory,
  { path, version }: ISubject,
  { context }: NotebookPanel,
  trans: TranslationBundle
): Promise<void> {
  await putWhenSaved(
    context,
    async () => {
      const model = await api.restoreInEditor(path, version);
      mustOpen(model.content as INotebookContent, model, trans);
      return model;
    },
    ({ content }) => bringBack(context.model, content as INotebookContent),
    trans
  );
  await save(context);
}

async function isConfirmed(
  { path, version }: ISubject,
  panel: NotebookPanel | null,
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
  const open = panel
    ? trans.__(
        'The open notebook changes in place, and its kernel keeps running.'
      )
    : '';
  const { button } = await showDialog({
    title: trans.__('Restore this version?'),
    body: [what, unsaved, open].filter(text => text !== '').join(' '),
    buttons: [
      Dialog.cancelButton(),
      Dialog.okButton({ label: trans.__('Restore') })
    ]
  });
  return button.accept;
}
