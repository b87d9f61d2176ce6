import { URLExt } from '@jupyterlab/coreutils';
import type { INotebookContent } from '@jupyterlab/nbformat';
import type { ServerConnection } from '@jupyterlab/services';
import type {
  IBlamedCell,
  ICellChange,
  ICloneAnswer,
  ICloneRequest,
  IDeletedPage,
  IDiff,
  IHistoryPage,
  IMadeLink,
  IPublishAnswer,
  IPublished,
  IPublishedPage,
  IRunsPage,
  IRunTold,
  ISearchResult,
  IServer,
  IStatus,
  IUndone,
  IUnpublishAnswer,
  IVersion,
  IVersionFile,
  IVersionModel,
  IWanted,
  LinkWish,
  VersionAddress
} from './answers';
import { Query, Requests } from './requests';

/** Every HTTP route of the server extension that the front end uses. */
export class BookstoreAPI {
  constructor(private readonly _settings: ServerConnection.ISettings) {
    this._requests = new Requests(_settings, 'api/bookstore');
  }

  /** The server's base URL, absolute. */
  get baseUrl(): string {
    return this._settings.baseUrl;
  }

  server(): Promise<IServer> {
    return this._requests.get<IServer>('');
  }

  status(): Promise<IStatus> {
    return this._requests.get<IStatus>('status');
  }

  /** One page of a notebook's history, newest first. */
  history(path: string, limit = 50, before = ''): Promise<IHistoryPage> {
    const query: Query = before ? { limit, before } : { limit };
    return this._requests.get<IHistoryPage>(route('versions', path), query);
  }

  /** Tell what was saved from another folder in the histories here, or no longer. */
  async join(path: string, folder: string, joined: boolean): Promise<void> {
    await this._requests.send('POST', route('join', path), { folder, joined });
  }

  /** Find versions of a notebook; of all notebooks where no path is given. */
  search(wanted: IWanted, path = ''): Promise<ISearchResult> {
    const said = Object.entries({ ...wanted, path }).filter(([, text]) => text);
    const query: Query = { ...Object.fromEntries(said), limit: 200 };
    return this._requests.get<ISearchResult>('search', query);
  }

  /** The cells of a notebook's newest version, each with the version that gave it its source. */
  async blame(path: string): Promise<IBlamedCell[]> {
    const answer = await this._requests.get<{ cells: IBlamedCell[] }>(
      route('cells', path)
    );
    return answer.cells;
  }

  /** What versions did to one cell, the newest first. */
  async cellHistory(path: string, cell: string): Promise<ICellChange[]> {
    const answer = await this._requests.get<{ changes: ICellChange[] }>(
      route('cells', path),
      { cell }
    );
    return answer.changes;
  }

  async version(path: string, address: VersionAddress): Promise<IVersion> {
    const query = addressed(path, address);
    const answer = await this._requests.get<{ version: IVersion }>(
      route('versions', path),
      query
    );
    return answer.version;
  }

  /** A version's content, as a contents model. */
  content(path: string, address: VersionAddress): Promise<IVersionModel> {
    const query = { ...addressed(path, address), content: 1 };
    return this._requests.get<IVersionModel>(route('versions', path), query);
  }

  /** A version byte for byte. */
  file(path: string, address: VersionAddress): Promise<IVersionFile> {
    const query = { ...addressed(path, address), content: 1, type: 'file' };
    return this._requests.get<IVersionFile>(route('versions', path), query);
  }

  /** Name a version; an empty text takes the name away. */
  async label(
    path: string,
    address: VersionAddress,
    texts: { label?: string; note?: string }
  ): Promise<IVersion> {
    const answer = await this._requests.send<{ version: IVersion }>(
      'PATCH',
      route('versions', path),
      { ...addressed(path, address), ...texts }
    );
    return answer.version;
  }

  /** Compare a version with another, or with what is on disk now. */
  diff(
    path: string,
    base: VersionAddress,
    remote?: VersionAddress
  ): Promise<IDiff> {
    const query: Query = { base: base.version_id };
    if (base.path !== path) {
      query.base_path = base.path;
    }
    if (remote) {
      query.remote = remote.version_id;
      if (remote.path !== path) {
        query.remote_path = remote.path;
      }
    }
    return this._requests.get<IDiff>(route('diff', path), query);
  }

  /** Compare a version with the one before it. */
  diffWithBefore(path: string, remote: VersionAddress): Promise<IDiff> {
    const query: Query = { remote: remote.version_id };
    if (remote.path !== path) {
      query.remote_path = remote.path;
    }
    return this._requests.get<IDiff>(route('diff', path), query);
  }

  /** Compare a version with content that is not saved. */
  diffWithContent(
    path: string,
    base: VersionAddress,
    content: INotebookContent
  ): Promise<IDiff> {
    const moved = base.path === path ? {} : { base_path: base.path };
    const body = { base: base.version_id, ...moved, content };
    return this._requests.send<IDiff>('POST', route('diff', path), body);
  }

