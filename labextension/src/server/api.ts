import { URLExt } from '@jupyterlab/coreutils';
import type { INotebookContent } from '@jupyterlab/nbformat';
import { Contents, ServerConnection } from '@jupyterlab/services';

/** What made a version. */
export type VersionKind =
  | 'save'
  | 'manual'
  | 'restore'
  | 'clone'
  | 'publish'
  | 'rename'
  | 'copy'
  | 'outside'
  | 'delete';

/** One version of a notebook, as the history lists it. */
export interface IVersion {
  readonly version_id: string;
  readonly save_id: string;
  /** The API path it had then. */
  readonly path: string;
  readonly saved_at: string;
  readonly size_bytes: number;
  readonly sha256: string;
  readonly author: string;
  readonly kind: VersionKind;
  readonly source: string;
  readonly label: string;
  readonly note: string;
  readonly is_latest: boolean;
  /** Is it still in the outbox? */
  readonly pending: boolean;
  readonly failed: IFailure | null;
  /** Below a server's base URL; empty where there is no link. */
  readonly url: string;
}

/** Why a pending version has not been taken by the store. */
export interface IFailure {
  readonly attempts: number;
  readonly last_error: string;
  /** Must somebody change something before it is tried with success? */
  readonly refused: boolean;
}

export interface IHistoryPage {
  readonly path: string;
  readonly versions: IVersion[];
  readonly next: string | null;
  /** Why only what waits in the outbox is here: the store cannot be reached. */
  readonly problem: { message: string; hint: string } | null;
  /** Do saves become versions at all? */
  readonly archiver: IArchiver;
}

/** A contents model, and the version its content comes from. */
export interface IVersionModel extends Contents.IModel, Pick<IWarning, 'hint'> {
  readonly version: IVersion;
}

export interface IDiffSummary {
  readonly cells_added: number;
  readonly cells_removed: number;
  readonly cells_changed: number;
  readonly outputs_changed: number;
  readonly metadata_changed: boolean | number;
}

/** An operation of nbdime's diff format; indexes are those of the base. */
export type DiffOp =
  | { readonly op: 'add'; readonly key: string; readonly value: unknown }
  | { readonly op: 'replace'; readonly key: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly key: string }
  | {
      readonly op: 'patch';
      readonly key: string | number;
      readonly diff: readonly DiffOp[];
    }
  | {
      readonly op: 'addrange';
      readonly key: number;
      /** Elements of a list, or characters of a text. */
      readonly valuelist: readonly unknown[] | string;
    }
  | {
      readonly op: 'removerange';
      readonly key: number;
      readonly length: number;
    };

export interface IDiff {
  readonly path: string;
  readonly base: INotebookContent;
  readonly diff: readonly DiffOp[];
  readonly base_version: IVersion;
  readonly remote_version: IVersion | null;
  readonly summary: IDiffSummary;
}

export interface IDeleted {
  readonly path: string;
  readonly deleted_at: string;
  /** Where it went when it was moved and not deleted. */
  readonly moved_to: string | null;
  readonly version_id: string;
  readonly saved_at: string;
  readonly size_bytes: number;
  readonly author: string;
  readonly kind: VersionKind;
}

export interface IDeletedPage {
  readonly deleted: IDeleted[];
  readonly next: string | null;
}

export interface IPublished {
  readonly path: string;
  readonly s3_path: string;
  readonly url: string;
  readonly version_id: string;
  readonly size_bytes: number;
  readonly modified_at: string;
  readonly publisher: string;
}

export interface IPublishedPage {
  readonly published: IPublished[];
  readonly next: string | null;
}

/** What is not valid about a notebook that was dealt with all the same, and what can be done. */
export interface IWarning {
  readonly message?: string;
  readonly hint?: string;
}

export interface IPublishAnswer extends IWarning {
  readonly path: string;
  readonly s3_path: string;
  readonly url: string;
  readonly versionID: string;
}

export interface IUnpublishAnswer {
  readonly path: string;
  readonly s3_path: string;
  readonly versionID: string;
}

export interface ICloneRequest {
  s3_bucket: string;
  s3_key: string;
  s3_version_id?: string;
  target_path?: string;
}

export interface ICloneAnswer extends Contents.IModel, IWarning {
  readonly s3_path: string;
  readonly versionID: string;
}

export interface IOutboxEntry {
  readonly path: string;
  readonly key: string;
  readonly operation: string;
  readonly save_id: string;
  readonly queued_at: string;
  readonly size_bytes: number;
  readonly attempts: number;
  readonly due_at: string;
  readonly last_error: string | null;
  readonly refused: boolean;
}

export interface IStatus {
  readonly store: {
    readonly kind: string;
    readonly display: string;
    readonly reachable: boolean | null;
    readonly since: string | null;
    readonly last_error: string | null;
    readonly last_success_at: string | null;
  };
  readonly outbox: {
    /** Null while the outbox cannot be read. */
    readonly depth: number | null;
    readonly bytes: number | null;
    readonly oldest_queued_at: string | null;
    readonly held: boolean | number;
    readonly entries: IOutboxEntry[];
  };
  readonly problems: string[];
  readonly archiver: IArchiver;
}

/** Does the contents manager archive what it saves, and what to do where not. */
export interface IArchiver {
  readonly active: boolean;
  readonly message: string;
}

