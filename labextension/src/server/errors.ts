import { showErrorMessage } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { BookstoreError } from './api';

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
