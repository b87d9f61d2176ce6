import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { INotebookContent } from '@jupyterlab/nbformat';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { holding, isStale, openAnew } from '../documents/beside';
import { bringBack } from '../documents/bringback';
import { mustOpen } from '../documents/opening';
import { openNotebook } from '../documents/paths';
import { putWhenSaved, save } from '../documents/saving';
import type { IVersion } from '../server/answers';
import { showBookstoreError } from '../server/errors';
import { withProgress } from '../ui/progress';
import { hasContent } from '../versions/facts';
import type { IHistory, ISubject } from '../versions/token';

/** So long what was done is offered to be taken back. */
const UNDO_MS = 12_000;

/** Makes versions current ones, in open notebooks and in files. */
export class Putting {
  constructor(
    private readonly _app: JupyterFrontEnd,
    private readonly _history: IHistory,
    private readonly _tracker: INotebookTracker | null,
    private readonly _trans: TranslationBundle
  ) {}

  /** The open notebook with an API path. */
  panelOf(path: string): NotebookPanel | null {
    const { contents } = this._app.serviceManager;
    return openNotebook(this._tracker, contents, path);
  }

  /** Did something else write to the file of an open notebook? */
  isStale({ context }: NotebookPanel): Promise<boolean> {
    return isStale(context, this._app.serviceManager.contents);
  }

  /** Make a version the current one, and offer to take that back. */
  async put({ path, version }: ISubject, told: string): Promise<void> {
    const panel = this.panelOf(path);
    if (panel) {
      const place = await withProgress(
        this._trans.__('Restoring…'),
        this._restoreOpen({ path, version }, panel)
      );
      this._reveal(panel, place);
    } else {
      await this._history.api.restore(path, version);
    }
    await this.tell(path, told);
  }

  /** Say what was done to a notebook, and offer to take it back. */
  async tell(path: string, told: string): Promise<void> {
    const before = await this._beforeRestore(path);
    const undo = () => {
      const name = PathExt.basename(path);
      const back = this._trans.__('%1 is as it was before.', name);
      const failed = this._trans.__('The version could not be restored');
      this.put({ path, version: before! }, back).catch(error =>
        showBookstoreError(failed, error, this._trans)
      );
    };
    Notification.success(told, {
      autoClose: UNDO_MS,
      actions: before ? [{ label: this._trans.__('Undo'), callback: undo }] : []
    });
    await this._history.model.refresh();
  }

  /**
   * Have the server do something with the file of an open notebook, and open it anew.
   *
   * What is not saved is saved first, or becomes a version where the file is another by now.
   */
  async through<T>(
    path: string,
    panel: NotebookPanel,
    work: () => Promise<T>
  ): Promise<T> {
    const { context } = panel;
    if (context.model.collaborative) {
      await save(context);
      return work(); // which the others' server puts into what they share
    }
    return holding(this._tracker, panel, async () => {
      await this._catchUp(path, panel);
      if (context.model.dirty) {
        await save(context);
      }
      const done = await work();
      await openAnew(this._history.api, path, panel, this._trans);
      return done;
    });
  }

  /** Open a notebook anew where something else wrote to its file. */
  private async _catchUp(path: string, panel: NotebookPanel): Promise<void> {
    if (await this.isStale(panel)) {
      await openAnew(this._history.api, path, panel, this._trans);
    }
  }

  /**
   * Restore in place; what is not saved is saved first, and so becomes a version.
   *
   * Returns the place of the first cell that changed.
   */
  private async _restoreOpen(
    { path, version }: ISubject,
    panel: NotebookPanel
  ): Promise<number> {
    const { context } = panel;
    await holding(this._tracker, panel, () => this._catchUp(path, panel));
    let place = -1;
    await putWhenSaved(
      context,
      async () => {
        const { api } = this._history;
        const model = await api.restoreInEditor(path, version);
        mustOpen(model.content as INotebookContent, model, this._trans);
        return model;
      },
      ({ content }) => {
        place = bringBack(context.model, content as INotebookContent);
      },
      this._trans
    );
    await save(context);
    return place;
  }

  /** Show the first cell that changed, and give it the keyboard. */
  private _reveal({ id, content }: NotebookPanel, place: number): void {
    if (place < 0) {
      return;
    }
    this._app.shell.activateById(id);
    content.mode = 'command';
    content.activeCellIndex = place;
    content.deselectAll();
    content.activate();
    void content.scrollToItem(place, 'smart');
  }

  /** The version that the newest restore took the place of; null where it changed nothing. */
  private async _beforeRestore(path: string): Promise<IVersion | null> {
    const { versions } = await this._history.api.history(path, 10);
    const restored = versions.findIndex(({ kind }) => kind === 'restore');
    const before = restored < 0 ? null : versions[restored + 1];
    return restored === 0 && before && hasContent(before) ? before : null;
  }
}
