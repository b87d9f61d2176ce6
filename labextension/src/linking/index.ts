import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { showBookstoreError } from '../server/errors';
import { linkFor } from '../server/links';
import { copyText } from '../ui/clipboard';
import { linkIcon } from '../ui/icons';
import { CommandIDs, IHistory, VERSION_ARGS } from '../versions/token';

export const versionLinkPlugin: JupyterFrontEndPlugin<void> = {
  id: 'bookstore-labextension:version-link',
  description: 'Copies links to versions of notebooks.',
  autoStart: true,
  requires: [IHistory],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    history: IHistory,
    translator: ITranslator | null
  ) => {
    const trans = (translator ?? nullTranslator).load('bookstore');
    app.commands.addCommand(CommandIDs.copyLink, {
      label: trans.__('Copy Link to Version'),
      icon: linkIcon,
      isEnabled: args =>
        typeof args.version_id === 'string' || !!history.model.active?.url,
      execute: async args => {
        try {
          const subject = await history.subject(args);
          if (subject?.version.url) {
            const { url } = subject.version;
            await copyText(linkFor(url, history.api.baseUrl));
            Notification.success(
              trans.__('The link to this version is on the clipboard.'),
              { autoClose: 3000 }
            );
          }
        } catch (error) {
          void showBookstoreError(
            trans.__('The link could not be copied'),
            error,
            trans
          );
        }
      },
      describedBy: VERSION_ARGS
    });
  }
};
