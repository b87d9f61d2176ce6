import {
  ILabShell,
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import { INotebookTracker } from '@jupyterlab/notebook';
import {
  ITranslator,
  nullTranslator,
  TranslationBundle
} from '@jupyterlab/translation';
import { NOTEBOOK_ARGS, Target } from '../documents/target';
import type { IPublishAnswer, IWarning } from '../server/answers';
import { BookstoreAPI } from '../server/api';
import { showBookstoreError } from '../server/errors';
import { GalleryAPI, hasGallery, IDraft } from '../server/gallery';
import { linkFor, pathBelow } from '../server/links';
import { kindIcon } from '../ui/icons';
import { OneLarge } from '../ui/place';
import { withProgress } from '../ui/progress';
import { addVersionCommand } from '../versions/command';
import { versionPhrase } from '../versions/describe';
import { CommandIDs, IHistory, ISubject } from '../versions/token';
import {
  askToPublish,
  askToUnpublish,
  IWhatIsPublished,
  showLink
} from './dialogs';
import {
  askForLinkInstead,
  publishWithWords,
  tellOfPublished
} from './gallery';
import { PublishedNotebooks } from './published';

const PUBLISH = 'bookstore:publish';
const SHOW_PUBLISHED = 'bookstore:show-published';

/** Publishes notebooks and takes them back, with a dialog for each step. */
class Publisher {
  constructor(
    readonly api: BookstoreAPI,
    /** Null where there is none. */
    readonly gallery: GalleryAPI | null,
    private readonly _target: Target,
    private readonly _trans: TranslationBundle
  ) {}

  /** Publish a notebook: to the gallery where there is one, else to the store alone. */
  async publish(path: string): Promise<void> {
    await (this.gallery ? this._toGallery(path) : this._toStore(path));
  }

  /** Publish one version, to the store: the link of its notebook leads to it then. */
  async publishVersion({ path, version }: ISubject): Promise<void> {
    const what = versionPhrase(version, this._trans);
    await this._publishTo(path, { version: what }, () =>
      this.api.publishVersion(path, version.address)
    );
  }

  private async _toStore(path: string): Promise<void> {
    const isDirty = this._target.isDirty(path);
    await this._publishTo(path, { isDirty }, () => this._published(path));
  }

  private async _publishTo(
    path: string,
    what: IWhatIsPublished,
    publish: () => Promise<IPublishAnswer>
  ): Promise<void> {
    if (!(await askToPublish(this.api, path, what, this._trans))) {
      return;
    }
    try {
      const answer = await withProgress(
        this._trans.__('Publishing %1…', PathExt.basename(path)),
        publish()
      );
      await this.showLink(path, answer.url, answer);
    } catch (error) {
      const name = PathExt.basename(path);
      const title = this._trans.__('“%1” is not published', name);
      await showBookstoreError(title, error, this._trans);
    }
  }

  /** Returns whether it was taken back. */
  async unpublish(path: string): Promise<boolean> {
    if (!(await askToUnpublish(path, this._trans))) {
      return false;
    }
    try {
      await this.api.unpublish(path);
      return true;
    } catch (error) {
      const name = PathExt.basename(path);
      const title = this._trans.__('“%1” is still published', name);
      await showBookstoreError(title, error, this._trans);
      return false;
    }
  }

  showLink(path: string, url: string, warning: IWarning = {}): Promise<void> {
    const link = linkFor(url, this.api.baseUrl);
    return showLink(path, link, this._trans, warning);
  }

  private async _toGallery(path: string): Promise<void> {
    const name = PathExt.basename(path);
    const trans = this._trans;
    const api = this.gallery!;
    let draft: IDraft;
    try {
      await this._target.save(path);
      draft = await withProgress(
        trans.__('Looking at %1…', name),
        api.draft(path)
      );
    } catch (error) {
      if (await askForLinkInstead(path, error, trans)) {
        await this._toStore(path);
      }
      return;
    }
    try {
      const published = await publishWithWords(
        path,
        draft,
        publication => api.publish(publication),
        trans
      );
      if (published === null || published === 'link') {
        return published === null ? undefined : this._toStore(path);
      }
      const { uuid, commit_id, url } = published;
      if (commit_id) {
        await this._target.noteOrigin(path, { uuid, commit: commit_id });
      }
      const { baseUrl } = this.api;
      const link = url ? linkFor(pathBelow(url, baseUrl), baseUrl) : '';
      await tellOfPublished(path, published, link, trans);
    } catch (error) {
      const title = trans.__('“%1” is not published', name);
      await showBookstoreError(title, error, trans);
    }
  }

  private async _published(path: string): Promise<IPublishAnswer> {
    await this._target.save(path);
    return this.api.publish(path);
  }
}

export const publishingPlugin: JupyterFrontEndPlugin<void> = {
  id: 'bookstore-labextension:publishing',
  description: 'Publishes notebooks, and lists those that are published.',
  autoStart: true,
  optional: [
    ITranslator,
    ICommandPalette,
    ILabShell,
    INotebookTracker,
    IFileBrowserFactory,
    IDocumentManager,
    IHistory
  ],
  activate: (
    app: JupyterFrontEnd,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    labShell: ILabShell | null,
    tracker: INotebookTracker | null,
    browsers: IFileBrowserFactory | null,
    documents: IDocumentManager | null,
    history: IHistory | null
  ) => {
    const { commands } = app;
    const trans = (translator ?? nullTranslator).load('bookstore');
    const api = new BookstoreAPI(app.serviceManager.serverSettings);
    const target = new Target(app, tracker, browsers, documents);
    const gallery = hasGallery()
      ? new GalleryAPI(app.serviceManager.serverSettings)
      : null;
    const publisher = new Publisher(api, gallery, target, trans);
    const place = new OneLarge(app, labShell, trans);

    commands.addCommand(PUBLISH, {
      label: trans.__('Publish Notebook…'),
      caption: trans.__('Put the notebook where others can clone it'),
      icon: kindIcon('publish'),
      isEnabled: args => target.notebook(args) !== null,
      execute: async args => {
        const path = target.notebook(args);
        if (path !== null) {
          await publisher.publish(path);
        }
      },
      describedBy: { args: NOTEBOOK_ARGS }
    });
    if (history) {
      addVersionCommand(
        app,
        history,
        {
          id: CommandIDs.publishVersion,
          label: trans.__('Publish This Version…'),
          icon: kindIcon('publish'),
          failed: trans.__('The version could not be published'),
          act: subject => publisher.publishVersion(subject)
        },
        trans
      );
    }
    commands.addCommand(SHOW_PUBLISHED, {
      label: trans.__('Published Notebooks'),
      caption: trans.__('Notebooks that others can clone'),
      icon: kindIcon('publish'),
      execute: () => {
        place.open(() => new PublishedNotebooks(publisher, place, trans));
      }
    });
    for (const command of [PUBLISH, SHOW_PUBLISHED]) {
      palette?.addItem({ command, category: trans.__('Bookstore') });
    }
    tracker?.currentChanged.connect(() => {
      commands.notifyCommandChanged(PUBLISH);
    });
  }
};
