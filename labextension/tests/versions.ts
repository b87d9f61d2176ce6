import type { IVersion } from '../src/server/answers';

/** A version with nothing special about it but what is given. */
export function version(given: Partial<IVersion> = {}): IVersion {
  const version_id = given.version_id ?? 'v1';
  return {
    version_id,
    save_id: `save-of-${version_id}`,
    path: 'demo.ipynb',
    saved_at: '2026-06-03T14:32:00',
    size_bytes: 1000,
    sha256: '',
    author: 'ada',
    kind: 'save',
    source: '',
    label: '',
    note: '',
    is_latest: false,
    pending: false,
    failed: null,
    changed: null,
    run: null,
    address: '',
    url: '',
    folder: '',
    ...given
  };
}
