import type { TranslationBundle } from '@jupyterlab/translation';
import type { IRun, IVersion, VersionKind } from '../server/answers';
import { formatSize } from '../ui/sizes';
import { absoluteTime, exactTime } from '../ui/times';

/** A version in a few words: its label, else when it was saved. */
export function versionName(
  version: IVersion,
  trans: TranslationBundle
): string {
  return (
    version.label || exactTime(new Date(version.saved_at), new Date(), trans)
  );
}

/** A version as a part of a sentence: "the version of 14:32", "“Before cleaning”". */
export function versionPhrase(
  version: IVersion,
  trans: TranslationBundle
): string {
  const name = versionName(version, trans);
  return version.label
    ? trans.__('“%1”', name)
    : trans.__('the version of %1', name);
}

/** The facts of a version on one line. */
export function versionFacts(
  version: IVersion,
  trans: TranslationBundle
): string {
  const facts = [
    kindName(version.kind, trans),
    absoluteTime(new Date(version.saved_at), trans),
    version.author,
    formatSize(version.size_bytes),
    version.note
  ];
  return facts.filter(fact => fact !== '').join(' · ');
}

/** What made a version, in a word or two. */
export function kindName(kind: VersionKind, trans: TranslationBundle): string {
  const names: { [kind in VersionKind]: string } = {
    save: trans.__('Autosaved'),
    manual: trans.__('Saved'),
    restore: trans.__('Restored'),
    clone: trans.__('Cloned'),
    publish: trans.__('Published'),
    rename: trans.__('Renamed'),
    copy: trans.__('Copied'),
    outside: trans.__('Changed outside'),
    run: trans.__('Run'),
    kept: trans.__('Unsaved changes'),
    delete: trans.__('Deleted')
  };
  return names[kind] ?? kind;
}

/** Return how a run ended, where that is not as it should. */
function endOf({ status, error }: IRun, trans: TranslationBundle): string {
  const words: { readonly [status: string]: string } = {
    succeeded: '',
    failed: trans.__('failed'),
    interrupted: trans.__('interrupted'),
    died: trans.__('died'),
    prepared: trans.__('only prepared')
  };
  return [words[status] ?? status, error].filter(word => word).join(': ');
}

/** From which folder a version was saved, where the server was started in another one. */
export function folderOf(
  { folder }: IVersion,
  trans: TranslationBundle
): string {
  return folder ? trans.__('saved from %1', folderName(folder, trans)) : '';
}

/** A folder that a server was started in, as seen from this one's. */
export function folderName(folder: string, trans: TranslationBundle): string {
  return /^\.\.(\/\.\.)*$/.test(folder)
    ? trans.__('a folder above')
    : trans.__('the folder %1', folder);
}

/** Where a version came from, in words; empty where that says nothing new. */
export function originOf(version: IVersion, trans: TranslationBundle): string {
  const { kind, source } = version;
  if (version.run) {
    return endOf(version.run, trans);
  }
  if (!source) {
    return '';
  }
  switch (kind) {
    case 'rename':
      return trans.__('renamed from %1', source);
    case 'copy':
      return trans.__('copied from %1', source);
    case 'clone':
      return trans.__('cloned from %1', source);
    case 'restore':
      return trans.__('from an earlier version');
    default:
      return '';
  }
}
