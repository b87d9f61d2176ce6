import { PathExt } from '@jupyterlab/coreutils';
import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget, refreshIcon, usersIcon } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import * as React from 'react';
import type { IElsewhere } from '../server/answers';
import { textsOf } from '../server/errors';
import { dateIcon, historyIcon } from '../ui/icons';
import { BlamedCells, BlameHeading } from './blame';
import { ElsewhereLines } from './elsewhere';
import { FoundNotebooks, FoundSummary, SearchField } from './found';
import { IListActions, VersionList } from './list';
import type { HistoryModel } from './model';
import { Filter, rowsOf } from './rows';

/** Relative times are written again so often. */
const TICK_MS = 30_000;

export interface IHistoryPanelActions extends IListActions {
  refresh(): void;
  /** Show the history of another notebook. */
  follow(path: string): void;
  /** Go to the newest version of a day, given as "2026-06-03", or before it. */
  goTo(day: string): void;
  compareChosen(): void;
  /** Tell what was saved from another folder in the histories here, or no longer. */
  join(elsewhere: IElsewhere, joined: boolean): void;
  setFilter(filter: Filter): void;
}

/** The side panel with the history of the current notebook. */
export class HistoryPanel extends ReactWidget {
  constructor(
    private readonly _model: HistoryModel,
    private readonly _trans: TranslationBundle,
    private readonly _actions: IHistoryPanelActions
  ) {
    super();
    this.id = 'bookstore-history';
    this.addClass('bs-History');
    this.title.icon = historyIcon;
    this.title.caption = _trans.__('History');
    this.node.tabIndex = -1;
    this.node.tabIndex = -1;
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', _trans.__('History'));
    _model.changed.connect(() => this.update());
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this._actions.refresh();
    this._tick = window.setInterval(() => this.update(), TICK_MS);
    this.update();
  }

  protected override onAfterHide(message: Message): void {
    super.onAfterHide(message);
    window.clearInterval(this._tick);
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this._wantsFocus = true;
    this.node.focus();
    this._takeFocus();
  }

  protected override onUpdateRequest(message: Message): void {
    super.onUpdateRequest(message);
    void this.renderPromise?.then(() => this._takeFocus());
  }

  /** The list takes the keyboard once it is there, unless the user went elsewhere meanwhile. */
  private _takeFocus(): void {
    const list = this.node.querySelector<HTMLElement>('.bs-VersionList');
    if (this._wantsFocus && list) {
      this._wantsFocus = false;
      const { activeElement } = document;
      if (
        activeElement === document.body ||
        this.node.contains(activeElement)
      ) {
        list.focus();
      }
    }
  }

  override dispose(): void {
    window.clearInterval(this._tick);
    super.dispose();
  }

  protected override render(): JSX.Element {
    return (
      <>
        <Header
          model={this._model}
          trans={this._trans}
          actions={this._actions}
        />
        <Body model={this._model} trans={this._trans} actions={this._actions} />
        <Comparison
          model={this._model}
          trans={this._trans}
          actions={this._actions}
        />
      </>
    );
  }

  private _tick = 0;
  private _wantsFocus = false;
}

interface IPartProps {
  readonly model: HistoryModel;
  readonly trans: TranslationBundle;
  readonly actions: IHistoryPanelActions;
}

function Header({ model, trans, actions }: IPartProps): JSX.Element {
  const isWhole = !model.blame.isOn && !model.search.isOn;
  return (
    <div className="bs-History-header">
      <div className="bs-History-titleLine">
        <h2 className="bs-History-title">{trans.__('History')}</h2>
        {model.path && (
          <>
            <GoToDate trans={trans} actions={actions} />
            <button
              type="button"
              className="bs-History-button"
              title={trans.__('Who last changed each cell')}
              aria-label={trans.__('Who last changed each cell')}
              aria-pressed={model.blame.isOn}
              onClick={() => model.blame.set(!model.blame.isOn)}
            >
              <usersIcon.react tag="span" />
            </button>
            <button
              type="button"
              className="bs-History-button"
              title={trans.__('Refresh')}
              aria-label={trans.__('Refresh')}
              aria-busy={model.isLoading}
              onClick={() => actions.refresh()}
            >
              <refreshIcon.react tag="span" />
            </button>
          </>
        )}
      </div>
      {model.path && (
        <div className="bs-History-nameLine">
          <div className="bs-History-name" title={model.path}>
            {PathExt.basename(model.path)}
          </div>
          {isWhole && (
            <select
              className="bs-History-filter"
              aria-label={trans.__('Which versions are listed')}
              value={model.filter}
              onChange={event =>
                actions.setFilter(event.target.value as Filter)
              }
            >
              <option value="all">{trans.__('All versions')}</option>
              <option value="deliberate">{trans.__('Named and manual')}</option>
            </select>
          )}
        </div>
      )}
      {model.path && model.blame.isOn && (
        <BlameHeading blame={model.blame} trans={trans} />
      )}
      {model.path && !model.blame.isOn && (
        <SearchField search={model.search} trans={trans} />
      )}
    </div>
  );
}

/** A calendar that opens when it is clicked. */
function GoToDate({ trans, actions }: Omit<IPartProps, 'model'>): JSX.Element {
  const field = React.useRef<HTMLInputElement>(null);
  const open = () => {
    field.current!.showPicker?.();
    field.current!.focus();
  };
  return (
    <span className="bs-History-date">
      <button
        type="button"
        className="bs-History-button"
        title={trans.__('Go to a date')}
        aria-label={trans.__('Go to a date')}
        onClick={open}
      >
        <dateIcon.react tag="span" />
      </button>
      <input
        ref={field}
        type="date"
        tabIndex={-1}
        aria-label={trans.__('Date to go to')}
        onChange={event => actions.goTo(event.target.value)}
      />
    </span>
  );
}

