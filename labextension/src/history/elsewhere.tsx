import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';
import type { IElsewhere } from '../server/answers';
import { folderName } from '../versions/describe';

interface IElsewhereProps {
  readonly elsewhere: readonly IElsewhere[];
  readonly trans: TranslationBundle;
  readonly onJoin: (elsewhere: IElsewhere, joined: boolean) => void;
}

/** What was saved while the server was started in another folder: a line and a button each. */
export function ElsewhereLines(props: IElsewhereProps): JSX.Element {
  const { elsewhere, trans, onJoin } = props;
  return (
    <>
      {elsewhere.map(each => (
        <div key={each.folder} className="bs-History-elsewhere" role="status">
          <span className="bs-History-elsewhereText">
            {elsewhereText(each, trans)}
          </span>
          <button
            type="button"
            className="jp-Button jp-mod-styled jp-mod-minimal bs-History-join"
            onClick={() => onJoin(each, !each.joined)}
          >
            {each.joined ? trans.__('Separate') : trans.__('Join')}
          </button>
        </div>
      ))}
    </>
  );
}

/** How many versions there are, and where they were saved. */
export function elsewhereText(
  { folder, path, versions, more, joined }: IElsewhere,
  trans: TranslationBundle
): string {
  const name = folderName(folder, trans);
  if (joined || versions === null) {
    return trans.__('With what was saved from %1.', name);
  }
  return more
    ? trans.__(
        '%1 versions or more were saved from %2, as %3.',
        versions,
        name,
        path
      )
    : trans._n(
        '%1 version was saved from %2, as %3.',
        '%1 versions were saved from %2, as %3.',
        versions,
        name,
        path
      );
}
