import { Dialog, InputDialog, showDialog } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { Widget } from '@lumino/widgets';
import type { IVersion } from '../server/answers';
import { element } from '../ui/elements';
import { versionPhrase } from '../versions/describe';
import { Parameters, parametersIn } from './parameters';

/** The one field of what a run is given. */
class ParametersForm extends Widget implements Dialog.IBodyWidget<string> {
  constructor(version: IVersion, trans: TranslationBundle) {
    super();
    this.addClass('bs-NameForm');
    const what = element(
      'p',
      '',
      trans.__(
        'The server executes %1, and keeps the result as a version of its own. The notebook itself stays as it is.',
        versionPhrase(version, trans)
      )
    );
    const label = element('label', '');
    const name = trans.__('Parameters, one a line; no secrets');
    this._text = element('textarea', 'jp-mod-styled');
    this._text.rows = 4;
    this._text.placeholder = 'day = 2026-11-28';
    // Enter begins a new line here, and does not accept the dialog.
    this._text.addEventListener('keydown', event => {
      if (event.key === 'Enter' && !event.ctrlKey && !event.metaKey) {
        event.stopPropagation();
      }
    });
    label.append(element('span', '', name), this._text);
    this.node.append(what, label);
  }

  getValue(): string {
    return this._text.value;
  }

  private readonly _text: HTMLTextAreaElement;
}

/** Ask what a run is given; null where it is not to begin. */
export async function askForParameters(
  version: IVersion,
  trans: TranslationBundle
): Promise<Parameters | null> {
  const { button, value } = await showDialog({
    title: trans.__('Run this version?'),
    body: new ParametersForm(version, trans),
    focusNodeSelector: 'textarea',
    buttons: [
      Dialog.cancelButton(),
      Dialog.okButton({ label: trans.__('Run') })
    ]
  });
  return button.accept ? parametersIn(value ?? '', trans) : null;
}

/** Ask for the path that a result is published at; empty where it is not to be. */
export async function askWhereToPublish(
  path: string,
  trans: TranslationBundle
): Promise<string> {
  const stem = PathExt.basename(path, '.ipynb');
  const { button, value } = await InputDialog.getText({
    title: trans.__('Publish this result'),
    label: trans.__('Others find it at this path'),
    text: PathExt.join(PathExt.dirname(path), `${stem}-result.ipynb`),
    okLabel: trans.__('Publish')
  });
  return button.accept ? (value ?? '').trim() : '';
}
