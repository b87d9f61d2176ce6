import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  Dialog,
  ICommandPalette,
  Notification,
  showDialog
} from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { INotebookMetadata } from '@jupyterlab/nbformat';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import {
  ITranslator,
  nullTranslator,
  TranslationBundle
} from '@jupyterlab/translation';
import { bringBack } from '../documents/bringback';
import { contentOf } from '../documents/content';
import { mustOpen } from '../documents/opening';
import { originOf, withOrigin } from '../documents/origin';
import { withOutputsOf } from '../documents/outputs';
import { apiPathOf } from '../documents/paths';
import { putWhenSaved, save } from '../documents/saving';
import { BookstoreError, showBookstoreError } from '../server/errors';
import { GalleryAPI, hasGallery, IRevision, IShown } from '../server/gallery';
import { compareIcon, galleryIcon } from '../ui/icons';
import { withProgress } from '../ui/progress';
import { shortTime } from '../ui/times';
import { IComparisons } from '../versions/token';

const COMPARE = 'bookstore:compare-with-gallery';
const PULL = 'bookstore:pull-from-gallery';

/** Copies of notebooks of the gallery: whether they are the newest, and what to do where not. */
class Copies {
  constructor(
    private readonly _app: JupyterFrontEnd,
    private readonly _api: GalleryAPI,
    private readonly _comparisons: IComparisons | null,
    private readonly _trans: TranslationBundle
  ) {}

  /** Tell whoever opens a copy where there is a newer version; anything else disturbs nobody. */
  async look(panel: NotebookPanel): Promise<void> {
    await panel.context.ready;
    const origin = panel.isDisposed ? null : originOf(panel.context.model);
    if (!origin) {
      return;
    }
    try {
      const about = await this._api.notebook(origin.uuid);
      if (about.commit_id !== origin.commit && !panel.isDisposed) {
        const newest = await this._api.newestRevision(origin.uuid);
        this._tell(panel, about, newest);
      }
    } catch (error) {
      // It is another gallery's, deleted, or private now; or the gallery cannot be asked.
      if (!(error instanceof BookstoreError)) {
        console.warn('The gallery was not asked for a newer version', error);
      }
    }
  }

  async compare(panel: NotebookPanel): Promise<void> {
    const { model } = panel.context;
    const origin = originOf(model)!;
    const path = this._pathOf(panel);
    const diff = await this._api.diff(origin.uuid, contentOf(model));
    const trans = this._trans;
    await this._comparisons?.show({
      path,
      diff,
      baseName: trans.__('Yours'),
      remoteName: trans.__('Gallery'),
      actions: [
        {
          label: trans.__('Get This Version…'),
          icon: galleryIcon,
          act: () => void this._app.commands.execute(PULL, { path })
        }
      ]
    });
  }

  /** Make an open copy what the gallery has; what it was becomes a version, and can be undone to. */
  async pull(panel: NotebookPanel): Promise<void> {
    const { context } = panel;
    const { uuid } = originOf(context.model)!;
    const trans = this._trans;
    if (!(await isConfirmed(panel, trans))) {
      return;
    }
    let got: IShown | null = null;
    const pulled = putWhenSaved(
      context,
      async () => {
        const about = await this._api.content(uuid);
        mustOpen(about.content, {}, trans);
        return about;
      },
      about => {
        const origin = { uuid, commit: about.commit_id ?? '' };
        const own = contentOf(context.model);
        const content = withOutputsOf(about.content, own);
        const metadata = withOrigin(
          { ...ofTheKernel(own.metadata), ...content.metadata },
          origin
        );
        bringBack(context.model, { ...content, metadata });
        got = about;
      },
      trans
    );
    await withProgress(trans.__('Getting the newest version…'), pulled);
    await save(context);
    const title = (got as IShown | null)?.title ?? '';
    Notification.success(
      trans.__('%1 is “%2” as the gallery has it.', nameOf(panel), title),
      { autoClose: 4000 }
    );
  }

  private _tell(
    panel: NotebookPanel,
    { title, updater }: IShown,
    newest: IRevision | null
  ): void {
    const trans = this._trans;
    const path = this._pathOf(panel);
    const run = (command: string) => () =>
      void this._app.commands.execute(command, { path });
    const id = Notification.info(
      [
        trans.__('There is a newer version of “%1” in the gallery.', title),
        whatChanged(newest, updater, trans)
      ].join(' '),
      {
        autoClose: false,
        actions: [
          {
            label: trans.__('Compare'),
            caption: trans.__('See what changed'),
            callback: run(COMPARE)
          },
          {
            label: trans.__('Get It…'),
            caption: trans.__('Make your copy what the gallery has'),
            callback: run(PULL),
            displayType: 'accent'
          }
        ]
      }
    );
    panel.disposed.connect(() => Notification.dismiss(id));
  }

