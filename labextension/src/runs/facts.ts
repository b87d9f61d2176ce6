import type { TranslationBundle } from '@jupyterlab/translation';
import type { IRunTold, VersionAddress } from '../server/answers';

/** The version that an address with `?version=` means, by the place where it is. */
export function versionAt(address: string): VersionAddress | null {
  const [path, query = ''] = address.split('?');
  const [field, value] = query.split('=');
  return field === 'version' && value
    ? { path, version_id: decodeURIComponent(value) }
    : null;
}

/** The result of a run, by the place where it is; null while there is none. */
export function resultOf(run: IRunTold): VersionAddress | null {
  return (
    run.version && { path: run.result, version_id: run.version.version_id }
  );
}

/** How a run is, in a word or two. */
export function statusName(run: IRunTold, trans: TranslationBundle): string {
  const names: { readonly [status: string]: string } = {
    running: trans.__('Running'),
    succeeded: trans.__('Succeeded'),
    failed: trans.__('Failed'),
    interrupted: trans.__('Interrupted'),
    died: trans.__('Died'),
    prepared: trans.__('Only prepared')
  };
  return names[run.status] ?? run.status;
}

/** How long a run took; empty while it goes on. */
export function duration(run: IRunTold, trans: TranslationBundle): string {
  if (run.ended_at === null) {
    return '';
  }
  const ms = Date.parse(run.ended_at) - Date.parse(run.started_at);
  const seconds = Math.max(0, Math.round(ms / 1000));
  return seconds < 120
    ? trans.__('took %1 s', seconds)
    : trans.__('took %1 min', Math.round(seconds / 60));
}
