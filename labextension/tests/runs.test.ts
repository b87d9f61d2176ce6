import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';
import { duration, resultOf, statusName, versionAt } from '../src/runs/facts';
import { parametersIn } from '../src/runs/parameters';
import type { IRunTold } from '../src/server/answers';
import { version } from './versions';

const trans = nullTranslator.load('bookstore');

function run(given: Partial<IRunTold> = {}): IRunTold {
  return {
    run_id: 'r',
    status: 'succeeded',
    started_at: '2026-11-28T10:00:00Z',
    ended_at: '2026-11-28T10:00:09Z',
    error: '',
    executed: 'bookstore://a%20b.ipynb?version=v%2F1',
    result: 'bookstore://runs/a%20b.ipynb',
    version: version({ version_id: 'made' }),
    ...given
  };
}

describe('what a run is given', () => {
  it('is a name and a value on each line', () => {
    const text = ' day = 2026-11-28\n\nlimit=3\nnames = ["a", "b=c"]\nx = "1" ';
    expect(parametersIn(text, trans)).toEqual({
      day: '2026-11-28',
      limit: 3,
      names: ['a', 'b=c'],
      x: '1'
    });
    expect(parametersIn('', trans)).toEqual({});
  });

  it.each(['day', '= 3'])('is said to be wrong: %s', line => {
    expect(() => parametersIn(`a = 1\n${line}`, trans)).toThrow(line);
  });
});

describe('a run', () => {
  it('leads to the version it executed, and to its result', () => {
    expect(versionAt(run().executed)).toEqual({
      path: 'bookstore://a%20b.ipynb',
      version_id: 'v/1'
    });
    expect(resultOf(run())).toEqual({
      path: 'bookstore://runs/a%20b.ipynb',
      version_id: 'made'
    });
  });

  it.each(['', 'bookstore://a.ipynb', 'bookstore://a.ipynb?label=x'])(
    'leads to no version by %s',
    address => {
      expect(versionAt(address)).toBe(null);
    }
  );

  it('says how long it took once it has ended', () => {
    expect(duration(run(), trans)).toBe('took 9 s');
    const long = run({ ended_at: '2026-11-28T10:05:10Z' });
    expect(duration(long, trans)).toBe('took 5 min');
    const goesOn = run({ ended_at: null, version: null, status: 'running' });
    expect(duration(goesOn, trans)).toBe('');
    expect(resultOf(goesOn)).toBe(null);
  });

  it('says how it is, in a status that a later release has, too', () => {
    expect(statusName(run({ status: 'died' }), trans)).toBe('Died');
    expect(statusName(run({ status: 'resting' }), trans)).toBe('resting');
  });
});
