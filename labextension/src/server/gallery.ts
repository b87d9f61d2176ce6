import { PageConfig } from '@jupyterlab/coreutils';
import type { INotebookContent } from '@jupyterlab/nbformat';
import type { Contents, ServerConnection } from '@jupyterlab/services';
import type { DiffOp, IDiffSummary, IWarning } from './answers';
import { Requests } from './requests';

/** Is there a gallery on this server?  Its page says so: nobody has to ask. */
export function hasGallery(): boolean {
  return PageConfig.getOption('bookstoreGallery') === 'true';
}

/** Whose notebooks a list has. */
export type Shelf = 'all' | 'mine' | 'starred' | 'shared';

/** A piece of a text; is it what was looked for? */
export interface IPiece {
  readonly text: string;
  readonly marked: boolean;
}

export interface ISnippet {
  readonly field: 'title' | 'description' | 'source';
  readonly cell: string | null;
  readonly pieces: readonly IPiece[];
}

/** A notebook of the gallery in a list. */
export interface IListed {
  readonly uuid: string;
  readonly title: string;
  readonly description: string;
  /** The beginning of the description, as plain text. */
  readonly excerpt: string;
  readonly public: boolean;
  readonly lang: string | null;
  readonly owner: string;
  readonly owner_type: string | null;
  readonly updater: string | null;
  readonly tags: readonly string[];
  readonly stars: number;
  readonly deprecated: boolean;
  readonly updated_at: string;
  readonly content_updated_at: string | null;
  readonly commit_id: string | null;
  /** Its page on this server. */
  readonly url: string;
  readonly snippets?: readonly ISnippet[];
}

export interface IGalleryPage {
  readonly notebooks: readonly IListed[];
  readonly next: string | null;
}

/** A notebook of the gallery, and what the user may do with it. */
export interface IShown extends IListed {
  readonly may_edit: boolean;
  readonly is_starred: boolean;
  readonly deprecation: {
    readonly reason: string;
    readonly may_be_run: boolean;
  } | null;
}

export interface IShownWithContent extends IShown {
  readonly content: INotebookContent;
}

export interface IRevision {
  readonly id: number;
  readonly commit_id: string | null;
  readonly summary: string;
  readonly label: string;
  readonly user: string | null;
  readonly created_at: string;
}

/** Some cells of a notebook as a document, for a frame that runs nothing. */
export interface IPreview {
  readonly revision: number | null;
  readonly html: string;
  readonly start: number;
  readonly stop: number;
  readonly cells: number;
  readonly notes: readonly string[];
}

/** What changed from a copy to the notebook in the gallery. */
export interface IGalleryDiff {
  readonly revision: number | null;
  readonly commit_id: string;
  readonly base: INotebookContent;
  readonly diff: readonly DiffOp[];
  readonly summary: IDiffSummary;
}

/** A field that an extension of the gallery adds to the form. */
export interface IField {
  readonly name: string;
  readonly label: string;
  readonly help: string;
  readonly choices: readonly string[] | null;
  readonly is_required: boolean;
}

/** The notebook of the gallery that another one is a copy of. */
export interface IOrigin extends IListed {
  readonly may_edit: boolean;
  readonly attributes: { readonly [name: string]: string };
}

/** What is known of a notebook that is to be published. */
export interface IDraft {
  readonly title: string;
  readonly origin: IOrigin | null;
  readonly proposed_tags: readonly string[];
  readonly fields: readonly IField[];
  readonly groups: readonly { readonly gid: string; readonly name: string }[];
  readonly user: string;
  readonly outputs_may_be_kept: boolean;
  readonly most: { readonly [field: string]: number };
  readonly problem: string;
}

/** What is published, and the words about it. */
export interface IPublication {
  readonly path: string;
  readonly uuid?: string;
  readonly parent_uuid?: string;
  readonly title: string;
  readonly description: string;
  readonly tags: string;
  readonly owner?: string;
  readonly public: boolean;
  readonly summary: string;
  readonly label: string;
  readonly keep_outputs: boolean;
  readonly or_request_change?: boolean;
  readonly comment?: string;
  readonly attributes: { readonly [name: string]: string };
  /** By which the same request is known when it comes again. */
  readonly token: string;
}

/** A revision in the gallery; or the change that others are asked to make. */
export interface IPublishedRevision {
  readonly uuid: string;
  readonly revision?: number;
  readonly commit_id?: string;
  readonly is_new?: boolean;
  readonly url?: string;
  readonly change_request?: string;
}

export interface IGalleryClone extends Contents.IModel, IWarning {}

/** Every HTTP route of the gallery that the front end uses. */
export class GalleryAPI {
  constructor(settings: ServerConnection.ISettings) {
    this._requests = new Requests(settings, 'api/bookstore/gallery');
  }

  find(q: string, shelf: Shelf, after = '', limit = 20): Promise<IGalleryPage> {
    return this._requests.get<IGalleryPage>('notebooks', {
      q: q || undefined,
      shelf,
      limit,
      after: after || undefined
    });
  }

  suggest(q: string): Promise<{ titles: string[]; tags: string[] }> {
    return this._requests.get('suggestions', { q });
  }

  notebook(uuid: string): Promise<IShown> {
    return this._requests.get<IShown>(route(uuid));
  }

  content(uuid: string): Promise<IShownWithContent> {
    return this._requests.get<IShownWithContent>(route(uuid), { content: 1 });
  }

  async newestRevision(uuid: string): Promise<IRevision | null> {
    const { revisions } = await this._requests.get<{ revisions: IRevision[] }>(
      route(uuid, 'revisions'),
      { limit: 1 }
    );
    return revisions[0] ?? null;
  }

  preview(uuid: string, scheme: 'light' | 'dark', cell = 0): Promise<IPreview> {
    return this._requests.get(route(uuid, 'preview'), { scheme, cell });
  }

  /** What changed from a copy, saved or not, to the newest revision. */
  diff(uuid: string, content: INotebookContent): Promise<IGalleryDiff> {
    return this._requests.send('POST', route(uuid, 'diff'), { content });
  }

  star(
    uuid: string,
    starred: boolean
  ): Promise<{ is_starred: boolean; stars: number }> {
    const method = starred ? 'PUT' : 'DELETE';
    return this._requests.send(method, route(uuid, 'star'));
  }

  clone(uuid: string, target_path: string): Promise<IGalleryClone> {
    return this._requests.send('POST', route(uuid, 'clone'), { target_path });
  }

  draft(path: string): Promise<IDraft> {
    return this._requests.get<IDraft>('draft', { path });
  }

  publish(publication: IPublication): Promise<IPublishedRevision> {
    return this._requests.send('POST', 'notebooks', publication);
  }

  private readonly _requests: Requests;
}

function route(uuid: string, ...more: string[]): string {
  return ['notebooks', encodeURIComponent(uuid), ...more].join('/');
}