  /** Write a version to disk at `path`. */
  restore(path: string, address: VersionAddress): Promise<IVersionModel> {
    return this._restore(path, address, {});
  }

  /** Write a version to disk under another name. */
  restoreAsCopy(
    path: string,
    address: VersionAddress,
    targetPath: string
  ): Promise<IVersionModel> {
    return this._restore(path, address, { target_path: targetPath });
  }

  /** Announce that the next save of `path` restores a version; answers its content. */
  restoreInEditor(
    path: string,
    address: VersionAddress
  ): Promise<IVersionModel> {
    return this._restore(path, address, { in_editor: true });
  }

  /** Have what an editor holds of a notebook be a version; the file stays as it is. */
  async keep(
    path: string,
    content: INotebookContent
  ): Promise<IVersion | null> {
    const answer = await this._requests.send<{ version: IVersion | null }>(
      'POST',
      'checkpoint',
      { path, content }
    );
    return answer.version;
  }

  /** Take back what one author changed, since a version if that is named. */
  undo(path: string, actor: string, since = ''): Promise<IUndone> {
    const body = since ? { actor, since } : { actor };
    return this._requests.send<IUndone>('POST', route('undo', path), body);
  }

  /** Notebooks that were deleted or moved away, the last one first. */
  deleted(limit = 50, after = '', text = ''): Promise<IDeletedPage> {
    const query: Query = { limit, order: 'time' };
    return this._requests.get<IDeletedPage>('deleted', {
      ...query,
      ...(after ? { after } : {}),
      ...(text ? { text } : {})
    });
  }

  published(cursor = ''): Promise<IPublishedPage> {
    return this._requests.get<IPublishedPage>(
      'published',
      cursor ? { cursor } : {}
    );
  }

  /** How a notebook is published; null where it is not. */
  async publishedAt(path: string): Promise<IPublished | null> {
    const { published } = await this._requests.get<{
      published: IPublished | null;
    }>(route('published', path));
    return published;
  }

  /** Publish what is saved at `path`, or `content`. */
  publish(path: string, content?: INotebookContent): Promise<IPublishAnswer> {
    const body = content ? { type: 'notebook', content } : { type: 'notebook' };
    return this._requests.send<IPublishAnswer>(
      'PUT',
      route('published', path),
      body
    );
  }

  /** Publish, at `path`, the version that an address means. */
  publishVersion(path: string, address: string): Promise<IPublishAnswer> {
    const body = { type: 'notebook', address };
    return this._requests.send<IPublishAnswer>(
      'PUT',
      route('published', path),
      body
    );
  }

  /** The runs of a notebook, newest first, or of a version of it. */
  runs(of: string, version_id = '', before = ''): Promise<IRunsPage> {
    return this._requests.get<IRunsPage>('runs', {
      of,
      ...(version_id ? { version_id } : {}),
      ...(before ? { before } : {})
    });
  }

  /** Have the server execute the version that an address means. */
  async startRun(address: string, parameters: object): Promise<IRunTold> {
    const body = { address, parameters };
    const answer = await this._requests.send<{ run: IRunTold }>(
      'POST',
      'runs',
      body
    );
    return answer.run;
  }

  /** What is known of a run now. */
  async run({ run_id, result }: IRunTold): Promise<IRunTold> {
    const query = { of: result };
    const answer = await this._requests.get<{ run: IRunTold }>(
      route('runs', run_id),
      query
    );
    return answer.run;
  }

  async cancelRun(run_id: string): Promise<void> {
    await this._requests.send('DELETE', route('runs', run_id));
  }

  unpublish(path: string): Promise<IUnpublishAnswer> {
    return this._requests.send<IUnpublishAnswer>(
      'DELETE',
      route('published', path)
    );
  }

  /** Make a link that gives what is stored of `path` to whoever has it. */
  makeLink(path: string, wish: LinkWish): Promise<IMadeLink> {
    return this._requests.send<IMadeLink>('POST', route('links', path), wish);
  }

  /** Make every version of `path` private again; answers how many there are. */
  async takeBackLinks(path: string): Promise<number> {
    const { versions } = await this._requests.send<{ versions: number }>(
      'DELETE',
      route('links', path)
    );
    return versions;
  }

  clone(request: ICloneRequest): Promise<ICloneAnswer> {
    return this._requests.send<ICloneAnswer>('POST', 'cloned', { ...request });
  }

  private _restore(
    path: string,
    address: VersionAddress,
    how: { [field: string]: string | boolean }
  ): Promise<IVersionModel> {
    const body = { ...addressed(path, address), ...how };
    return this._requests.send<IVersionModel>(
      'POST',
      route('restore', path),
      body
    );
  }

  private readonly _requests: Requests;
}

function route(name: string, path: string): string {
  return `${name}/${URLExt.encodeParts(path)}`;
}

function addressed(path: string, address: VersionAddress): Query {
  const moved: Query =
    address.path === path ? {} : { version_path: address.path };
  return { version_id: address.version_id, ...moved };
}
