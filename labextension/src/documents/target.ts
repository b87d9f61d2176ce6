import { PathExt } from '@jupyterlab/coreutils';
import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import type { INotebookContent } from '@jupyterlab/nbformat';
import type { INotebookModel, INotebookTracker } from '@jupyterlab/notebook';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { IGalleryOrigin, setOrigin, withOrigin } from './origin';
import { apiPathOf } from './paths';

/** What names a notebook to a command: what {@link Target.notebook} looks at. */
export const NOTEBOOK_ARGS = {
  type: 'object',
  properties: {
    path: {
      type: 'string',
      description: 'The API path of the notebook.'
    },
    selected: {
      type: 'boolean',
      description: 'Whether the one selected in the file browser.'
    }
  }
} as const;

/** Finds the notebook or the folder that a command is about. */
export class Target {
  constructor(
    private readonly _app: JupyterFrontEnd,
    private readonly _tracker: INotebookTracker | null,
    private readonly _browsers: IFileBrowserFactory | null,
    private readonly _documents: IDocumentManager | null
  ) {}

  /**
   * The API path of a notebook: the one in `args`, the one selected in the file browser when
   * `args` say so, the open one, else the selected one.  Null when there is none.
   */
  notebook(args: ReadonlyPartialJSONObject): string | null {
    if (typeof args.path === 'string') {
      return args.path;
    }
    if (args.selected) {
      return this._selected();
    }
    const open = this._tracker?.currentWidget?.context.path;
    return open ? this._own(open) : this._selected();
  }

  /** The API path of the folder that the file browser shows, else of the open notebook's. */
  folder(): string {
    const open = this._tracker?.currentWidget?.context.path ?? '';
    const path =
      this._browsers?.tracker.currentWidget?.model.path ??
      PathExt.dirname(open);
    return this._own(path) ?? '';
  }

  /** Save an open document that has changes. */
  async save(path: string): Promise<void> {
    const context = this._contextOf(path);
    if (context?.model.dirty) {
      await context.save();
      if (context.model.dirty) {
        throw new Error(`${path} could not be saved.`);
      }
    }
  }

  /** Has the document at *path* changes that are not saved? */
  isDirty(path: string): boolean {
    return this._contextOf(path)?.model.dirty ?? false;
  }

  /**
   * Note in a notebook what it is a copy of, and save that.
   *
   * An open one is saved by its editor: it would be surprised by a file that somebody else wrote.
   */
  async noteOrigin(path: string, origin: IGalleryOrigin): Promise<void> {
    const context = this._contextOf(path);
    const model = context?.model as INotebookModel | undefined;
    if (context && model?.sharedModel && 'setMetadata' in model) {
      setOrigin(model, origin);
      await context.save();
      return;
    }
    const { contents } = this._app.serviceManager;
    const saved = await contents.get(path, { type: 'notebook' });
    const content = saved.content as INotebookContent;
    const metadata = withOrigin(content.metadata, origin);
    await contents.save(path, { ...saved, content: { ...content, metadata } });
  }

  private _contextOf(path: string): DocumentRegistry.Context | undefined {
    const widget = this._documents?.findWidget(path, null);
    return widget && this._documents?.contextForWidget(widget);
  }

  private _selected(): string | null {
    const items = this._browsers?.tracker.currentWidget?.selectedItems();
    for (const item of items ?? []) {
      if (item.type === 'notebook') {
        return this._own(item.path);
      }
    }
    return null;
  }

  private _own(path: string): string | null {
    return apiPathOf(this._app.serviceManager.contents, path);
  }
}
