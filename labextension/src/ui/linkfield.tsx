import type { TranslationBundle } from '@jupyterlab/translation';
import * as React from 'react';

/** A link that cannot be changed, and a button that copies it. */
export function LinkField(props: {
  link: string;
  trans: TranslationBundle;
}): JSX.Element {
  const { link, trans } = props;
  const field = React.useRef<HTMLInputElement>(null);
  const [copied, setCopied] = React.useState(false);
  const copy = async () => {
    setCopied(await copyValue(field.current!));
  };
  return (
    <div className="bs-LinkField">
      <input
        ref={field}
        className="jp-mod-styled"
        value={link}
        readOnly
        aria-label={trans.__('Link')}
        onFocus={event => event.currentTarget.select()}
      />
      <button
        type="button"
        className="jp-Button jp-mod-styled jp-mod-accept bs-LinkField-copy"
        onClick={() => void copy()}
      >
        {copied ? trans.__('Copied') : trans.__('Copy Link')}
      </button>
      <span role="status" className="bs-visually-hidden">
        {copied ? trans.__('The link is in the clipboard.') : ''}
      </span>
    </div>
  );
}

/** Copy what the field holds; browsers lend the clipboard's API to secure pages only. */
async function copyValue(field: HTMLInputElement): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    field.select();
    return document.execCommand('copy');
  }
}
