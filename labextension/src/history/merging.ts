import type { IVersion } from '../server/answers';
import { identityOf } from '../versions/facts';

/** What is known, with those that wait on top. */
export function withWaiting(
  known: readonly IVersion[],
  waiting: readonly IVersion[]
): IVersion[] {
  const identities = new Set(known.map(identityOf));
  const fresh = waiting.filter(version => !identities.has(identityOf(version)));
  const isCurrent = (index: number) => index === 0;
  return [...fresh, ...known].map((version, index) =>
    version.is_latest === isCurrent(index)
      ? version
      : { ...version, is_latest: isCurrent(index) }
  );
}

/** What is known after the newest page was read again: the page, then what lies below it. */
export function mergePages(
  known: readonly IVersion[],
  page: readonly IVersion[]
): IVersion[] | null {
  const oldest = page[page.length - 1];
  if (!oldest) {
    return [];
  }
  const identity = identityOf(oldest);
  const index = known.findIndex(version => identityOf(version) === identity);
  return index < 0 ? null : [...page, ...known.slice(index + 1)];
}

/** Versions, with what is known elsewhere of what they changed. */
export function withTold(
  versions: readonly IVersion[],
  told: readonly IVersion[]
): IVersion[] {
  const known = new Map(
    told
      .filter(({ changed }) => changed !== null)
      .map(version => [identityOf(version), version.changed] as const)
  );
  return versions.map(version => {
    const changed = version.changed ?? known.get(identityOf(version)) ?? null;
    return changed === version.changed ? version : { ...version, changed };
  });
}
