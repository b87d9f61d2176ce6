import type { TranslationBundle } from '@jupyterlab/translation';
import type { IVersion } from '../server/answers';
import { formatSize } from '../ui/sizes';
import { absoluteTime, shortTime } from '../ui/times';
import { kindName } from './kinds';

/** A version in a few words: its label, else when it was saved. */
export function versionName(
  version: IVersion,
  trans: TranslationBundle
): string {
  return (
    version.label || shortTime(new Date(version.saved_at), new Date(), trans)
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
