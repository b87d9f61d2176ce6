import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette, Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import {
  ITranslator,
  nullTranslator,
  TranslationBundle
} from '@jupyterlab/translation';
import { BookstoreAPI, ICloneAnswer } from '../api';
import { textsOf } from '../errors';
import { kindIcon } from '../icons';
import { parseLink } from '../links';
import { Target } from '../target';
import { askWhatToClone, ICloneForm } from './dialog';

const CLONE = 'bookstore:clone';

/** Ask for a link until it is cloned or given up; returns the clone's API path. */
async function cloneFromLink(
  api: BookstoreAPI,
  link: string,
  folder: string,
  trans: TranslationBundle
): Promise<string | null> {
  const suggested = folder ? `${folder}/` : '';
  let form: ICloneForm | null = { link, target: suggested };
  let problem = '';
  for (;;) {
    form = await askWhatToClone(form, problem, trans);
    if (form === null) {
      return null;
    }
    try {
      return (await clone(api, form, suggested, trans)).path;
    } catch (error) {
      const { message, hint } = textsOf(error, trans);
      problem = `${message} ${hint}`.trim();
    }
  }
}

async function clone(
  api: BookstoreAPI,
  form: ICloneForm,
  suggested: string,
  trans: TranslationBundle
): Promise<ICloneAnswer> {
  const request = parseLink(form.link);
  if (request === null) {
    throw new Error(
      trans.__(
        'This is not a link to a notebook. Paste the address of its clone page, or s3://bucket/key.'
      )
    );
  }
  // The link may name a place as well: what the user typed is stronger.
  const target = form.target.trim();
  const isLinkStronger = target === suggested && request.target_path;
  const name = PathExt.basename(request.s3_key);
  const wanted = target.endsWith('/') ? target + name : target;
  return api.clone({
    ...request,
    target_path: isLinkStronger ? request.target_path : wanted || undefined
  });
}

export const cloningPlugin: JupyterFrontEndPlugin<void> = {
  id: 'bookstore-labextension:cloning',
  description: 'Clones notebooks from links.',
  autoStart: true,
  optional: [ITranslator, ICommandPalette, IFileBrowserFactory],
  activate: (
    app: JupyterFrontEnd,
    translator: ITranslator | null,
    palette: ICommandPalette | null,
    browsers: IFileBrowserFactory | null
  ) => {
    const { commands } = app;
    const trans = (translator ?? nullTranslator).load('bookstore');
    const api = new BookstoreAPI(app.serviceManager.serverSettings);
    const target = new Target(app, null, browsers, null);
    commands.addCommand(CLONE, {
      label: trans.__('Clone Notebook from Link…'),
      caption: trans.__('Copy a published notebook into your files'),
      icon: kindIcon('clone'),
      execute: async args => {
        const link = typeof args.link === 'string' ? args.link : '';
        const path = await cloneFromLink(api, link, target.folder(), trans);
        if (path !== null) {
          Notification.success(trans.__('Cloned as “%1”', path), {
            autoClose: 5000
          });
          await commands.execute('docmanager:open', { path });
        }
      },
      describedBy: {
        args: {
          type: 'object',
          properties: {
            link: { type: 'string', description: 'The link to clone from.' }
          }
        }
      }
    });
    palette?.addItem({ command: CLONE, category: trans.__('Bookstore') });
  }
};
