import { Dialog, Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { INotebookContent } from '@jupyterlab/nbformat';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import {
  holding,
  isStale,
  keep,
  openAnew,
  strangeState
} from '../documents/beside';
import { contentOf, sameJSON } from '../documents/content';
import { apiPathOf, openNotebook } from '../documents/paths';
import type { BookstoreAPI } from '../server/api';
import { showBookstoreError } from '../server/errors';
import type { IArchiveEvents } from '../server/events';
import { saysSomething } from './edited';

/** Events of one save come close together; so do the writes of a program. */
const SETTLE_MS = 400;
/** What somebody types beside a program that writes all the time is kept so often. */
const KEPT_EVERY_MS = 10_000;
const TOLD_MS = 8_000;
/** What an editor opened is one of so many newest versions, or too old to be told. */
const LOOKED_AT = 50;

type Context = NotebookPanel['context'];

/** What is known of an open notebook beside which something else writes. */
interface IKept {
  readonly content: INotebookContent;
  /** That of the file then. */
  readonly state: string;
  readonly at: number;
  /** The message that says so. */
  readonly message: string;
}

/**
 * Keeps what is typed where something else writes to a notebook's file.
 *
 * A notebook in which nothing is typed opens anew by itself.  What is typed becomes a version: when
 * the file changes, and before Jupyter asks which of the two is to be kept.
 */
export class Keeper {
  constructor(
    private readonly _api: BookstoreAPI,
    private readonly _contents: Contents.IManager,
    private readonly _tracker: INotebookTracker,
    private readonly _trans: TranslationBundle
  ) {}

  /** Keep what a save holds that is not done, because Jupyter asks something in its course. */
  followSaves(): void {
    const follow = ({ context }: NotebookPanel) => {
      context.saveState.connect((_, state) => {
        if (state === 'started') {
          this._saving.add(context);
        } else {
          this._saving.delete(context);
        }
      });
      context.model.stateChanged.connect(() => this._done(context));
      context.disposed.connect(() => this._saving.delete(context));
    };
    this._tracker.forEach(follow);
    this._tracker.widgetAdded.connect((_, panel) => follow(panel));
    Dialog.tracker.widgetAdded.connect((_, dialog) => {
      const asked = [...this._saving];
      asked.forEach(context => void this._keepBefore(context));
      dialog.disposed.connect(() =>
        asked.forEach(context => this._saving.delete(context))
      );
    });
  }

  /** See to notebooks whose files were written. */
  followEvents(events: IArchiveEvents): void {
    events.happened.connect((_, { action, path }) => {
      const panel = openNotebook(this._tracker, this._contents, path);
      if (action === 'queued' && panel && !this._saving.has(panel.context)) {
        this._soon(path, SETTLE_MS);
      }
    });
  }

  private _soon(path: string, afterMs: number): void {
    window.clearTimeout(this._timers.get(path));
    const look = () => void this._look(path);
    this._timers.set(path, window.setTimeout(look, afterMs));
  }

  /** Once nothing in it is unsaved nothing has to be told of it any longer. */
  private _done(context: Context): void {
    const kept = this._kept.get(context);
    if (kept && !context.model.dirty) {
      Notification.dismiss(kept.message);
      this._kept.delete(context);
    }
  }

  private async _look(path: string): Promise<void> {
    const panel = openNotebook(this._tracker, this._contents, path);
    if (!panel || panel.isDisposed || this._saving.has(panel.context)) {
      return; // a save looks itself
    }
    try {
      await this._see(path, panel);
    } catch (error) {
      // It is tried again when the file is written, or saved from here: nothing is lost meanwhile.
      console.warn(`${path}: what else writes to it is not followed`, error);
    }
  }

  private async _see(path: string, panel: NotebookPanel): Promise<void> {
    const { context } = panel;
    const { model } = context;
    const state = await strangeState(context, this._contents);
    if (state === '') {
      return;
    }
    // What is half written is neither shown nor a version.
    await new Promise(resolve => window.setTimeout(resolve, SETTLE_MS));
    if ((await strangeState(context, this._contents)) !== state) {
      this._soon(path, SETTLE_MS);
      return;
    }
    const content = contentOf(model);
    const isEdited =
      model.dirty && (await this._isEdited(path, panel, content));
    if (this._saving.has(context) || panel.isDisposed) {
      return;
    }
    if (isEdited) {
      await this._keep(path, context, content, state);
    } else if (await this._isReadable(context)) {
      await this._openAnew(path, panel, content);
    }
  }

  /** Would Jupyter open the file?  It would say in a dialog that it cannot, unasked. */
  private async _isReadable({ path }: Context): Promise<boolean> {
    try {
      await this._contents.get(path, { type: 'notebook', content: true });
      return true;
    } catch {
      return false;
    }
  }

  /** Did somebody change what is open here, since it was opened or saved? */
  private async _isEdited(
    path: string,
    { context }: NotebookPanel,
    content: INotebookContent
  ): Promise<boolean> {
    const hash = context.contentsModel?.hash;
    const { versions } = await this._api.history(path, LOOKED_AT);
    const opened = hash && versions.find(({ sha256 }) => sha256 === hash);
    if (!opened) {
      return true;
    }
    const { diff } = await this._api.diffWithContent(path, opened, content);
    return saysSomething(diff);
  }

  private async _openAnew(
    path: string,
    panel: NotebookPanel,
    known: INotebookContent | null
  ): Promise<void> {
    await holding(this._tracker, panel, () =>
      openAnew(this._api, path, panel, this._trans, known)
    );
    const name = PathExt.basename(path);
    Notification.info(
      this._trans.__('%1 was changed elsewhere, and is open anew.', name),
      { autoClose: TOLD_MS }
    );
  }

  /** Keep what is typed, and say so; who wants to can go on with what is in the file. */
  private async _keep(
    path: string,
    context: Context,
    content: INotebookContent,
    state: string
  ): Promise<void> {
    const kept = this._kept.get(context);
    if (kept && (kept.state === state || sameJSON(kept.content, content))) {
      return; // it is kept again before anything takes its place
    }
    const waitMs = kept ? kept.at + KEPT_EVERY_MS - Date.now() : 0;
    if (waitMs > 0) {
      this._soon(path, waitMs);
      return;
    }
    await keep(this._api, path, content, this._trans);
    this._tell(path, context, content, state);
  }

  private _tell(
    path: string,
    context: Context,
    content: INotebookContent,
    state: string
  ): void {
    const before = this._kept.get(context);
    if (before) {
      Notification.dismiss(before.message);
    }
    const trans = this._trans;
    const message = Notification.info(
      trans.__(
        '%1 was changed elsewhere. What you typed here is not saved, and is kept as a version.',
        PathExt.basename(path)
      ),
      {
        autoClose: false,
        actions: [
          {
            label: trans.__('Open What Is in the File'),
            callback: () => void this._openFile(path)
          }
        ]
      }
    );
    this._kept.set(context, { content, state, at: Date.now(), message });
  }

  private async _openFile(path: string): Promise<void> {
    const panel = openNotebook(this._tracker, this._contents, path);
    if (panel) {
      try {
        await this._openAnew(path, panel, null);
      } catch (error) {
        const failed = this._trans.__('The notebook could not be opened anew');
        await showBookstoreError(failed, error, this._trans);
      }
    }
  }

  /** Keep what is in a notebook of which Jupyter asks, while it is saved, what is to become. */
  private async _keepBefore(context: Context): Promise<void> {
    const path = apiPathOf(this._contents, context.path);
    if (path === null || context.isDisposed) {
      return;
    }
    const content = contentOf(context.model); // now: the answer may take it away
    const name = PathExt.basename(path);
    try {
      if (await isStale(context, this._contents)) {
        await keep(this._api, path, content, this._trans);
        Notification.info(
          this._trans.__(
            'What %1 holds here is kept as a version, and so is what is in the file: nothing is lost, whichever you choose.',
            name
          ),
          { autoClose: TOLD_MS }
        );
      }
    } catch (error) {
      console.warn(`${path}: what is not saved is not kept`, error);
      Notification.warning(
        this._trans.__(
          'What %1 holds here could not be kept as a version: copy it before you revert.',
          name
        ),
        { autoClose: false }
      );
    }
  }

  private readonly _saving = new Set<Context>();
  private readonly _kept = new WeakMap<Context, IKept>();
  private readonly _timers = new Map<string, number>();
}
