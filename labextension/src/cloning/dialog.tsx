import { Dialog, ReactWidget, showDialog } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

/** What the user typed. */
export interface ICloneForm {
  readonly link: string;
  readonly target: string;
}

/** Ask for a link and a place; *problem* says what was wrong with the last answer. */
export async function askWhatToClone(
  form: ICloneForm,
  problem: string,
  trans: TranslationBundle
): Promise<ICloneForm | null> {
  const result = await showDialog({
    title: trans.__('Clone Notebook from Link'),
    body: new CloneForm(form, problem, trans),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: trans.__('Clone') })
    ],
    focusNodeSelector: 'input'
  });
  return result.button.accept ? result.value : null;
}

class CloneForm extends ReactWidget implements Dialog.IBodyWidget<ICloneForm> {
  constructor(
    private _form: ICloneForm,
    private readonly _problem: string,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.addClass('bs-DialogText');
  }

  getValue(): ICloneForm {
    return this._form;
  }

  protected override render(): JSX.Element {
    const trans = this._trans;
    return (
      <>
        <p>
          {trans.__(
            'The notebook is copied into your files. It is not trusted: nothing in it runs until you run it.'
          )}
        </p>
        <label className="bs-Field">
          <span>{trans.__('Link')}</span>
          <input
            name="link"
            className="jp-mod-styled"
            required
            defaultValue={this._form.link}
            placeholder="https://…/bookstore/clone?… or s3://…"
            aria-describedby="bs-clone-problem"
            onChange={event => this._set({ link: event.target.value })}
          />
        </label>
        <label className="bs-Field">
          <span>{trans.__('Save in')}</span>
          <input
            name="target"
            className="jp-mod-styled"
            defaultValue={this._form.target}
            placeholder="/"
            onChange={event => this._set({ target: event.target.value })}
          />
          <small>
            {trans.__(
              'A folder ends with a slash. A name that is taken gets a number.'
            )}
          </small>
        </label>
        <p id="bs-clone-problem" className="bs-DialogText-error" role="alert">
          {this._problem}
        </p>
      </>
    );
  }

  private _set(changed: Partial<ICloneForm>): void {
    this._form = { ...this._form, ...changed };
  }
}
