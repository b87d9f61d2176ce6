import { PathExt } from '@jupyterlab/coreutils';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

type NotebookContext = DocumentRegistry.IContext<INotebookModel>;

/** So long it is tried again to save all of a notebook that changes while it is saved. */
const PATIENCE_MS = 10_000;
/** People who type pause so long now and then. */
const PAUSE_MS = 250;

/**
 * Fetch something, and put it into an open notebook when all that was there is saved.
 *
 * Saving and fetching take time, in which people go on typing and cells go on running.  So it is
 * looked once more in the very tick in which `put` is called: what `put` replaces is in a version.
 */
export async function putWhenSaved<T>(
  context: NotebookContext,
  fetch: () => Promise<T>,
  put: (fetched: T) => void,
  trans: TranslationBundle
): Promise<void> {
  const { model } = context;
  const changes = new Changes(context);
  try {
    // A shared notebook is called clean whenever the server has saved it, whatever came since.
    if (model.dirty || model.collaborative) {
      await changes.save();
    }
    const fetched = await fetch();
    const deadline = Date.now() + PATIENCE_MS;
    while (changes.any || model.dirty) {
      if (Date.now() > deadline) {
        throw new Error(
          trans.__(
            '%1 changes all the time: somebody is typing, or a cell is running. Nothing was replaced; try again when it is still.',
            PathExt.basename(context.localPath)
          )
        );
      }
      await changes.pause(deadline);
      await changes.save();
    }
    put(fetched);
  } finally {
    changes.dispose();
  }
}

/** Save; what changes meanwhile is known to be not saved. */
export async function save(context: NotebookContext): Promise<void> {
  const changes = new Changes(context);
  try {
    await changes.save();
  } finally {
    changes.dispose();
  }
}

/** Whether the content of a notebook has changed since it was saved. */
class Changes {
  constructor(private readonly _context: NotebookContext) {
    _context.model.contentChanged.connect(this._note, this);
  }

  get any(): boolean {
    return this._any;
  }

  async save(): Promise<void> {
    const saving = this._context.save();
    // By then it has taken what it saves, and has put in what Jupyter wants in every notebook.
    await this._context.ready;
    this._any = false;
    await saving;
    const { model } = this._context;
    // It calls a notebook clean, whatever came meanwhile; a shared one is saved by the server.
    if (this._any && !model.collaborative) {
      model.dirty = true;
    }
  }

  /** Wait until nothing changes for a moment, or until the deadline. */
  async pause(deadline: number): Promise<void> {
    do {
      this._any = false;
      await new Promise(resolve => setTimeout(resolve, PAUSE_MS));
    } while (this._any && Date.now() < deadline);
  }

  dispose(): void {
    this._context.model.contentChanged.disconnect(this._note, this);
  }

  private _note(): void {
    this._any = true;
  }

  private _any = false;
}
