import { PathExt } from '@jupyterlab/coreutils';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';
import { timeInName } from '../ui/times';

/** The drive that real-time collaboration puts in front of the server's files. */
const SHARED_DRIVE = 'RTC';

/** The server's API path of a document; null where it lies on another drive. */
export function apiPathOf(
  contents: Contents.IManager,
  path: string
): string | null {
  const drive = contents.driveName(path);
  return drive === '' || drive === SHARED_DRIVE
    ? contents.localPath(path)
    : null;
}

/** The open notebook with an API path, if there is one. */
export function openNotebook(
  tracker: INotebookTracker | null,
  contents: Contents.IManager,
  path: string
): NotebookPanel | null {
  const isAt = (panel: NotebookPanel) =>
    apiPathOf(contents, panel.context.path) === path;
  const current = tracker?.currentWidget;
  return current && isAt(current) ? current : (tracker?.find(isAt) ?? null);
}

/** The name of a copy of a document as it was at a time. */
export function nameOfCopy(path: string, time: Date): string {
  const extension = PathExt.extname(path);
  const stem = PathExt.basename(path, extension);
  return `${stem}-${timeInName(time)}${extension}`;
}