  private _pathOf(panel: NotebookPanel): string {
    const { contents } = this._app.serviceManager;
    const { path } = panel.context;
    return apiPathOf(contents, path) ?? path;
  }
}

export const newerPlugin: JupyterFrontEndPlugin<void> = {
  id: 'bookstore-labextension:newer',
  description: 'Says where the gallery has a newer version of a notebook.',
  autoStart: true,
  optional: [ITranslator, INotebookTracker, ICommandPalette, IComparisons],
  activate: (
    app: JupyterFrontEnd,
    translator: ITranslator | null,
    tracker: INotebookTracker | null,
    palette: ICommandPalette | null,
    comparisons: IComparisons | null
  ) => {
    if (!hasGallery() || !tracker) {
      return;
    }
    const trans = (translator ?? nullTranslator).load('bookstore');
    const { serverSettings, contents } = app.serviceManager;
    const api = new GalleryAPI(serverSettings);
    const copies = new Copies(app, api, comparisons, trans);
    tracker.widgetAdded.connect((_, panel) => void copies.look(panel));

    /** The copy that a command is about: an open notebook that says where it is from. */
    const copyOf = (path: unknown): NotebookPanel | null => {
      const panel =
        typeof path === 'string'
          ? tracker.find(
              ({ context }) => apiPathOf(contents, context.path) === path
            )
          : tracker.currentWidget;
      const isCopy = panel?.context.isReady && originOf(panel.context.model);
      return isCopy ? (panel ?? null) : null;
    };
    const add = (
      command: string,
      label: string,
      icon: typeof compareIcon,
      failed: string,
      act: (panel: NotebookPanel) => Promise<void>
    ) => {
      app.commands.addCommand(command, {
        label,
        icon,
        isEnabled: args => copyOf(args.path) !== null,
        execute: async args => {
          const panel = copyOf(args.path);
          try {
            if (panel) {
              await act(panel);
            }
          } catch (error) {
            void showBookstoreError(failed, error, trans);
          }
        },
        describedBy: {
          args: {
            type: 'object',
            properties: {
              path: {
                type: 'string',
                description: 'The API path of an open notebook.'
              }
            }
          }
        }
      });
      palette?.addItem({ command, category: trans.__('Bookstore') });
    };
    if (comparisons) {
      add(
        COMPARE,
        trans.__('Compare With Gallery'),
        compareIcon,
        trans.__('It cannot be compared with the gallery'),
        panel => withProgress(trans.__('Comparing…'), copies.compare(panel))
      );
    }
    add(
      PULL,
      trans.__('Get Newest Version From Gallery…'),
      galleryIcon,
      trans.__('The newest version is not here'),
      panel => copies.pull(panel)
    );
    tracker.currentChanged.connect(() => app.commands.notifyCommandChanged());
  }
};

/** Who changed what, and when, as far as that is known. */
function whatChanged(
  newest: IRevision | null,
  updater: string | null,
  trans: TranslationBundle
): string {
  if (newest === null) {
    return '';
  }
  const { label, summary, user, created_at } = newest;
  const who = user ?? updater ?? '';
  const when = shortTime(new Date(created_at), new Date(), trans);
  const facts = [label, summary, who, when].filter(fact => fact !== '');
  return `(${facts.join(' · ')})`;
}

/** What a copy says of its kernel, which goes on: what was published need not say that. */
function ofTheKernel({
  kernelspec,
  language_info
}: INotebookMetadata): INotebookMetadata {
  return {
    ...(kernelspec && { kernelspec }),
    ...(language_info && { language_info })
  };
}

async function isConfirmed(
  panel: NotebookPanel,
  trans: TranslationBundle
): Promise<boolean> {
  const { button } = await showDialog({
    title: trans.__('Get the newest version?'),
    body: [
      trans.__('%1 becomes what the gallery has.', nameOf(panel)),
      trans.__('What it is now, with your changes, stays in its history.'),
      trans.__(
        'The open notebook changes in place, and its kernel keeps running.'
      )
    ].join(' '),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: trans.__('Get It') })
    ]
  });
  return button.accept;
}

function nameOf(panel: NotebookPanel): string {
  return PathExt.basename(panel.context.localPath);
}
