import type { TranslationBundle } from '@jupyterlab/translation';
import type { IOutboxEntry, IStatus } from '../server/answers';
import { relativeTime, timeOfDay } from '../ui/times';

/** How much there is to worry about, from nothing to "do something". */
export type Level =
  'unknown' | 'archived' | 'archiving' | 'noticed' | 'waiting' | 'failed';

/** The state of archiving in one sentence. */
export interface ISummary {
  readonly level: Level;
  readonly text: string;
}

/** Say in one sentence how archiving is going; null: the server did not answer. */
export function summaryOf(
  status: IStatus | null,
  now: Date,
  trans: TranslationBundle
): ISummary {
  if (status === null) {
    return { level: 'unknown', text: trans.__('Archiving: no answer') };
  }
  const { depth } = status.outbox;
  const reason = whyNotArchived(status, trans);
  if (reason) {
    return { level: 'failed', text: trans.__('Not archived: %1', reason) };
  }
  return depth
    ? summaryOfWaiting(status, depth, trans)
    : summaryOfArchived(status, now, trans);
}

/** What is wrong beside the store's last error, which has a place of its own. */
export function otherProblems(status: IStatus): string[] {
  return status.problems.filter(problem => problem !== status.store.last_error);
}

/** The entries that stay where they are until somebody changes something. */
export function refusedEntries(status: IStatus): IOutboxEntry[] {
  return status.outbox.entries.filter(entry => entry.refused);
}

function whyNotArchived(status: IStatus, trans: TranslationBundle): string {
  if (!status.archiver.active) {
    return status.archiver.message;
  }
  if (status.outbox.depth === null) {
    return otherProblems(status)[0] ?? trans.__('the outbox cannot be read.');
  }
  if (status.outbox.held) {
    return otherProblems(status)[0] ?? '';
  }
  return refusedEntries(status)[0]?.last_error ?? '';
}

function summaryOfWaiting(
  status: IStatus,
  depth: number,
  trans: TranslationBundle
): ISummary {
  const { reachable, since, last_error } = status.store;
  if (reachable === false) {
    const text = since
      ? trans.__(
          '%1 waiting: store unreachable since %2',
          depth,
          timeOfDay(new Date(since), trans)
        )
      : trans.__('%1 waiting: store unreachable', depth);
    return { level: 'waiting', text };
  }
  if (last_error) {
    const text = trans.__('%1 waiting: %2', depth, last_error);
    return { level: 'waiting', text };
  }
  const text = trans._n('Archiving…', 'Archiving %1 saves…', depth);
  return { level: 'archiving', text };
}

function summaryOfArchived(
  status: IStatus,
  now: Date,
  trans: TranslationBundle
): ISummary {
  const last = status.store.last_success_at;
  const level = otherProblems(status).length > 0 ? 'noticed' : 'archived';
  return last
    ? { level, text: trans.__('Archived %1', ago(new Date(last), now, trans)) }
    : { level, text: trans.__('All archived') };
}

/** "3 s ago", in steps that do not distract; after a minute as elsewhere. */
function ago(time: Date, now: Date, trans: TranslationBundle): string {
  const age = Math.max(1, Math.floor((now.getTime() - time.getTime()) / 1000));
  if (age >= 60) {
    return relativeTime(time, now, trans);
  }
  return trans.__('%1 s ago', age < 10 ? age : age - (age % 10));
}
