import { JupyterFrontEndPlugin } from '@jupyterlab/application';
import { besidePlugin } from './beside';
import { cloningPlugin } from './cloning';
import { comparePlugin } from './compare';
import { deletedPlugin } from './deleted';
import { orphansPlugin } from './deleted/orphans';
import { downloadPlugin } from './downloading';
import { galleryPlugin } from './gallery';
import { newerPlugin } from './gallery/newer';
import { historyPlugin } from './history';
import { versionLinkPlugin } from './linking';
import { namingPlugin } from './naming';
import { previewPlugin } from './preview';
import { publishingPlugin } from './publishing';
import { restorePlugin } from './restore';
import { undoPlugin } from './restore/undoing';
import { runsPlugin } from './runs';
import { eventsPlugin } from './server/events';
import { sharingPlugin } from './sharing';
import { statusPlugin } from './status';

/** Every plugin of the labextension: one plugin, one concern. */
const plugins: JupyterFrontEndPlugin<unknown>[] = [
  eventsPlugin,
  historyPlugin,
  previewPlugin,
  comparePlugin,
  restorePlugin,
  undoPlugin,
  besidePlugin,
  namingPlugin,
  versionLinkPlugin,
  downloadPlugin,
  runsPlugin,
  statusPlugin,
  publishingPlugin,
  sharingPlugin,
  cloningPlugin,
  galleryPlugin,
  newerPlugin,
  deletedPlugin,
  orphansPlugin
];

export default plugins;
