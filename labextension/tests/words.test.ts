// @vitest-environment jsdom
import './page';
import { describe, expect, it } from 'vitest';
import { publicationOf } from '../src/publishing/gallery';
import { firstWords, toggledTag, wordsOf } from '../src/publishing/words';
import type { IDraft, IOrigin } from '../src/server/gallery';

const origin: IOrigin = {
  uuid: 'u1',
  title: 'Tides',
  description: 'When.',
  excerpt: 'When.',
  public: true,
  lang: 'python',
  owner: 'bob',
  owner_type: 'User',
  updater: 'bob',
  tags: ['sea', 'low'],
  stars: 0,
  deprecated: false,
  updated_at: '2026-03-05T00:00:00Z',
  content_updated_at: null,
  commit_id: 'c1',
  url: '/bookstore/gallery/nb/u1',
  may_edit: true,
  attributes: { marking: 'amber' }
};

function draft(told: Partial<IDraft> = {}): IDraft {
  return {
    title: 'low tide',
    origin: null,
    proposed_tags: [],
    fields: [],
    groups: [],
    user: 'ada',
    outputs_may_be_kept: false,
    most: {},
    problem: '',
    ...told
  };
}

describe('what the form says first', () => {
  it('is the name of the file, for nobody else, of a notebook of its own', () => {
    const words = firstWords(draft());
    expect(words.outcome).toBe('new');
    expect([words.title, words.public, words.owner]).toEqual([
      'low tide',
      false,
      'self'
    ]);
  });

  it('is what the gallery says, of a copy that may become a revision', () => {
    const words = firstWords(draft({ origin }));
    expect(words).toMatchObject({
      outcome: 'revision',
      title: 'Tides',
      tags: 'sea, low',
      public: true,
      attributes: { marking: 'amber' }
    });
  });

  it('asks for the change where the user may not make it', () => {
    const theirs = { ...origin, may_edit: false };
    expect(firstWords(draft({ origin: theirs })).outcome).toBe('request');
  });
});

describe('what is sent', () => {
  it('makes a revision of the notebook, which keeps its owner', () => {
    const known = draft({ origin });
    const sent = publicationOf('a.ipynb', known, firstWords(known), 'token');
    expect(sent).toMatchObject({ path: 'a.ipynb', uuid: 'u1', token: 'token' });
    expect(sent).not.toHaveProperty('owner');
    expect(sent).not.toHaveProperty('parent_uuid');
    expect(sent).not.toHaveProperty('outcome');
  });

  it('makes a fork where a copy is to be a notebook of its own', () => {
    const known = draft({ origin });
    const words = { ...wordsOf(known, 'new'), owner: 'group:g1' };
    const sent = publicationOf('a.ipynb', known, words, 'token');
    expect(sent).toMatchObject({ parent_uuid: 'u1', owner: 'group:g1' });
    expect(sent.uuid).toBeUndefined();
  });

  it('asks for a change with a word to those who decide', () => {
    const known = draft({ origin: { ...origin, may_edit: false } });
    const words = { ...firstWords(known), comment: 'Please.' };
    expect(publicationOf('a.ipynb', known, words, 'token')).toMatchObject({
      uuid: 'u1',
      or_request_change: true,
      comment: 'Please.'
    });
  });

  it('has another title than before where that was said', () => {
    const known = draft({ origin });
    const words = { ...firstWords(known), title: 'Ebb' };
    expect(publicationOf('a.ipynb', known, words, 't').title).toBe('Ebb');
  });
});

it('puts a proposed tag in, and takes it out again', () => {
  expect(toggledTag('', 'maps')).toBe('maps');
  expect(toggledTag(' sea ,, low', 'maps')).toBe('sea, low, maps');
  expect(toggledTag('sea, maps, low', 'maps')).toBe('sea, low');
});