export interface IServer {
  readonly release: string;
  readonly features: { readonly [name: string]: boolean };
  readonly store: {
    readonly kind: string;
    readonly bucket: string;
    readonly display: string;
    readonly versioned: boolean | null;
  };
  readonly problems: string[];
}

/** An answer of the server that is not a success, in its own words. */
export class BookstoreError extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** A word for programs that stays the same: "version_not_found". */
    readonly reason: string,
    /** What the user can do; empty where there is nothing. */
    readonly hint: string
  ) {
    super(message);
    this.name = 'BookstoreError';
  }
}

/** A version and the path to address it by, when that is not the notebook's own. */
export type VersionAddress = Pick<IVersion, 'version_id' | 'path'>;

/** Every HTTP route of the server extension that the front end uses. */
export class BookstoreAPI {
  constructor(private readonly _settings: ServerConnection.ISettings) {}

  /** The server's base URL, absolute. */
  get baseUrl(): string {
    return this._settings.baseUrl;
  }

  server(): Promise<IServer> {
    return this._get<IServer>('');
  }

  status(): Promise<IStatus> {
    return this._get<IStatus>('status');
  }

  /** One page of a notebook's history, newest first. */
  history(path: string, limit = 50, before = ''): Promise<IHistoryPage> {
    const query: Query = before ? { limit, before } : { limit };
    return this._get<IHistoryPage>(route('versions', path), query);
  }

  async version(path: string, address: VersionAddress): Promise<IVersion> {
    const query = addressed(path, address);
    const answer = await this._get<{ version: IVersion }>(
      route('versions', path),
      query
    );
    return answer.version;
  }

  /** A version's content, as a contents model. */
  content(path: string, address: VersionAddress): Promise<IVersionModel> {
    const query = { ...addressed(path, address), content: 1 };
    return this._get<IVersionModel>(route('versions', path), query);
  }

  /** Name a version; an empty text takes the name away. */
  async label(
    path: string,
    address: VersionAddress,
    texts: { label?: string; note?: string }
  ): Promise<IVersion> {
    const answer = await this._send<{ version: IVersion }>(
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
    return this._get<IDiff>(route('diff', path), query);
  }

  /** Compare a version with content that is not saved. */
  diffWithContent(
    path: string,
    base: VersionAddress,
    content: INotebookContent
  ): Promise<IDiff> {
    const moved = base.path === path ? {} : { base_path: base.path };
    const body = { base: base.version_id, ...moved, content };
    return this._send<IDiff>('POST', route('diff', path), body);
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

  /** Notebooks that were deleted or moved away. */
  deleted(limit = 50, after = ''): Promise<IDeletedPage> {
    const query: Query = after ? { limit, after } : { limit };
    return this._get<IDeletedPage>('deleted', query);
  }

  published(cursor = ''): Promise<IPublishedPage> {
    return this._get<IPublishedPage>('published', cursor ? { cursor } : {});
  }

  /** Publish what is saved at `path`, or `content`. */
  publish(path: string, content?: INotebookContent): Promise<IPublishAnswer> {
    const body = content ? { type: 'notebook', content } : { type: 'notebook' };
    return this._send<IPublishAnswer>('PUT', route('published', path), body);
  }

  unpublish(path: string): Promise<IUnpublishAnswer> {
    return this._send<IUnpublishAnswer>('DELETE', route('published', path));
  }

  clone(request: ICloneRequest): Promise<ICloneAnswer> {
    return this._send<ICloneAnswer>('POST', 'cloned', { ...request });
  }

  private _restore(
    path: string,
    address: VersionAddress,
    how: { [field: string]: string | boolean }
  ): Promise<IVersionModel> {
    const body = { ...addressed(path, address), ...how };
    return this._send<IVersionModel>('POST', route('restore', path), body);
  }

  private _get<T>(path: string, query: Query = {}): Promise<T> {
    return this._request<T>(path + queryString(query), { method: 'GET' });
  }

  private _send<T>(method: string, path: string, body?: object): Promise<T> {
    return this._request<T>(path, {
      method,
      body: body === undefined ? undefined : JSON.stringify(body)
    });
  }

  private async _request<T>(path: string, init: RequestInit): Promise<T> {
    const root = URLExt.join(this._settings.baseUrl, 'api/bookstore');
    const url = path ? `${root}/${path}` : root;
    const response = await ServerConnection.makeRequest(
      url,
      init,
      this._settings
    );
    const text = await response.text();
    if (!response.ok) {
      throw errorOf(response, text);
    }
    return (text ? JSON.parse(text) : {}) as T;
  }
}

type Query = { [name: string]: string | number };

function route(name: string, path: string): string {
  return `${name}/${URLExt.encodeParts(path)}`;
}

function queryString(query: Query): string {
  const fields = Object.entries(query).map(
    ([name, value]) => `${name}=${encodeURIComponent(value)}`
  );
  return fields.length > 0 ? `?${fields.join('&')}` : '';
}

function addressed(path: string, address: VersionAddress): Query {
  const moved: Query =
    address.path === path ? {} : { version_path: address.path };
  return { version_id: address.version_id, ...moved };
}

function errorOf(response: Response, text: string): BookstoreError {
  let told: { message?: string; reason?: string; hint?: string } = {};
  try {
    told = JSON.parse(text) ?? {};
  } catch {
    // A proxy's page, not an answer of the server extension.
  }
  return new BookstoreError(
    response.status,
    told.message || `${response.status} ${response.statusText}`,
    told.reason ?? '',
    told.hint ?? ''
  );
}
