import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';
import { useChanges } from '../ui/hooks';
import { StatusDetails } from './details';
import { levelIcon } from './icons';
import { Popup } from './popup';
import { summaryOf } from './summary';
import type { StatusWatcher } from './watcher';

/** How archiving is going, in one sentence; a click shows the details. */
export class StatusItem extends ReactWidget {
  constructor(
    private readonly _watcher: StatusWatcher,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.id = 'bookstore-status';
    this.addClass('bs-Status');
    this.addClass('jp-mod-highlighted');
  }

  /** Show the details, or hide them. */
  toggleDetails(): void {
    if (this._popup && !this._popup.isDisposed) {
      this._popup.dispose();
      return;
    }
    const button = this.node.querySelector('button');
    if (!button) {
      return;
    }
    this._watcher.refresh();
    const details = new StatusDetails(this._watcher, this._trans);
    this._popup = new Popup(details, button);
    this._popup.disposed.connect(() => this.removeClass('jp-mod-clicked'));
    this.addClass('jp-mod-clicked');
    this._popup.open(this._trans.__('Archive status'));
  }

  override dispose(): void {
    this._popup?.dispose();
    super.dispose();
  }

  protected override render(): JSX.Element {
    return (
      <Sentence
        watcher={this._watcher}
        trans={this._trans}
        onClick={() => this.toggleDetails()}
      />
    );
  }

  private _popup: Popup | null = null;
}

function Sentence(props: {
  watcher: StatusWatcher;
  trans: TranslationBundle;
  onClick: () => void;
}): JSX.Element {
  const { watcher, trans } = props;
  useChanges(watcher.changed, 1000);
  const { level, text } = summaryOf(watcher.status, new Date(), trans);
  const Icon = levelIcon(level).react;
  return (
    <>
      <button
        className="bs-Status-button"
        data-level={level}
        title={text}
        aria-haspopup="dialog"
        onClick={props.onClick}
      >
        <Icon tag="span" className="bs-Icon" />
        <span className="jp-StatusBar-TextItem bs-Status-text">{text}</span>
      </button>
      <Alarm level={level} text={text} />
    </>
  );
}

/** Tells those who do not see that something is wrong, and not how the seconds pass. */
function Alarm(props: { level: string; text: string }): JSX.Element {
  const isWrong = props.level === 'waiting' || props.level === 'failed';
  return (
    <span role="status" className="bs-visually-hidden">
      {isWrong ? props.text : ''}
    </span>
  );
}
