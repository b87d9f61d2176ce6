import { Token, ReadonlyPartialJSONObject } from '@lumino/coreutils';
import type { HistoryModel } from '../history/model';
import type { BookstoreAPI, IVersion } from '../server/api';

/** A version, and the notebook in whose history it stands. */
export interface ISubject {
  readonly path: string;
  readonly version: IVersion;
}

/** The history that the panel shows; what every command about versions starts from. */
export interface IHistory {
  readonly api: BookstoreAPI;
  readonly model: HistoryModel;
  /** Is there a version that a command with these arguments would act on? */
  has(args: ReadonlyPartialJSONObject): boolean;
  /** The version that a command acts on: that of its arguments, else the panel's active one. */
  subject(args: ReadonlyPartialJSONObject): Promise<ISubject | null>;
}

export const IHistory = new Token<IHistory>(
  'bookstore-labextension:IHistory',
  'The history of the current notebook.'
);

/** The ids of the commands about versions, which the panel offers and other files add. */
export const CommandIDs = {
  show: 'bookstore:show-history',
  refresh: 'bookstore:refresh-history',
  preview: 'bookstore:preview-version',
  compareWithCurrent: 'bookstore:compare-with-current',
  compareChosen: 'bookstore:compare-versions',
  restore: 'bookstore:restore-version',
  restoreAsCopy: 'bookstore:restore-version-as-copy',
  name: 'bookstore:name-version',
  copyLink: 'bookstore:copy-version-link'
} as const;

/** The schema of the arguments of a command about one version. */
export const VERSION_ARGS = {
  args: {
    type: 'object',
    properties: {
      path: { type: 'string', description: 'The API path of the notebook.' },
      version_id: { type: 'string', description: 'The version.' },
      version_path: {
        type: 'string',
        description: 'The API path it had then, if that was another.'
      }
    }
  }
} as const;
