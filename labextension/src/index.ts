import { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { cloningPlugin } from './cloning';
import { comparePlugin } from './compare';
import { eventsPlugin } from './events';
import { historyPlugin } from './history';
import { versionLinkPlugin } from './history/link';
import { namingPlugin } from './naming';
import { previewPlugin } from './preview';
import { restorePlugin } from './restore';
import { publishingPlugin } from './publishing';
import { statusPlugin } from './status';
import { trashPlugin } from './trash';
import { orphansPlugin } from './trash/orphans';

/** Every plugin of the labextension: one file, one plugin, one concern. */
const plugins: JupyterFrontEndPlugin<unknown>[] = [
  eventsPlugin,
  historyPlugin,
  previewPlugin,
  comparePlugin,
  restorePlugin,
  namingPlugin,
  versionLinkPlugin,
  statusPlugin,
  publishingPlugin,
  cloningPlugin,
  trashPlugin,
  orphansPlugin
];

export default plugins;
