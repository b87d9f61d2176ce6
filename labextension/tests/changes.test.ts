import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';
import { withTold } from '../src/history/merging';
import type { IChanged } from '../src/server/answers';
import { changedText, changedTogether } from '../src/versions/changes';
import { version } from './versions';

const trans = nullTranslator.load('bookstore');

function changed(given: Partial<IChanged> = {}): IChanged {
  return {
    cells_added: 0,
    cells_removed: 0,
    cells_changed: 0,
    outputs_changed: 0,
    cells_moved: 0,
    metadata_changed: false,
    excerpt: '',
    cells: [],
    ...given
  };
}

describe('what a version changed', () => {
  it.each([
    [{ cells_changed: 3, cells_added: 1 }, '3 cells edited, 1 added'],
    [{ cells_removed: 1, outputs_changed: 2 }, '1 cell removed'],
    [{ cells_moved: 1 }, '1 cell moved'],
    [{ outputs_changed: 2 }, 'outputs only'],
    [{ metadata_changed: true }, 'metadata only'],
    [{}, 'nothing changed']
  ])('is told in a few words: %j', (given, text) => {
    expect(changedText(changed(given), trans)).toBe(text);
  });

  it('is told once for a cell that several of them edited', () => {
    const versions = [
      version({ changed: changed({ cells: ['a'], cells_changed: 1 }) }),
      version({ changed: null }),
      version({
        changed: changed({ cells: ['a', 'b'], cells_changed: 2, excerpt: 'x' })
      })
    ];
    expect(changedTogether(versions, trans)).toEqual({
      text: '2 cells edited',
      excerpt: 'x'
    });
    expect(changedTogether([version()], trans).text).toBe('');
  });

  it('stays known when a history is read again before it is told', () => {
    const known = version({ version_id: 'a', changed: changed() });
    const read = [version({ version_id: 'b' }), version({ version_id: 'a' })];
    expect(withTold(read, [known])).toEqual([read[0], known]);
  });
});
