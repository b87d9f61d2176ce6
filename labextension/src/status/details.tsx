import type { TranslationBundle } from '@jupyterlab/translation';
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';
import type { IOutboxEntry, IStatus } from '../server/answers';
import { textsOf } from '../server/errors';
import { useChanges } from '../ui/hooks';
import { formatSize } from '../ui/sizes';
import { Time } from '../ui/times';
import { levelIcon } from './icons';
import { ISummary, otherProblems, refusedEntries, summaryOf } from './summary';
import type { StatusWatcher } from './watcher';

const SHOWN_ENTRIES = 5;

/** What the status item's sentence leaves out. */
export class StatusDetails extends ReactWidget {
  constructor(
    private readonly _watcher: StatusWatcher,
    private readonly _trans: TranslationBundle
  ) {
    super();
    this.addClass('bs-StatusDetails');
  }

  protected override render(): JSX.Element {
    return <Details watcher={this._watcher} trans={this._trans} />;
  }
}

function Details(props: {
  watcher: StatusWatcher;
  trans: TranslationBundle;
}): JSX.Element {
  const { watcher, trans } = props;
  useChanges(watcher.changed);
  const summary = summaryOf(watcher.status, new Date(), trans);
  return (
    <>
      <Heading summary={summary} />
      {watcher.status === null ? (
        <Unknown error={watcher.error} trans={trans} />
      ) : (
        <Known status={watcher.status} said={summary.text} trans={trans} />
      )}
    </>
  );
}

function Heading({ summary }: { summary: ISummary }): JSX.Element {
  const Icon = levelIcon(summary.level).react;
  return (
    <h2 className="bs-StatusDetails-heading" data-level={summary.level}>
      <Icon tag="span" className="bs-Icon" />
      <span>{summary.text}</span>
    </h2>
  );
}

function Unknown(props: {
  error: unknown;
  trans: TranslationBundle;
}): JSX.Element {
  const { message, hint } = props.error
    ? textsOf(props.error, props.trans)
    : { message: props.trans.__('The server has not answered yet.'), hint: '' };
  return (
    <p>
      {message} {hint}
    </p>
  );
}

function Known(props: {
  status: IStatus;
  /** Told above, so not again. */
  said: string;
  trans: TranslationBundle;
}): JSX.Element {
  const { status, said, trans } = props;
  const { store, outbox } = status;
  return (
    <>
      <p>{comfort(status, trans)}</p>
      <dl>
        <Fact name={trans.__('Store')}>{store.display}</Fact>
        <Fact name={trans.__('Last archived')}>
          {store.last_success_at && (
            <Time iso={store.last_success_at} trans={trans} />
          )}
        </Fact>
        <Fact name={trans.__('Waiting')}>{waiting(outbox, trans)}</Fact>
        <Fact name={trans.__('Last error')}>{store.last_error}</Fact>
      </dl>
      <Problems
        problems={otherProblems(status).filter(
          problem => !said.includes(problem)
        )}
      />
      <Entries
        entries={outbox.entries}
        total={outbox.depth ?? 0}
        known={store.last_error}
        trans={trans}
      />
    </>
  );
}

function waiting(
  { depth, bytes }: IStatus['outbox'],
  trans: TranslationBundle
): string {
  if (depth === null) {
    return trans.__('not known');
  }
  return depth > 0
    ? trans._n('1 save, %2', '%1 saves, %2', depth, formatSize(bytes ?? 0))
    : '';
}

/** What it means for the user. */
function comfort(status: IStatus, trans: TranslationBundle): string {
  if (!status.archiver.active) {
    return '';
  }
  if (status.outbox.held) {
    return trans.__(
      'Saves still succeed, but they are only in memory and not yet in the outbox.'
    );
  }
  if (status.outbox.depth === null) {
    return trans.__(
      'The server cannot read its outbox. Saves still succeed; what waited there stays there.'
    );
  }
  if (status.outbox.depth === 0) {
    return trans.__('Every save is in the store.');
  }
  if (refusedEntries(status).length > 0) {
    return trans.__(
      'What waits is safe on the server’s disk, but the store refuses it until somebody changes something.'
    );
  }
  return trans.__(
    'What waits is safe on the server’s disk, and goes to the store as soon as it answers.'
  );
}

function Fact(props: {
  name: string;
  children: React.ReactNode;
}): JSX.Element | null {
  return props.children ? (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  ) : null;
}

function Problems({ problems }: { problems: string[] }): JSX.Element | null {
  return problems.length > 0 ? (
    <ul className="bs-StatusDetails-problems">
      {problems.map(problem => (
        <li key={problem}>{problem}</li>
      ))}
    </ul>
  ) : null;
}

function Entries(props: {
  entries: IOutboxEntry[];
  total: number;
  /** Told above, so not again for each entry. */
  known: string | null;
  trans: TranslationBundle;
}): JSX.Element | null {
  const { entries, total, known, trans } = props;
  const shown = entries.slice(0, SHOWN_ENTRIES);
  const more = total - shown.length;
  return shown.length > 0 ? (
    <ul className="bs-StatusDetails-entries">
      {shown.map(entry => (
        <li key={entry.save_id}>
          <span className="bs-StatusDetails-path" title={entry.path}>
            {entry.path}
          </span>
          <Time iso={entry.queued_at} trans={trans} />
          {entry.last_error && entry.last_error !== known && (
            <p>{entry.last_error}</p>
          )}
        </li>
      ))}
      {more > 0 && <li>{trans._n('and 1 more', 'and %1 more', more)}</li>}
    </ul>
  ) : null;
}
