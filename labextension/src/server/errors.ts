import { showErrorMessage } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';

/** Jupyter's own errors of somebody who is asked which of two contents to keep: "Cancel". */
const CONFLICTS = ['ModalCancelError', 'ModalDuplicateError'];

/** What is wrong with one field of what was sent. */
export interface IProblem {
  readonly field: string;
  readonly value: string;
  /** What may be given, in words. */
  readonly allowed: string;
}

/** An answer of the server that is not a success, in its own words. */
export class BookstoreError extends Error {
  constructor(
    readonly status: number,
    message: string,
    /** A word for programs that stays the same: "version_not_found". */
    readonly reason: string,
    /** What the user can do; empty where there is nothing. */
    readonly hint: string,
    /** What is wrong, field by field, where the server says so. */
    readonly problems: readonly IProblem[] = []
  ) {
    super(message);
    this.name = 'BookstoreError';
  }
}

/** The error that a response of the server is. */
export function errorOf(response: Response, text: string): BookstoreError {
  let told: {
    message?: string;
    reason?: string;
    hint?: string;
    problems?: IProblem[];
  } = {};
  try {
    told = JSON.parse(text) ?? {};
  } catch {
    // A proxy's page, not an answer of the server extension.
  }
  return new BookstoreError(
    response.status,
    told.message || `${response.status} ${response.statusText}`,
    told.reason ?? '',
    told.hint ?? '',
    told.problems ?? []
  );
}

/** What to tell the user of an error: the message, and what can be done. */
export function textsOf(
  error: unknown,
  trans: TranslationBundle
): { message: string; hint: string } {
  if (error instanceof BookstoreError) {
    const missing = error.status === 404 && error.reason === '';
    return missing
      ? {
          message: trans.__('The server does not answer for bookstore.'),
          hint: trans.__(
            'Its server extension has to be installed and enabled where the server runs.'
          )
        }
      : { message: error.message, hint: error.hint };
  }
  if (error instanceof Error && CONFLICTS.includes(error.name)) {
    return {
      message: trans.__(
        'The file was changed meanwhile, and what is here was not saved.'
      ),
      hint: ''
    };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { message, hint: '' };
}

/** Show an error in a dialog, in the server's words. */
export function showBookstoreError(
  title: string,
  error: unknown,
  trans: TranslationBundle
): Promise<void> {
  const { message, hint } = textsOf(error, trans);
  return showErrorMessage(title, hint ? `${message}\n\n${hint}` : message);
}
