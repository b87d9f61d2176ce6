import type { INotebookModel } from '@jupyterlab/notebook';

/** Where nbgallery's clients, and ours, note in a notebook what it is a copy of. */
const KEY = 'gallery';

/** Which notebook of the gallery a notebook is a copy of, and of which of its revisions. */
export interface IGalleryOrigin {
  readonly uuid: string;
  readonly commit: string;
}

/** What metadata says of it; null where it says nothing that can be followed. */
export function originIn(metadata: object): IGalleryOrigin | null {
  const told = (metadata as { [key: string]: unknown })[KEY];
  if (typeof told !== 'object' || told === null) {
    return null;
  }
  const { uuid, commit } = told as { [key: string]: unknown };
  return typeof uuid === 'string' && uuid !== ''
    ? { uuid, commit: typeof commit === 'string' ? commit : '' }
    : null;
}

/** What an open notebook says of it. */
export function originOf(model: INotebookModel): IGalleryOrigin | null {
  return originIn({ [KEY]: model.getMetadata(KEY) as unknown });
}

/** Metadata that says where a notebook is from, and beside that what it said before. */
export function withOrigin<T extends object>(
  metadata: T,
  origin: IGalleryOrigin
): T {
  return { ...metadata, [KEY]: { ...origin } };
}

/** Note in an open notebook where it is from. */
export function setOrigin(model: INotebookModel, origin: IGalleryOrigin): void {
  model.setMetadata(KEY, { ...origin });
}
