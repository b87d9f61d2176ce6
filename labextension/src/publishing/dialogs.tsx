import { Dialog, showDialog } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { IPublished, IServer, IWarning } from '../server/answers';
import type { BookstoreAPI } from '../server/api';
import { textsOf } from '../server/errors';
import { LinkField } from '../ui/linkfield';
import { absoluteTime } from '../ui/times';

/** What of a notebook is published: a version, in words, or what it is now. */
export interface IWhatIsPublished {
  readonly version?: string;
  readonly isDirty?: boolean;
}

/** Ask whether a notebook may be published, saying who will be able to read it. */
export async function askToPublish(
  api: BookstoreAPI,
  path: string,
  what: IWhatIsPublished,
  trans: TranslationBundle
): Promise<boolean> {
  const result = await showDialog({
    title: trans.__('Publish “%1”?', PathExt.basename(path)),
    body: <Consequences api={api} path={path} what={what} trans={trans} />,
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: trans.__('Publish') })
    ]
  });
  return result.button.accept;
}

/** Show the link of a published notebook, and what is not valid about it. */
export async function showLink(
  path: string,
  link: string,
  trans: TranslationBundle,
  warning: IWarning = {}
): Promise<void> {
  await showDialog({
    title: trans.__('“%1” is published', PathExt.basename(path)),
    body: (
      <div className="bs-DialogText">
        <p>
          {trans.__(
            'Whoever opens this link on a Jupyter server that uses the same store sees a preview, and can clone the notebook.'
          )}
        </p>
        <LinkField link={link} trans={trans} />
        {warning.message && (
          <p className="bs-DialogText-warning">
            {warning.message} {warning.hint}
          </p>
        )}
      </div>
    ),
    buttons: [Dialog.cancelButton({ label: trans.__('Close') })],
    focusNodeSelector: '.bs-LinkField-copy'
  });
}

/** Ask whether a notebook is to be taken back. */
export async function askToUnpublish(
  path: string,
  trans: TranslationBundle
): Promise<boolean> {
  const result = await showDialog({
    title: trans.__('Unpublish “%1”?', PathExt.basename(path)),
    body: trans.__(
      'Its link stops working. Clones that others made stay theirs, and your own notebook stays as it is.'
    ),
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.warnButton({ label: trans.__('Unpublish') })
    ]
  });
  return result.button.accept;
}

function Consequences(props: {
  api: BookstoreAPI;
  path: string;
  what: IWhatIsPublished;
  trans: TranslationBundle;
}): JSX.Element {
  const { api, path, what, trans } = props;
  const [server, setServer] = React.useState<IServer | null>(null);
  const [there, setThere] = React.useState<IPublished | null>(null);
  const [error, setError] = React.useState<unknown>(null);
  React.useEffect(() => {
    api.server().then(setServer, setError);
    api.publishedAt(path).then(setThere, () => undefined); // it is only said
  }, [api, path]);
  return (
    <div className="bs-DialogText">
      <p className="bs-DialogText-path">{path}</p>
      <p>{readers(server, trans)}</p>
      <p>
        {asWhat(what, trans)}{' '}
        {!there &&
          trans.__('Publishing it again later updates what the link leads to.')}
      </p>
      {there && (
        <p className="bs-DialogText-there">
          {trans.__(
            'Already published, as of %1. Its link will lead to this instead.',
            absoluteTime(new Date(there.modified_at), trans)
          )}
        </p>
      )}
      <p role="status" className="bs-DialogText-warning">
        {error ? textsOf(error, trans).message : whyNot(server, trans)}
      </p>
    </div>
  );
}

function asWhat(
  { version, isDirty }: IWhatIsPublished,
  trans: TranslationBundle
): string {
  if (version) {
    return trans.__('What is published is %1.', version);
  }
  return isDirty
    ? trans.__('Unsaved changes are saved first.')
    : trans.__('It is published as it is saved now.');
}

function readers(server: IServer | null, trans: TranslationBundle): string {
  if (server?.store.kind === 'local') {
    return trans.__(
      'A copy with all outputs goes to the embedded store. Only servers on this machine can read it; to reach others, configure a bucket.'
    );
  }
  return server
    ? trans.__(
        'A copy with all outputs goes to %1. Everyone whose Jupyter server uses that store can read it.',
        server.store.display
      )
    : trans.__(
        'A copy with all outputs goes to the store. Everyone whose Jupyter server uses it can read it.'
      );
}

function whyNot(server: IServer | null, trans: TranslationBundle): string {
  if (server === null || server.features.publish_valid) {
    return '';
  }
  return (
    server.problems[0] ?? trans.__('Publishing is switched off on this server.')
  );
}
