import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it, vi } from 'vitest';
import type { IOutboxEntry, IStatus } from '../src/server/answers';
import { summaryOf } from '../src/status/summary';

vi.stubGlobal('navigator', { languages: ['en-US'] });

const trans = nullTranslator.load('bookstore');
const NOW = new Date('2026-06-03T10:00:00Z');

const ENTRY: IOutboxEntry = {
  path: 'a.ipynb',
  key: 'workspace/a.ipynb',
  operation: 'put',
  save_id: '1',
  queued_at: '2026-06-03T09:59:00Z',
  size_bytes: 1000,
  attempts: 1,
  due_at: '2026-06-03T10:00:10Z',
  last_error: null,
  refused: false
};

interface IChanged {
  store?: Partial<IStatus['store']>;
  outbox?: Partial<IStatus['outbox']>;
  problems?: string[];
  archiver?: IStatus['archiver'];
}

function status(changed: IChanged): IStatus {
  return {
    store: {
      kind: 's3',
      display: 's3://bucket',
      reachable: true,
      since: null,
      last_error: null,
      last_success_at: '2026-06-03T09:59:57Z',
      ...changed.store
    },
    outbox: {
      depth: 0,
      bytes: 0,
      oldest_queued_at: null,
      held: false,
      entries: [],
      ...changed.outbox
    },
    problems: changed.problems ?? [],
    archiver: changed.archiver ?? { active: true, message: '' }
  };
}

function said(changed: IChanged): [string, string] {
  const { level, text } = summaryOf(status(changed), NOW, trans);
  return [level, text];
}

describe('the sentence of the status item', () => {
  it('says how long ago the last save was archived', () => {
    expect(said({})).toEqual(['archived', 'Archived 3 s ago']);
  });

  it.each([
    ['2026-06-03T10:00:30Z', 'Archived 1 s ago'],
    ['2026-06-03T09:59:23Z', 'Archived 30 s ago'],
    ['2026-06-03T09:57:30Z', 'Archived 2 min ago'],
    [null, 'All archived']
  ])('takes steps that do not distract: %s', (last_success_at, text) => {
    expect(said({ store: { last_success_at } })).toEqual(['archived', text]);
  });

  it('counts what is on its way', () => {
    expect(said({ outbox: { depth: 1, entries: [ENTRY] } })).toEqual([
      'archiving',
      'Archiving…'
    ]);
    expect(said({ outbox: { depth: 3, entries: [ENTRY] } })).toEqual([
      'archiving',
      'Archiving 3 saves…'
    ]);
  });

  it('says since when the store is unreachable', () => {
    const [level, text] = said({
      store: {
        reachable: false,
        since: '2026-06-03T09:58:00Z',
        last_error: 'The connection failed.'
      },
      outbox: { depth: 2, entries: [ENTRY, ENTRY] },
      problems: ['The connection failed.']
    });
    expect(level).toBe('waiting');
    expect(text).toMatch(/^2 waiting: store unreachable since \d+:58/);
  });

  it('is calm about an unreachable store when nothing waits for it', () => {
    expect(said({ store: { reachable: false } })[0]).toBe('archived');
  });

  it('gives the reason of what the store refuses', () => {
    const entry = { ...ENTRY, refused: true, last_error: 'No such bucket.' };
    expect(said({ outbox: { depth: 1, entries: [entry] } })).toEqual([
      'failed',
      'Not archived: No such bucket.'
    ]);
  });

  it('says when nothing is archived at all', () => {
    const message = 'Saves are not archived.';
    expect(said({ archiver: { active: false, message } })).toEqual([
      'failed',
      'Not archived: Saves are not archived.'
    ]);
  });

  it('says when saves are only in memory', () => {
    expect(
      said({ outbox: { held: true }, problems: ['The disk is full.'] })
    ).toEqual(['failed', 'Not archived: The disk is full.']);
  });

  it('gives the reason why the outbox cannot be read, and no number', () => {
    const outbox = { depth: null, bytes: null };
    const problem = 'The outbox cannot be used: disk I/O error.';
    expect(said({ outbox, problems: [problem] })).toEqual([
      'failed',
      `Not archived: ${problem}`
    ]);
    expect(said({ outbox })).toEqual([
      'failed',
      'Not archived: the outbox cannot be read.'
    ]);
  });

  it('points out other problems without hiding that all is archived', () => {
    expect(said({ problems: ['A folder is missing.'] })).toEqual([
      'noticed',
      'Archived 3 s ago'
    ]);
  });

  it('admits that it does not know', () => {
    expect(summaryOf(null, NOW, trans).level).toBe('unknown');
  });
});