/** What was found instead of the history, while something is looked for. */
function FoundBody({ model, trans, actions }: IPartProps): JSX.Element {
  const { search } = model;
  const { versions } = search;
  const rows = React.useMemo(
    () => rowsOf(versions, 'all', new Date(), trans, 'all'),
    [versions, trans]
  );
  return (
    <>
      <FoundSummary search={search} trans={trans} />
      {search.isEverywhere ? (
        <FoundNotebooks
          search={search}
          trans={trans}
          onChoose={path => actions.follow(path)}
        />
      ) : (
        <VersionList
          rows={rows}
          active={model.active}
          chosen={model.chosen}
          hasMore={false}
          isLoading={false}
          now={new Date()}
          trans={trans}
          actions={actions}
          revealed={0}
          onNeedMore={() => undefined}
        />
      )}
    </>
  );
}

function Body(props: IPartProps): JSX.Element {
  const { model } = props;
  const isSearching = model.path !== '' && model.search.isOn;
  if (model.path !== '' && model.blame.isOn) {
    return (
      <BlamedCells
        blame={model.blame}
        trans={props.trans}
        onChoose={cell => {
          model.blame.set(false);
          model.search.setCell(cell);
        }}
      />
    );
  }
  return isSearching ? <FoundBody {...props} /> : <HistoryBody {...props} />;
}

function HistoryBody({ model, trans, actions }: IPartProps): JSX.Element {
  const now = new Date();
  const { versions, filter, opened } = model;
  // A change of minute is a change of the rows' headings at midnight only.
  const today = now.toDateString();
  const rows = React.useMemo(
    () => rowsOf(versions, filter, new Date(), trans, opened),
    [versions, filter, trans, today, opened]
  );
  const onNeedMore = React.useCallback(() => {
    if (!model.isLoading && model.error === null) {
      void model.loadMore();
    }
  }, [model]);
  if (!model.path) {
    return (
      <Notice
        text={trans.__('No notebook is open.')}
        hint={trans.__('Open a notebook to see its history.')}
      />
    );
  }
  const problem = model.error === null ? null : textsOf(model.error, trans);
  if (problem && !model.isLoaded) {
    return (
      <Notice text={problem.message} hint={problem.hint} isError>
        <button
          type="button"
          className="jp-Button jp-mod-styled jp-mod-minimal bs-History-retry"
          onClick={() => actions.refresh()}
        >
          {trans.__('Try again')}
        </button>
      </Notice>
    );
  }
  if (!model.isLoaded) {
    return <Loading trans={trans} />;
  }
  const elsewhere = (
    <ElsewhereLines
      elsewhere={model.elsewhere}
      trans={trans}
      onJoin={actions.join}
    />
  );
  if (versions.length === 0) {
    return (
      <>
        {elsewhere}
        <Notice
          text={trans.__('No versions yet')}
          hint={
            model.notArchived ||
            trans.__('Every save of this notebook becomes a version.')
          }
        />
      </>
    );
  }
  return (
    <>
      {elsewhere}
      {problem && (
        <div className="bs-History-problem" role="alert">
          {problem.message} {problem.hint}
        </div>
      )}
      <VersionList
        key={model.path + filter}
        rows={rows}
        active={model.active}
        chosen={model.chosen}
        hasMore={model.hasMore}
        isLoading={model.isLoading}
        now={now}
        trans={trans}
        actions={actions}
        revealed={model.revealed}
        onNeedMore={onNeedMore}
      />
      {rows.length === 0 && !model.hasMore && (
        <Notice
          text={trans.__('No named or manual versions')}
          hint={trans.__('Autosaves are listed under “All versions”.')}
        />
      )}
    </>
  );
}

/** The bar that says what a comparison still needs, or begins it. */
function Comparison({ model, trans, actions }: IPartProps): JSX.Element | null {
  const { chosen } = model;
  if (chosen.length === 0) {
    return null;
  }
  const isReady = chosen.length === 2;
  return (
    <div className="bs-History-comparison">
      <span className="bs-History-comparisonText" role="status">
        {isReady ? trans.__('2 chosen') : trans.__('Choose one more')}
      </span>
      <button
        type="button"
        className="jp-Button jp-mod-styled jp-mod-reject jp-mod-small"
        onClick={() => model.clearChosen()}
      >
        {trans.__('Cancel')}
      </button>
      <button
        type="button"
        className="jp-Button jp-mod-styled jp-mod-accept jp-mod-small"
        disabled={!isReady}
        onClick={() => actions.compareChosen()}
      >
        {trans.__('Compare')}
      </button>
    </div>
  );
}

interface INoticeProps {
  readonly text: string;
  readonly hint: string;
  readonly isError?: boolean;
  readonly children?: React.ReactNode;
}

function Notice({ text, hint, isError, children }: INoticeProps) {
  return (
    <div
      className={`bs-History-message${isError ? ' bs-mod-error' : ''}`}
      role={isError ? 'alert' : 'status'}
    >
      <historyIcon.react tag="span" className="bs-History-messageIcon" />
      <p className="bs-History-messageText">{text}</p>
      {hint && <p className="bs-History-messageHint">{hint}</p>}
      {children}
    </div>
  );
}

function Loading({ trans }: { trans: TranslationBundle }): JSX.Element {
  return (
    <div
      className="bs-History-loading"
      role="status"
      aria-label={trans.__('Reading the history…')}
    >
      {[0, 1, 2, 3].map(line => (
        <div key={line} className="bs-History-placeholder" />
      ))}
    </div>
  );
}
