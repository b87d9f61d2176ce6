import type { ICell } from '@jupyterlab/nbformat';
import { describe, expect, it } from 'vitest';
import { IPlan, placeOf, planOf, replacementIn } from '../src/documents/plan';

function code(source: string, id?: string, more: object = {}): ICell {
  const cell = {
    cell_type: 'code',
    source,
    metadata: {},
    outputs: [],
    execution_count: null,
    ...more
  };
  return (id === undefined ? cell : { ...cell, id }) as ICell;
}

function text(source: string, id?: string): ICell {
  const cell = { cell_type: 'markdown', source, metadata: {} };
  return (id === undefined ? cell : { ...cell, id }) as ICell;
}

/** Do what a plan says, as the open document does it. */
function applied(current: readonly ICell[], plan: IPlan): ICell[] {
  const cells = [...current];
  for (const { index, cell } of plan.updates) {
    cells[index] = { ...cell, id: current[index].id } as ICell;
  }
  for (const { index, remove, insert } of plan.splices) {
    cells.splice(index, remove, ...insert);
  }
  return cells;
}

describe('a plan for notebooks whose cells have IDs', () => {
  it('does nothing where nothing differs, but who trusts it', () => {
    const current = [code('1', 'a', { metadata: { trusted: true } })];
    expect(planOf(current, [code('1', 'a')])).toEqual({
      updates: [],
      splices: []
    });
  });

  it('changes the cells that differ, and leaves the others alone', () => {
    const current = [text('# t', 'a'), code('1', 'b'), code('2', 'c')];
    const target = [text('# t', 'a'), code('10', 'b'), code('2', 'c')];
    expect(planOf(current, target)).toEqual({
      updates: [{ index: 1, cell: target[1] }],
      splices: []
    });
  });

  it('puts in what is missing and takes out what is new', () => {
    const current = [code('new', 'n'), code('1', 'a'), code('2', 'b')];
    const target = [code('1', 'a'), code('gone', 'g'), code('2', 'b')];
    const plan = planOf(current, target);
    expect(plan.updates).toEqual([]);
    expect(applied(current, plan)).toEqual(target);
  });

  it('replaces a cell whose type changed', () => {
    const plan = planOf([code('x', 'a')], [text('x', 'a')]);
    expect(plan.updates).toEqual([]);
    expect(plan.splices).toEqual([
      { index: 0, remove: 1, insert: [text('x', 'a')] }
    ]);
  });

  it('moves as few cells as possible', () => {
    const current = ['a', 'b', 'c', 'd', 'e'].map(id => code(id, id));
    const target = ['b', 'c', 'd', 'e', 'a'].map(id => code(id, id));
    const plan = planOf(current, target);
    expect(applied(current, plan)).toEqual(target);
    const touched = plan.splices.map(
      ({ remove, insert }) => remove + insert.length
    );
    expect(touched).toEqual([1, 1]);
  });
});

describe('a plan for notebooks whose cells have no IDs', () => {
  it('knows cells by what is in them', () => {
    // The editor gives IDs of its own to such cells.
    const current = [code('1', 'x1'), code('2', 'x2'), code('3', 'x3')];
    const plan = planOf(current, [code('1'), code('3')]);
    expect(plan.updates).toEqual([]);
    expect(plan.splices).toEqual([{ index: 1, remove: 1, insert: [] }]);
  });

  it('changes a cell in place when it stands between known ones', () => {
    const current = [code('1', 'x1'), code('2', 'x2'), code('3', 'x3')];
    const plan = planOf(current, [code('1'), code('20'), code('3')]);
    expect(plan.updates).toEqual([{ index: 1, cell: code('20') }]);
    expect(plan.splices).toEqual([]);
  });
});

it('every plan leads to the version, whatever the notebook was', () => {
  let seed = 7;
  const random = (below: number) => {
    seed = (seed * 1103515245 + 12345) % 2147483648;
    return seed % below;
  };
  const some = (withIds: boolean) => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].filter(() => random(3) > 0);
    const cells = ids.map(id => code(`${random(3)}`, withIds ? id : undefined));
    return random(2) ? cells.reverse() : cells;
  };
  for (let round = 0; round < 500; round += 1) {
    const withIds = random(2) === 0;
    const current = some(true);
    const target = some(withIds);
    const result = applied(current, planOf(current, target));
    const facts = (cells: ICell[]) =>
      cells.map(cell => [cell.source, withIds ? cell.id : '']);
    expect(facts(result)).toEqual(facts(target));
  }
});

describe('a change of text', () => {
  it.each([
    ['abc', 'abc', { start: 3, end: 3, text: '' }],
    ['limit = 7', 'limit = 11', { start: 8, end: 9, text: '11' }],
    ['aa', 'aaa', { start: 2, end: 2, text: 'a' }],
    ['', 'new', { start: 0, end: 0, text: 'new' }],
    ['old', '', { start: 0, end: 3, text: '' }]
  ])('%j becomes %j by the least replacement', (before, after, found) => {
    expect(replacementIn(before, after)).toEqual(found);
    const { start, end, text: put } = found;
    expect(before.slice(0, start) + put + before.slice(end)).toBe(after);
  });
});

describe('the place of a cell that is missing now', () => {
  it('is behind the nearest cell that stood before it', () => {
    expect(placeOf(2, ['a', 'b', 'c'], ['new', 'a', 'b', 'c'])).toBe(3);
    expect(placeOf(2, ['a', 'b', 'c'], ['a', 'c'])).toBe(1);
  });

  it('is the top when none of those is left', () => {
    expect(placeOf(1, ['a', 'b'], ['b', 'x'])).toBe(0);
  });
});
