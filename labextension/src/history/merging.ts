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
