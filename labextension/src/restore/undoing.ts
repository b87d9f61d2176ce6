import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { InputDialog, Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import { INotebookTracker } from '@jupyterlab/notebook';
import {
  ITranslator,
  nullTranslator,
  TranslationBundle
} from '@jupyterlab/translation';
import type { IUndone } from '../server/answers';
import { undoIcon } from '../ui/icons';
import { withProgress } from '../ui/progress';
import { addVersionCommand } from '../versions/command';
import { identityOf, programOf } from '../versions/facts';
import { CommandIDs, IHistory, ISubject } from '../versions/token';
import { Putting } from './putting';

const PAGE = 200;

export const undoPlugin: JupyterFrontEndPlugin<void> = {
  id: 'bookstore-labextension:undo',
  description: 'Takes back what a program did in a notebook.',
  autoStart: true,
  requires: [IHistory],
  optional: [INotebookTracker, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    history: IHistory,
    tracker: INotebookTracker | null,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('bookstore');
    const putting = new Putting(app, history, tracker, trans);
    const program = () => {
      const { active } = history.model;
      return active ? programOf(active) : '';
    };

    const undo = async (subject: ISubject) => {
      const { path, version } = subject;
      const actor = programOf(version);
      const isAll = actor ? await askedForAll(actor, trans) : null;
      if (isAll === null) {
        return;
      }
      const since = isAll ? '' : await versionBefore(history, subject);
      const ask = () => history.api.undo(path, actor, since);
      const panel = putting.panelOf(path);
      const undone = await withProgress(
        trans.__('Undoing…'),
        panel ? putting.through(path, panel, ask) : ask()
      );
      const told = toldOf(path, undone, trans);
      if (undone.version) {
        await putting.tell(path, told);
      } else {
        Notification.info(told, { autoClose: 8000 });
      }
    };

    addVersionCommand(
      app,
      history,
      {
        id: CommandIDs.undoAuthor,
        label: () => trans.__('Undo What %1 Did…', program() || '…'),
        icon: undoIcon,
        failed: trans.__('It could not be undone'),
        isEnabled: args =>
          history.has(args) && (!!args.version_id || !!program()),
        isVisible: () => program() !== '',
        act: undo
      },
      trans
    );
  }
};

/** Is all to be taken back that a program ever did?  Null for nothing. */
async function askedForAll(
  actor: string,
  trans: TranslationBundle
): Promise<boolean | null> {
  const items = [
    trans.__('In this version and later ones'),
    trans.__('In all of the history')
  ];
  const { button, value } = await InputDialog.getItem({
    title: trans.__('Undo what %1 did?', actor),
    label: trans.__(
      'What others changed since stays, and what is there now stays in the history.'
    ),
    items,
    okLabel: trans.__('Undo')
  });
  return button.accept ? value === items[1] : null;
}

/** The ID of the version before another; empty where there is none. */
async function versionBefore(
  { api }: IHistory,
  { path, version }: ISubject
): Promise<string> {
  let isNext = false;
  let before = '';
  do {
    const page = await api.history(path, PAGE, before);
    for (const found of page.versions) {
      if (isNext && found.kind !== 'delete') {
        return found.version_id;
      }
      isNext ||= identityOf(found) === identityOf(version);
    }
    before = page.next ?? '';
  } while (before);
  return '';
}

export function toldOf(
  path: string,
  { actor, versions, kept_cells, is_complete, version }: IUndone,
  trans: TranslationBundle
): string {
  const name = PathExt.basename(path);
  const kept = trans._n(
    '%1 cell that others went on with stays.',
    '%1 cells that others went on with stay.',
    kept_cells.length
  );
  const done = version
    ? trans._n(
        '%2 is without what %3 did in %1 version.',
        '%2 is without what %3 did in %1 versions.',
        versions,
        name,
        actor
      )
    : trans.__('Nothing of what %1 did is left to be undone.', actor);
  const old = trans.__(
    'What is older was not looked at, and stays: the history is too long.'
  );
  const told = [done, kept_cells.length > 0 && kept, !is_complete && old];
  return told.filter(words => words).join(' ');
}
