import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import {
  Dialog,
  ICommandPalette,
  Notification,
  showDialog
} from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import { IFileBrowserFactory } from '@jupyterlab/filebrowser';
import {
  ITranslator,
  nullTranslator,
  TranslationBundle
} from '@jupyterlab/translation';
import { Target } from '../documents/target';
import type { ICloneAnswer } from '../server/answers';
import { BookstoreAPI } from '../server/api';
import { textsOf } from '../server/errors';
import { parseLink } from '../server/links';
import { kindIcon } from '../ui/icons';
import { askWhatToClone, ICloneForm } from './dialog';

const CLONE = 'bookstore:clone';

/** Ask for a link until it is cloned or given up; returns the clone. */
async function cloneFromLink(
  api: BookstoreAPI,
  link: string,
  folder: string,
  trans: TranslationBundle
): Promise<ICloneAnswer | null> {
  const suggested = folder ? `${folder}/` : '';
  let form: ICloneForm | null = { link, target: suggested };
  let problem = '';
  for (;;) {
    form = await askWhatToClone(form, problem, trans);
    if (form === null) {
      return null;
    }
    try {
      return await clone(api, form, suggested, trans);
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

async function tellOf(
  copy: ICloneAnswer,
  trans: TranslationBundle
): Promise<void> {
  const told = trans.__('Cloned as “%1”', copy.path);
  if (copy.message) {
    const body = [copy.message, copy.hint].filter(Boolean).join(' ');
    const open = Dialog.okButton({ label: trans.__('Open') });
    await showDialog({ title: told, body, buttons: [open] });
  } else {
    Notification.success(told, { autoClose: 5000 });
  }
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
        const copy = await cloneFromLink(api, link, target.folder(), trans);
        if (copy !== null) {
          await tellOf(copy, trans);
          await commands.execute('docmanager:open', { path: copy.path });
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
