import { Dialog, showDialog } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import { UUID } from '@lumino/coreutils';
import type { Message } from '@lumino/messaging';
import * as React from 'react';
import { BookstoreError, IProblem, textsOf } from '../server/errors';
import type {
  IDraft,
  IPublication,
  IPublishedRevision
} from '../server/gallery';
import { LinkField } from '../ui/linkfield';
import { firstWords, IWords, WordsForm } from './words';

/** How a publication is sent. */
export type Publish = (
  publication: IPublication
) => Promise<IPublishedRevision>;

/** What became of it: a revision, a wish for a link alone, or null where it was given up. */
export type Answer = IPublishedRevision | 'link' | null;

/**
 * Ask for the words about a notebook, and publish it.
 *
 * The dialog is open until it is published: whatever is refused is told beside its field, and
 * nothing that was typed is lost.
 */
export async function publishWithWords(
  path: string,
  draft: IDraft,
  publish: Publish,
  trans: TranslationBundle
): Promise<Answer> {
  const body = new WordsBody(draft, trans);
  const onlyLink = trans.__('Only a Link…');
  const dialog = new PublishDialog(
    {
      title: trans.__('Publish “%1” to the gallery', PathExt.basename(path)),
      body,
      focusNodeSelector: 'input[name=title]',
      buttons: [
        Dialog.createButton({
          label: onlyLink,
          caption: trans.__(
            'Publish it without words: it is not found in the gallery'
          ),
          className: 'bs-PublishDialog-link'
        }),
        Dialog.cancelButton({ label: trans.__('Cancel') }),
        Dialog.okButton({ label: trans.__('Publish') })
      ]
    },
    body,
    words => publish(publicationOf(path, draft, words, body.token)),
    trans
  );
  dialog.addClass('bs-PublishDialog');
  const { button } = await dialog.launch();
  return button.label === onlyLink ? 'link' : dialog.published;
}

/** Say why the gallery does not take a notebook, and ask whether a link alone will do. */
export async function askForLinkInstead(
  path: string,
  error: unknown,
  trans: TranslationBundle
): Promise<boolean> {
  const { message, hint } = textsOf(error, trans);
  const name = PathExt.basename(path);
  const { button } = await showDialog({
    title: trans.__('“%1” cannot go to the gallery', name),
    body: `${message} ${hint}`.trim(),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Close') }),
      Dialog.okButton({ label: trans.__('Only a Link…') })
    ]
  });
  return button.accept;
}

/** What is sent for the words that were said. */
export function publicationOf(
  path: string,
  { origin }: IDraft,
  words: IWords,
  token: string
): IPublication {
  const { outcome, keepOutputs: keep_outputs, comment, ...said } = words;
  const { owner, ...unowned } = said;
  const told = { path, token, keep_outputs };
  switch (outcome) {
    case 'revision':
      return { ...told, ...unowned, uuid: origin!.uuid };
    case 'request':
      return {
        ...told,
        ...unowned,
        uuid: origin!.uuid,
        or_request_change: true,
        comment
      };
    default:
      return { ...told, ...unowned, owner, parent_uuid: origin?.uuid };
  }
}

/** Tell what became of it, with the link of its page. */
export async function tellOfPublished(
  path: string,
  published: IPublishedRevision,
  link: string,
  trans: TranslationBundle
): Promise<void> {
  const name = PathExt.basename(path);
  const { change_request, is_new } = published;
  const dialog = new Dialog({
    title: change_request
      ? trans.__('The change is asked for')
      : trans.__('“%1” is published', name),
    body: new Told(
      <>
        <p>
          {change_request
            ? trans.__(
                'Those who may change the notebook decide about it; until then it stays as it is.'
              )
            : is_new
              ? trans.__('It has a page in the gallery now:')
              : trans.__(
                  'It has a new revision. What was published before stays in its history.'
                )}
        </p>
        {link && <LinkField link={link} trans={trans} />}
      </>
    ),
    buttons: [Dialog.cancelButton({ label: trans.__('Close') })],
    focusNodeSelector: '.bs-LinkField-copy'
  });
  await dialog.launch();
}

class Told extends ReactWidget {
  constructor(private readonly _told: JSX.Element) {
    super();
    this.addClass('bs-DialogText');
  }

  protected override render(): JSX.Element {
    return this._told;
  }
}

/** The form, and what was typed into it. */
class WordsBody extends ReactWidget {
  constructor(
    private readonly _draft: IDraft,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.addClass('bs-PublishDialog-body');
    this.words = firstWords(_draft);
  }

  words: IWords;
  /** By which a publication that is sent twice is known; another one when something was typed. */
  token: string = UUID.uuid4();

  refuse(problems: readonly IProblem[], problem: string): void {
    this._problems = problems;
    this._problem = problem;
    this._isToBeShown = true;
    this.update();
  }

  protected override onUpdateRequest(message: Message): void {
    super.onUpdateRequest(message);
    void this.renderPromise?.then(() => this._showWrong());
  }

  protected override render(): JSX.Element {
    return (
      <WordsForm
        draft={this._draft}
        words={this.words}
        problems={this._problems}
        problem={this._problem}
        trans={this._trans}
        say={words => {
          this.words = words;
          this.token = UUID.uuid4();
          this.update();
        }}
      />
    );
  }

  /** Lead the user to the first field that was refused, once it says so. */
  private _showWrong(): void {
    if (!this._isToBeShown) {
      return;
    }
    this._isToBeShown = false;
    const wrong = this.node.querySelector<HTMLElement>('[aria-invalid=true]');
    wrong?.focus();
    const told = wrong ?? this.node.querySelector('[role=alert]');
    told?.scrollIntoView?.({ block: 'nearest' });
  }

  private _problems: readonly IProblem[] = [];
  private _problem = '';
  private _isToBeShown = false;
}

class PublishDialog extends Dialog<unknown> {
  constructor(
    options: Partial<Dialog.IOptions<unknown>>,
    private readonly _form: WordsBody,
    private readonly _publish: (words: IWords) => Promise<IPublishedRevision>,
    private readonly _trans: TranslationBundle
  ) {
    super(options);
    this._accept = (options.buttons ?? []).length - 1;
  }

  published: IPublishedRevision | null = null;

  /** Publish first where that is what was chosen. */
  override resolve(index?: number): void {
    if (index === undefined || index === this._accept) {
      void this._try();
    } else if (!this._isBusy) {
      super.resolve(index);
    }
  }

  private async _try(): Promise<void> {
    if (this._isBusy) {
      return;
    }
    this._setBusy(true);
    try {
      this.published = await this._publish(this._form.words);
      super.resolve(this._accept);
    } catch (error) {
      const problems = error instanceof BookstoreError ? error.problems : [];
      const { message, hint } = textsOf(error, this._trans);
      const told = problems.length > 0 ? '' : `${message} ${hint}`.trim();
      this._form.refuse(problems, told);
    } finally {
      this._setBusy(false);
    }
  }

  private _setBusy(isBusy: boolean): void {
    this._isBusy = isBusy;
    this.toggleClass('bs-mod-busy', isBusy);
    this.node.setAttribute('aria-busy', String(isBusy));
  }

  private readonly _accept: number;
  private _isBusy = false;
}
