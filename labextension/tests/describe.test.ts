import { nullTranslator } from '@jupyterlab/translation';
import { describe, expect, it } from 'vitest';
import { kindName, originOf } from '../src/versions/describe';
import { version } from './versions';

const trans = nullTranslator.load('bookstore');

describe('a version that a run made', () => {
  it('is called so', () => {
    expect(kindName('run', trans)).toBe('Run');
  });

  it('says how its run failed', () => {
    const run = {
      run_id: 'r',
      status: 'failed',
      started_at: '2026-11-28T10:00:00Z',
      error: 'Cell 2: ValueError: no'
    };
    const failed = version({ kind: 'run', run });
    expect(originOf(failed, trans)).toBe('failed: Cell 2: ValueError: no');
  });
});
