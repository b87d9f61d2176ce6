import type { INotebookContent } from '@jupyterlab/nbformat';
import type { Contents } from '@jupyterlab/services';

export const VERSION_KINDS = [
  'save',
  'manual',
  'restore',
  'clone',
  'publish',
  'rename',
  'copy',
  'outside',
  'run',
  'kept',
  'delete'
] as const;

/** What made a version. */
export type VersionKind = (typeof VERSION_KINDS)[number];

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
  /** What it changed from the version before; null where that is not known, or not yet. */
  readonly changed: IChanged | null;
  /** What became of the run that it came of; null for any other version. */
  readonly run: IRun | null;
  /** What programs know it by; empty for a deletion. */
  readonly address: string;
  /** Below a server's base URL; empty where there is no link. */
  readonly url: string;
  /** The folder its server was started in, seen from this one's; empty for the same. */
  readonly folder: string;
}

/** What a version changed, in numbers; each cell counts once. */
export interface IChanged {
  readonly cells_added: number;
  readonly cells_removed: number;
  readonly cells_changed: number;
  readonly outputs_changed: number;
  readonly cells_moved: number;
  readonly metadata_changed: boolean;
  /** The first line that changed. */
  readonly excerpt: string;
  /** The IDs of cells that were edited or added. */
  readonly cells: readonly string[];
}

/** A run of a notebook, whose result is a version. */
export interface IRun {
  readonly run_id: string;
  readonly status: string;
  readonly started_at: string;
  /** What the cell that failed says, shortened. */
  readonly error: string;
}

/** A run, and what came of it. */
export interface IRunTold extends IRun {
  /** Null while it goes on. */
  readonly ended_at: string | null;
  /** The address of the version that was executed; empty where that is not known. */
  readonly executed: string;
  /** The address of the notebook that its result is a version of. */
  readonly result: string;
  /** The result; null while it goes on. */
  readonly version: IVersion | null;
}

export interface IRunsPage {
  readonly runs: IRunTold[];
  readonly next: string | null;
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
  /** What was saved from other folders; on the newest page only. */
  readonly elsewhere?: readonly IElsewhere[];
  /** Why only what waits in the outbox is here: the store cannot be reached. */
  readonly problem: { message: string; hint: string } | null;
  /** Do saves become versions at all? */
  readonly archiver: IArchiver;
}

/** What a server that was started in another folder saved of a notebook. */
export interface IElsewhere {
  /** That folder, as seen from this server's. */
  readonly folder: string;
  /** The API path that the notebook has there. */
  readonly path: string;
  /** How many versions were counted; null for what is joined. */
  readonly versions: number | null;
  /** Are there more than were counted? */
  readonly more: boolean;
  /** Is it told as a part of the history? */
  readonly joined: boolean;
}

/** A notebook with versions that were looked for. */
export interface IFound {
  readonly path: string;
  /** The line in which the text stood last. */
  readonly excerpt: string;
  readonly first: IVersion;
  readonly last: IVersion;
  /** The version since which it is there no longer; null where it still is. */
  readonly gone: IVersion | null;
}

export interface ISearchResult {
  readonly found: IFound[];
  /** Those of the notebook that was asked about, newest first. */
  readonly versions: IVersion[];
  /** Was every version looked at? */
  readonly is_complete: boolean;
}

/** What is looked for in versions; what is empty is not asked for. */
export interface IWanted {
  readonly text: string;
  readonly author: string;
  readonly kind: VersionKind | '';
}

/** A cell, and the version since which it says what it says. */
export interface IBlamedCell {
  /** Empty in notebooks whose cells have none. */
  readonly id: string;
  readonly index: number;
  readonly type: string;
  readonly source: string;
  readonly version: IVersion;
}

/** A version as it is stored. */
export interface IVersionFile {
  readonly format: 'text' | 'base64';
  readonly content: string;
}

/** What a version did to one cell. */
export interface ICellChange {
  readonly what: 'added' | 'source' | 'outputs' | 'removed';
  /** What the cell says since then. */
  readonly source: string;
  readonly version: IVersion;
}

/** A contents model, and the version its content comes from. */
export interface IVersionModel extends Contents.IModel, Pick<IWarning, 'hint'> {
  readonly version: IVersion;
}

/** What was taken back of what one author changed. */
export interface IUndone {
  readonly actor: string;
  /** How many versions of theirs there are. */
  readonly versions: number;
  /** The IDs of cells that others went on with, which so stay. */
  readonly kept_cells: readonly string[];
  /** False where there are versions so old that they were not looked at. */
  readonly is_complete: boolean;
  /** The version that it made; null where there was nothing to take back. */
  readonly version: IVersion | null;
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

/** A link that gives a notebook to whoever has it. */
export interface IMadeLink {
  readonly path: string;
  readonly url: string;
  /** Null where it does not end by itself. */
  readonly ends_at: string | null;
  readonly version_id: string;
}

/** For how long a link is wanted, or that it never ends by itself. */
export type LinkWish = { readonly hours: number } | { readonly public: true };

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

/** A version and the path to address it by, when that is not the notebook's own. */
export type VersionAddress = Pick<IVersion, 'version_id' | 'path'>;
