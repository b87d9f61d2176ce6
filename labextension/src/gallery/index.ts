import {
  ILabShell,
  ILayoutRestorer,
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { ILauncher } from '@jupyterlab/launcher';
import { INotebookTracker } from '@jupyterlab/notebook';
import {
  ITranslator,
  nullTranslator,
  TranslationBundle
} from '@jupyterlab/translation';
import { launchIcon } from '@jupyterlab/ui-components';
import { Target } from '../documents/target';
import { showBookstoreError } from '../server/errors';
import { GalleryAPI, hasGallery, IListed } from '../server/gallery';
import { galleryIcon, kindIcon, previewIcon } from '../ui/icons';
import { present } from '../ui/present';
import { withProgress } from '../ui/progress';
import { soonUnlessUserActs } from '../ui/soon';
import { GalleryModel } from './model';
import { GalleryPanel } from './panel';
import { FramedPreview } from './preview';

const SHOW = 'bookstore:show-gallery';
const PUBLISH = 'bookstore:publish';

const AFTER_PALETTE_MS = 100;

/** What can be done with a notebook of the gallery, in this front end. */
class Visitor {
  constructor(
    private readonly _app: JupyterFrontEnd,
    private readonly _labShell: ILabShell | null,
    private readonly _api: GalleryAPI,
    private readonly _target: Target,
    private readonly _trans: TranslationBundle
  ) {}

  preview(notebook: IListed): void {
    const { uuid, title, owner } = notebook;
    const trans = this._trans;
    present(
      this._app,
      this._labShell,
      {
        id: `bookstore-gallery-preview:${uuid}`,
        title,
        caption: trans.__('%1, in the gallery', title),
        icon: previewIcon,
        heading: title,
        details: trans.__('By %1, in the gallery; nothing in it runs', owner),
        actions: [
          {
            label: trans.__('Clone'),
            icon: kindIcon('clone'),
            act: () => void this.clone(notebook)
          },
          {
            label: trans.__('Open Page'),
            icon: launchIcon,
            act: () => this.openPage(notebook)
          }
        ],
        body: new FramedPreview(this._api, uuid, title, trans)
      },
      trans
    );
  }

  /** Copy a notebook into the current folder, and open it. */
  async clone({ uuid, title }: IListed): Promise<void> {
    const trans = this._trans;
    const folder = this._target.folder();
    try {
      const copy = await withProgress(
        trans.__('Cloning “%1”…', title),
        this._api.clone(uuid, folder ? `${folder}/` : '')
      );
      Notification.success(trans.__('Cloned as “%1”', copy.path), {
        autoClose: 5000
      });
      await this._app.commands.execute('docmanager:open', { path: copy.path });
    } catch (error) {
      const failed = trans.__('“%1” is not cloned', title);
      void showBookstoreError(failed, error, trans);
    }
  }

  openPage({ url }: IListed): void {
    window.open(url, '_blank', 'noopener');
  }
}

export const galleryPlugin: JupyterFrontEndPlugin<void> = {
  id: 'bookstore-labextension:gallery',
  description: 'Finds, shows and clones notebooks of the gallery.',
  autoStart: true,
  optional: [
    ITranslator,
    ICommandPalette,
    ILabShell,
    ILayoutRestorer,
    INotebookTracker,
    IFileBrowserFactory,
    ILauncher
  ],
  activate: (
    app: JupyterFrontEnd,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    labShell: ILabShell | null,
    restorer: ILayoutRestorer | null,
    tracker: INotebookTracker | null,
    browsers: IFileBrowserFactory | null,
    launcher: ILauncher | null
  ) => {
    if (!hasGallery()) {
      return;
    }
    const { commands } = app;
    const trans = (translator ?? nullTranslator).load('bookstore');
    const api = new GalleryAPI(app.serviceManager.serverSettings);
    const target = new Target(app, tracker, browsers, null);
    const visitor = new Visitor(app, labShell, api, target, trans);
    const model = new GalleryModel(api);
    const panel = new GalleryPanel(model, trans, {
      toggle: uuid => void model.toggle(uuid),
      preview: notebook => visitor.preview(notebook),
      clone: notebook => visitor.clone(notebook),
      star: starred =>
        model.star(starred).catch(error => {
          const failed = trans.__('The star is as it was');
          void showBookstoreError(failed, error, trans);
        }),
      openPage: notebook => visitor.openPage(notebook),
      search: query => void model.search(query),
      publish: () =>
        target.notebook({}) === null || !commands.hasCommand(PUBLISH)
          ? null
          : () => void commands.execute(PUBLISH)
    });
    // Notebook 7 writes the label into its menu, and has room on the right on every page.
    panel.title.label = labShell ? '' : trans.__('Gallery');
    const side = labShell ? 'left' : 'right';
    app.shell.add(panel, side, { rank: 610, type: 'Bookstore' });
    restorer?.add(panel, panel.id);

    commands.addCommand(SHOW, {
      label: args =>
        args.isLauncher ? trans.__('Gallery') : trans.__('Show Gallery'),
      caption: trans.__('Find notebooks that others have published'),
      icon: galleryIcon,
      execute: async args => {
        app.shell.activateById(panel.id);
        // The palette hands the focus to the notebook, some frames after it closes: take it back.
        soonUnlessUserActs(() => panel.activate(), AFTER_PALETTE_MS);
        if (typeof args.query === 'string') {
          await model.show('all', args.query);
        }
      },
      describedBy: {
        args: {
          type: 'object',
          properties: {
            query: { type: 'string', description: 'What to look for.' },
            isLauncher: {
              type: 'boolean',
              description: 'Whether it is shown in the launcher.'
            }
          }
        }
      }
    });
    palette?.addItem({ command: SHOW, category: trans.__('Bookstore') });
    launcher?.add({
      command: SHOW,
      args: { isLauncher: true },
      category: trans.__('Other'),
      rank: 10
    });
  }
};
