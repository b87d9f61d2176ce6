import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import { nameOf } from '../history/describe';

type NotebookContext = DocumentRegistry.IContext<INotebookModel>;

/** So often a notebook is saved that changes again while it is. */
const MOST_SAVES = 8;

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
  // A shared notebook is called clean whenever the server has saved it, whatever came since.
  let isSaved = !model.dirty && !model.collaborative;
  for (let saves = 0; saves < MOST_SAVES; saves += 1) {
    const changes = new Changes(context);
    try {
      if (!isSaved) {
        await context.save();
      }
      const fetched = await fetch();
      if (!changes.any && !model.dirty) {
        put(fetched);
        return;
      }
      changes.keepDirty();
      isSaved = false;
    } finally {
      changes.dispose();
    }
  }
  throw new Error(
    trans.__(
      '%1 changes all the time: somebody is typing, or a cell is running. Nothing was replaced; try again when it is still.',
      nameOf(context.path)
    )
  );
}

/** Save; what changes meanwhile is known to be not saved. */
export async function save(context: NotebookContext): Promise<void> {
  const changes = new Changes(context);
  try {
    await context.save();
    changes.keepDirty();
  } finally {
    changes.dispose();
  }
}

/** Whether the content of a notebook changes from now on. */
class Changes {
  constructor(private readonly _context: NotebookContext) {
    _context.model.contentChanged.connect(this._note, this);
  }

  get any(): boolean {
    return this._any;
  }

  /** Say again that a notebook is not saved: a save says the contrary when it ends. */
  keepDirty(): void {
    const { model } = this._context;
    // Of a shared notebook the server says so, which saves all of it.
    if (this._any && !model.collaborative) {
      model.dirty = true;
    }
  }

  dispose(): void {
    this._context.model.contentChanged.disconnect(this._note, this);
  }

  private _note(): void {
    this._any = true;
  }

  private _any = false;
}
