import { Dialog, ReactWidget, showDialog } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { HTMLSelect } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { IMadeLink, LinkWish } from '../server/answers';
import { LinkField } from '../ui/linkfield';
import { absoluteTime } from '../ui/times';
import { ILife, usualLife } from './lives';

/** Ask for how long a link is to last, saying what it gives away; null where it is not wanted. */
export async function askForLife(
  path: string,
  choices: readonly ILife[],
  isDirty: boolean,
  trans: TranslationBundle
): Promise<LinkWish | null> {
  const result = await showDialog({
    title: trans.__('Get a public link to “%1”?', PathExt.basename(path)),
    body: new LifeForm(choices, isDirty, trans),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: trans.__('Get Link') })
    ],
    focusNodeSelector: 'select'
  });
  return result.button.accept ? result.value : null;
}

/** Show a link that was made. */
export async function showMadeLink(
  { path, url, ends_at }: IMadeLink,
  trans: TranslationBundle
): Promise<void> {
  await showDialog({
    title: trans.__('Public link to “%1”', PathExt.basename(path)),
    body: (
      <div className="bs-DialogText">
        <p>
          {ends_at
            ? trans.__(
                'Whoever has it can read the notebook until %1.',
                absoluteTime(new Date(ends_at), trans)
              )
            : trans.__('Everybody can read it until it is taken back.')}
        </p>
        <LinkField link={url} trans={trans} />
      </div>
    ),
    buttons: [Dialog.cancelButton({ label: trans.__('Close') })],
    focusNodeSelector: '.bs-LinkField-copy'
  });
}

/** Ask whether everything public of a notebook is to be private again. */
export async function askToTakeBack(
  path: string,
  trans: TranslationBundle
): Promise<boolean> {
  const result = await showDialog({
    title: trans.__(
      'Take back the public links to “%1”?',
      PathExt.basename(path)
    ),
    body: trans.__(
      'No version of it stays readable by everybody. Links that end by themselves go on until they do.'
    ),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.warnButton({ label: trans.__('Take Back') })
    ]
  });
  return result.button.accept;
}

class LifeForm extends ReactWidget implements Dialog.IBodyWidget<LinkWish> {
  constructor(
    private readonly _choices: readonly ILife[],
    private readonly _isDirty: boolean,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.addClass('bs-DialogText');
    this._chosen = usualLife(_choices);
  }

  getValue(): LinkWish {
    return this._choices[this._chosen].wish;
  }

  protected override render(): JSX.Element {
    const trans = this._trans;
    return (
      <>
        <p>
          {trans.__(
            'Whoever has the link can read the notebook with all outputs, without signing in. The store answers it, wherever it is reached.'
          )}
        </p>
        <label className="bs-Field">
          <span>{trans.__('How long it can be used')}</span>
          <HTMLSelect
            value={this._chosen}
            onChange={event => this._choose(Number(event.target.value))}
          >
            {this._choices.map(({ label }, index) => (
              <option key={label} value={index}>
                {label}
              </option>
            ))}
          </HTMLSelect>
          <small>
            {'public' in this.getValue()
              ? trans.__(
                  'Everybody can read what is saved now, until it is taken back.'
                )
              : trans.__(
                  'It gives what is saved later, too, and cannot be taken back before it ends.'
                )}
          </small>
        </label>
        {this._isDirty && <p>{trans.__('Unsaved changes are saved first.')}</p>}
      </>
    );
  }

  private _choose(index: number): void {
    this._chosen = index;
    this.update();
  }

  private _chosen: number;
}
