// @vitest-environment jsdom
import './page';
import { expect, it } from 'vitest';
import { HistoryModel } from '../src/history/model';
import type { IHistoryPage, IVersion } from '../src/server/answers';
import type { BookstoreAPI } from '../src/server/api';
import { version } from './versions';

/** A history that is being read; each question is answered when the test says so. */
function beingRead(): {
  model: HistoryModel;
  answers: ((versions: IVersion[]) => void)[];
} {
  const answers: ((versions: IVersion[]) => void)[] = [];
  const api = {
    history: (path: string) =>
      new Promise<IHistoryPage>(resolve =>
        answers.push(versions =>
          resolve({
            path,
            versions,
            next: null,
            problem: null,
            archiver: { active: true, message: '' }
          })
        )
      )
  };
  const model = new HistoryModel(api as unknown as BookstoreAPI);
  model.setPath('demo.ipynb');
  return { model, answers };
}

const unnamed = version({ version_id: 'v1' });
const named = version({ version_id: 'v1', label: 'before cleaning' });

it('keeps a name that was given while the history was read', async () => {
  const { model, answers } = beingRead();
  const first = model.refresh();
  answers[0]([unnamed]);
  await first;
  const second = model.refresh();
  model.replace(named);
  answers[1]([unnamed]);
  await second;
  expect(model.versions).toEqual([named]);
  expect(answers).toHaveLength(3); // what else the second one would have told is asked again
});

it('is not set back by an answer that was overtaken', async () => {
  const { model, answers } = beingRead();
  const readings = [model.refresh(), model.refresh()];
  answers[1]([named]);
  await readings[1];
  answers[0]([unnamed]);
  await readings[0];
  expect(model.versions).toEqual([named]);
});

it('shows what comes first, also while it is read again', async () => {
  const { model, answers } = beingRead();
  const first = model.refresh();
  void model.refresh();
  answers[0]([unnamed]);
  await first;
  expect(model.versions).toEqual([unnamed]);
});
