import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';
import { folderOf, kindName, originOf } from '../src/versions/describe';
import { version } from './versions';

const trans = nullTranslator.load('bookstore');

describe('a version that a run made', () => {
  it('is called so', () => {
    expect(kindName('run', trans)).toBe('Run');
  });

  it.each([
    ['succeeded', '', ''],
    ['failed', 'Cell 2: ValueError: no', 'failed: Cell 2: ValueError: no'],
    ['interrupted', 'Cell 1: Dead', 'interrupted: Cell 1: Dead'],
    ['died', '', 'died'],
    ['prepared', '', 'only prepared']
  ])('says how its run ended: %s', (status, error, words) => {
    const started_at = '2026-11-28T10:00:00Z';
    const run = { run_id: 'r', status, started_at, error };
    const made = version({ kind: 'run', source: 'a.ipynb @ v', run });
    expect(originOf(made, trans)).toBe(words);
  });
});

describe('a version that a server in another folder saved', () => {
  it.each([
    ['', ''],
    ['work', 'saved from the folder work'],
    ['..', 'saved from a folder above'],
    ['../..', 'saved from a folder above'],
    ['../play', 'saved from the folder ../play']
  ])('says which: %s', (folder, words) => {
    expect(folderOf(version({ folder }), trans)).toBe(words);
  });
});
