import {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { Dialog, showDialog } from '@jupyterlab/apputils';
import {
  ITranslator,
  nullTranslator,
  TranslationBundle
} from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import type { IVersion } from '../server/answers';
import { element } from '../ui/elements';
import { nameIcon } from '../ui/icons';
import { addVersionCommand } from '../versions/command';
import { CommandIDs, IHistory } from '../versions/token';

/** The most characters that the server takes. */
const LABEL_LENGTH = 200;
const NOTE_LENGTH = 2000;

interface ITexts {
  label: string;
  note: string;
}

/** The two fields of a version's name. */
class NameForm extends Widget implements Dialog.IBodyWidget<ITexts> {
  constructor(version: IVersion, trans: TranslationBundle) {
    super();
    this.addClass('bs-NameForm');
    this._label = element('input', 'jp-mod-styled');
    this._label.maxLength = LABEL_LENGTH;
    this._label.value = version.label;
    this._label.placeholder = trans.__('For example: before cleaning');
    this._note = element('textarea', 'jp-mod-styled');
    this._note.maxLength = NOTE_LENGTH;
    this._note.rows = 4;
    this._note.value = version.note;
    // Enter begins a new line here, and does not accept the dialog.
    this._note.addEventListener('keydown', event => {
      if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
        event.stopPropagation();
      }
    });
    this.node.append(
      labelled(trans.__('Name'), this._label),
      labelled(trans.__('Note'), this._note)
    );
  }

  getValue(): ITexts {
    return { label: this._label.value.trim(), note: this._note.value.trim() };
  }

  private readonly _label: HTMLInputElement;
  private readonly _note: HTMLTextAreaElement;
}

function labelled(text: string, field: HTMLElement): HTMLLabelElement {
  const label = element('label', '');
  label.append(element('span', '', text), field);
  return label;
}

export const namingPlugin: JupyterFrontEndPlugin<void> = {
  id: 'bookstore-labextension:naming',
  description: 'Gives versions of notebooks a name and a note.',
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
        id: CommandIDs.name,
        label: trans.__('Name Version…'),
        icon: nameIcon,
        failed: trans.__('The version could not be named'),
        act: async ({ path, version }) => {
          const { button, value } = await showDialog({
            title: trans.__('Name this version'),
            body: new NameForm(version, trans),
            focusNodeSelector: 'input',
            buttons: [
              Dialog.cancelButton(),
              Dialog.okButton({ label: trans.__('Save') })
            ]
          });
          if (button.accept && value) {
            history.model.replace(
              await history.api.label(path, version, value)
            );
          }
        }
      },
      trans
    );
  }
};
