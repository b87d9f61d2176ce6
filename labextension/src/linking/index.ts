import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';
import { linkFor } from '../server/links';
import { copyText } from '../ui/clipboard';
import { addressIcon, linkIcon } from '../ui/icons';
import { addVersionCommand } from '../versions/command';
import { CommandIDs, IHistory } from '../versions/token';

export const versionLinkPlugin: JupyterFrontEndPlugin<void> = {
  id: 'bookstore-labextension:version-link',
  description: 'Copies links to versions of notebooks, and their addresses.',
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
        id: CommandIDs.copyAddress,
        label: trans.__('Copy Address of Version'),
        icon: addressIcon,
        failed: trans.__('The address could not be copied'),
        isEnabled: args =>
          typeof args.version_id === 'string' ||
          !!history.model.active?.address,
        act: async ({ version: { address } }) => {
          if (address) {
            await copyText(address);
            Notification.success(
              trans.__(
                'The address of this version is on the clipboard: for papermill, `jupyter bookstore run` and schedules.'
              ),
              { autoClose: 5000 }
            );
          }
        }
      },
      trans
    );
    addVersionCommand(
      app,
      history,
      {
        id: CommandIDs.copyLink,
        label: trans.__('Copy Link to Version'),
        icon: linkIcon,
        failed: trans.__('The link could not be copied'),
        isEnabled: args =>
          typeof args.version_id === 'string' || !!history.model.active?.url,
        act: async ({ version: { url } }) => {
          if (url) {
            await copyText(linkFor(url, history.api.baseUrl));
            Notification.success(
              trans.__('The link to this version is on the clipboard.'),
              { autoClose: 3000 }
            );
          }
        }
      },
      trans
    );
  }
};
