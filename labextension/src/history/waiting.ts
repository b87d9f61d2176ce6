import type { IVersion } from '../server/answers';
import { identityOf } from '../versions/kinds';

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
