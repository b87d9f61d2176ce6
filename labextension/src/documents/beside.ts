/** Open notebooks beside whatever else writes to their files: other windows, programs, agents. */
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookContent } from '@jupyterlab/nbformat';
import type {
  INotebookModel,
  INotebookTracker,
  NotebookPanel
} from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { BookstoreAPI } from '../server/api';
import { contentOf, sameJSON } from './content';

type NotebookContext = DocumentRegistry.IContext<INotebookModel>;

/** Disks tell times so coarsely, where the server tells no hash. */
const MARGIN_MS = 500;

/** Is something else in the file than what this page opened or saved last? */
export async function isStale(
  context: NotebookContext,
  contents: Contents.IManager
): Promise<boolean> {
  return (await strangeState(context, contents)) !== '';
}

/** What tells the state of a file that this page does not know; empty where it knows it. */
export async function strangeState(
  { contentsModel, path, model }: NotebookContext,
  contents: Contents.IManager
): Promise<string> {
  if (!contentsModel || model.collaborative) {
    return ''; // of a shared one the server sees to it
  }
  const now = await contents.get(path, { content: false, hash: true });
  if (contentsModel.hash && now.hash) {
    return contentsModel.hash === now.hash ? '' : now.hash;
  }
  const [known, onDisk] = [contentsModel, now].map(({ last_modified }) =>
    Date.parse(last_modified)
  );
  return onDisk - known > MARGIN_MS ? now.last_modified : '';
}

/** Have what an open notebook holds be a version, or throw; its file is left alone. */
export async function keep(
  api: BookstoreAPI,
  path: string,
  content: INotebookContent,
  trans: TranslationBundle
): Promise<void> {
  if (!(await api.keep(path, content))) {
    throw new Error(trans.__('No version was made of what is not saved.'));
  }
}

/**
 * Do something with an open notebook in which nobody is to type meanwhile.
 *
 * It takes no keys and clicks until `work` is done, in any of its views; who was in it is in it
 * again then.
 */
export async function holding<T>(
  tracker: INotebookTracker | null,
  { context }: NotebookPanel,
  work: () => Promise<T>
): Promise<T> {
  const views: NotebookPanel[] = [];
  tracker?.forEach(panel => {
    if (panel.context === context) {
      views.push(panel);
    }
  });
  const focused = views.find(({ node }) =>
    node.contains(document.activeElement)
  );
  views.forEach(({ node }) => node.toggleAttribute('inert', true));
  try {
    return await work();
  } finally {
    views.forEach(({ node }) => node.removeAttribute('inert'));
    if (focused && document.activeElement === document.body) {
      focused.content.activate();
    }
  }
}

/**
 * Open a notebook anew from its file; what is not saved becomes a version first.
 *
 * To be done while it is held.  `known` is what it may hold without being kept.
 */
export async function openAnew(
  api: BookstoreAPI,
  path: string,
  { context, content }: NotebookPanel,
  trans: TranslationBundle,
  known: INotebookContent | null = null
): Promise<void> {
  const { model } = context;
  if (model.dirty) {
    const unsaved = contentOf(model);
    if (!known || !sameJSON(unsaved, known)) {
      await keep(api, path, unsaved, trans);
    }
  }
  const { activeCellIndex, mode } = content;
  const { scrollTop } = content.outerNode;
  await context.revert();
  model.dirty = false;
  content.activeCellIndex = Math.min(
    activeCellIndex,
    model.sharedModel.cells.length - 1
  );
  content.mode = mode;
  content.outerNode.scrollTop = scrollTop;
}
