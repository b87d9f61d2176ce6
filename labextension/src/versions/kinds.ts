import type { TranslationBundle } from '@jupyterlab/translation';
import type { IVersion, VersionKind } from '../server/answers';

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
    delete: trans.__('Deleted')
  };
  return names[kind] ?? kind;
}

/** Where a version came from, in words; empty where that says nothing new. */
export function originOf(version: IVersion, trans: TranslationBundle): string {
  const { kind, source } = version;
  if (kind === 'outside') {
    return trans.__('by another program');
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

/** Was it made on purpose, and not by an autosave or another program? */
export function isDeliberate(version: IVersion): boolean {
  return (
    version.label !== '' ||
    (version.kind !== 'save' && version.kind !== 'outside')
  );
}

/** Is there content to show, compare and restore? */
export function hasContent(version: IVersion): boolean {
  return version.kind !== 'delete';
}

/** What stays the same when a version is delivered: its save, else its ID. */
export function identityOf(version: IVersion): string {
  return version.save_id || version.version_id;
}
