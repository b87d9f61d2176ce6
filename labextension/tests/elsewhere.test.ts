// @vitest-environment jsdom
import './page';
import { nullTranslator } from '@jupyterlab/translation';
import { expect, it } from 'vitest';
import { elsewhereText } from '../src/history/elsewhere';
import { HistoryModel } from '../src/history/model';
import type { IHistoryPage } from '../src/server/answers';
import type { BookstoreAPI } from '../src/server/api';
import { version } from './versions';

const trans = nullTranslator.load('bookstore');
const work = {
  folder: 'work',
  path: 'a.ipynb',
  versions: 13,
  more: false,
  joined: false
};

it.each([
  [work, '13 versions were saved from the folder work, as a.ipynb.'],
  [
    { ...work, versions: 1 },
    '1 version was saved from the folder work, as a.ipynb.'
  ],
  [
    { ...work, folder: '..', versions: 100, more: true },
    '100 versions or more were saved from a folder above, as a.ipynb.'
  ],
  [
    { ...work, versions: null, joined: true },
    'With what was saved from the folder work.'
  ]
])('says what was saved from another folder', (elsewhere, words) => {
  expect(elsewhereText(elsewhere, trans)).toBe(words);
});

it('tells the whole history once another folder is joined', async () => {
  let joined = false;
  const asked: unknown[] = [];
  const api = {
    join: async (...given: unknown[]) => {
      asked.push(given);
      joined = true;
    },
    history: async (path: string): Promise<IHistoryPage> => ({
      path,
      versions: joined ? [version({ version_id: 'v1', folder: 'work' })] : [],
      next: null,
      elsewhere: [joined ? { ...work, versions: null, joined } : work],
      problem: null,
      archiver: { active: true, message: '' }
    })
  };
  const model = new HistoryModel(api as unknown as BookstoreAPI);
  model.setPath('work/a.ipynb');
  await model.refresh();
  expect(model.elsewhere).toEqual([work]);
  await model.join(model.elsewhere[0], true);
  expect(asked).toEqual([['work/a.ipynb', 'work', true]]);
  expect(model.versions.map(({ folder }) => folder)).toEqual(['work']);
  model.setPath('b.ipynb');
  expect(model.elsewhere).toEqual([]);
});
