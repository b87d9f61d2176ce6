import { Token, ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { IDiff, IVersion } from '../server/answers';
import type { BookstoreAPI } from '../server/api';
import type { IViewAction } from '../ui/present';

/** A version, and the notebook in whose history it stands. */
export interface ISubject {
  readonly path: string;
  readonly version: IVersion;
}

/** The versions of one notebook, as far as commands about them are concerned. */
export interface IVersions {
  /** The notebook's API path; empty while there is none. */
  readonly path: string;
  /** The version that commands act on. */
  readonly active: IVersion | null;
  /** The versions chosen for a comparison, at most two, in the order they were chosen. */
  readonly chosen: readonly IVersion[];
  clearChosen(): void;
  /** Put a version's new label and note into the list. */
  replace(version: IVersion): void;
  /** Read the newest page, and keep what lies below it. */
  refresh(): Promise<void>;
}

/** The history that the panel shows; what every command about versions starts from. */
export interface IHistory {
  readonly api: BookstoreAPI;
  readonly model: IVersions;
  /** Is there a version that a command with these arguments would act on? */
  has(args: ReadonlyPartialJSONObject): boolean;
  /** The version that a command acts on: that of its arguments, else the panel's active one. */
  subject(args: ReadonlyPartialJSONObject): Promise<ISubject | null>;
}

export const IHistory = new Token<IHistory>(
  'bookstore-labextension:IHistory',
  'The history of the current notebook.'
);

/** As much of a difference as is shown. */
export type ShownDiff = Pick<IDiff, 'base' | 'diff' | 'summary'>;

/** What changed in a notebook, to be shown. */
export interface IShownComparison {
  /** The API path of the notebook. */
  readonly path: string;
  readonly diff: ShownDiff;
  readonly baseName: string;
  readonly remoteName: string;
  readonly actions: readonly IViewAction[];
}

/** Shows comparisons of notebooks; null on a page that shows no notebooks. */
export interface IComparisons {
  show(comparison: IShownComparison): Promise<void>;
}

export const IComparisons = new Token<IComparisons | null>(
  'bookstore-labextension:IComparisons',
  'Shows what changed in a notebook, cell by cell.'
);

/** The ids of the commands about versions, which the panel offers and other files add. */
export const CommandIDs = {
  show: 'bookstore:show-history',
  showCell: 'bookstore:show-cell-history',
  refresh: 'bookstore:refresh-history',
  preview: 'bookstore:preview-version',
  compareWithBefore: 'bookstore:compare-with-before',
  compareWithCurrent: 'bookstore:compare-with-current',
  compareChosen: 'bookstore:compare-versions',
  restore: 'bookstore:restore-version',
  restoreAsCopy: 'bookstore:restore-version-as-copy',
  undoAuthor: 'bookstore:undo-author',
  name: 'bookstore:name-version',
  download: 'bookstore:download-version',
  publishVersion: 'bookstore:publish-version',
  copyLink: 'bookstore:copy-version-link',
  copyAddress: 'bookstore:copy-version-address',
  compareTwo: 'bookstore:compare-two-versions',
  runVersion: 'bookstore:run-version',
  showRunsOfVersion: 'bookstore:show-runs-of-version',
  showRuns: 'bookstore:show-runs'
} as const;

/** The id of the view in which versions of a notebook are looked at. */
export function previewId(path: string): string {
  return `bookstore-preview:${path}`;
}
