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
import type { IVersion } from '../server/answers';
import { showBookstoreError } from '../server/errors';
import { copyIcon, restoreIcon } from '../ui/icons';
import { withProgress } from '../ui/progress';
import { addVersionCommand } from '../versions/command';
import { versionPhrase } from '../versions/describe';
import { hasContent } from '../versions/facts';
import { CommandIDs, IHistory, ISubject } from '../versions/token';

/** So long a restore is offered to be taken back. */
const UNDO_MS = 12_000;

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
    const failed = trans.__('The version could not be restored');

    /** Make a version the current one, and offer to take that back. */
    const put = async ({ path, version }: ISubject, told: string) => {
      const panel = openNotebook(tracker, contents, path);
      if (panel) {
        const place = await withProgress(
          trans.__('Restoring…'),
          restoreOpen(history, { path, version }, panel, trans)
        );
        reveal(app, panel, place);
      } else {
        await api.restore(path, version);
      }
      const before = await beforeRestore(history, path);
      const undo = () => {
        const name = PathExt.basename(path);
        const back = trans.__('%1 is as it was before.', name);
        put({ path, version: before! }, back).catch(error =>
          showBookstoreError(failed, error, trans)
        );
      };
      Notification.success(told, {
        autoClose: UNDO_MS,
        actions: before ? [{ label: trans.__('Undo'), callback: undo }] : []
      });
      await model.refresh();
    };

    const restore = async ({ path, version }: ISubject) => {
      const panel = openNotebook(tracker, contents, path);
      if (await isConfirmed({ path, version }, panel, trans)) {
        const name = PathExt.basename(path);
        const phrase = versionPhrase(version, trans);
        await put(
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

/** Show the first cell that changed, and give it the keyboard. */
function reveal(
  app: JupyterFrontEnd,
  { id, content }: NotebookPanel,
  place: number
): void {
  if (place < 0) {
    return;
  }
  app.shell.activateById(id);
  content.mode = 'command';
  content.activeCellIndex = place;
  content.deselectAll();
  content.activate();
  void content.scrollToItem(place, 'smart');
}

/** The version that the newest restore took the place of; null where it changed nothing. */
async function beforeRestore(
  { api }: IHistory,
  path: string
): Promise<IVersion | null> {
  const { versions } = await api.history(path, 10);
  const restored = versions.findIndex(({ kind }) => kind === 'restore');
  const before = restored < 0 ? null : versions[restored + 1];
  return restored === 0 && before && hasContent(before) ? before : null;
}

/**
 * Restore in place; what is not saved is saved first, and so becomes a version.
 *
 * Returns the place of the first cell that changed.
 */
async function restoreOpen(
  { api }: IHistory,
  { path, version }: ISubject,
  { context }: NotebookPanel,
  trans: TranslationBundle
): Promise<number> {
  let place = -1;
  await putWhenSaved(
    context,
    async () => {
      const model = await api.restoreInEditor(path, version);
      mustOpen(model.content as INotebookContent, model, trans);
      return model;
    },
    ({ content }) => {
      place = bringBack(context.model, content as INotebookContent);
    },
    trans
  );
  await save(context);
  return place;
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
