import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { PathExt } from '@jupyterlab/coreutils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { downloadIcon } from '@jupyterlab/ui-components';
import type { IVersionFile } from '../server/answers';
import { timeInName } from '../ui/times';
import { addVersionCommand } from '../versions/command';
import { CommandIDs, IHistory } from '../versions/token';

/** A browser may still read from the address that it was given. */
const KEPT_MS = 60_000;

export const downloadPlugin: JupyterFrontEndPlugin<void> = {
  id: 'bookstore-labextension:download-version',
  description: 'Downloads versions of notebooks, byte for byte.',
  autoStart: true,
  requires: [IHistory],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    history: IHistory,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('bookstore');
    addVersionCommand(
      app,
      history,
      {
        id: CommandIDs.download,
        label: trans.__('Download Version'),
        icon: downloadIcon,
        failed: trans.__('The version could not be downloaded'),
        act: async ({ path, version }) => {
          const file = await history.api.file(path, version);
          const extension = PathExt.extname(path);
          const name = PathExt.basename(path, extension);
          const time = timeInName(new Date(version.saved_at));
          offer(bytesOf(file), `${name}-${time}${extension}`);
        }
      },
      trans
    );
  }
};

/** Hand a file to the browser, which keeps it where downloads go. */
function offer(bytes: BlobPart, name: string): void {
  const url = URL.createObjectURL(new Blob([bytes]));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  window.setTimeout(() => URL.revokeObjectURL(url), KEPT_MS);
}

function bytesOf({ format, content }: IVersionFile): BlobPart {
  return format === 'base64'
    ? Uint8Array.from(atob(content), letter => letter.charCodeAt(0))
    : content;
}
