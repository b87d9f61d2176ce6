import type { TranslationBundle } from '@jupyterlab/translation';
import type { LinkWish } from '../server/answers';
import type { ILinksOffered } from '../server/links';

/** A choice of how long a link lasts. */
export interface ILife {
  readonly label: string;
  readonly wish: LinkWish;
}

const DAY = 24;
const USUAL = [1, DAY, 7 * DAY];

/** The choices there are, the shortest first: the usual ones, the longest allowed, and no end. */
export function lives(
  offered: ILinksOffered,
  trans: TranslationBundle
): ILife[] {
  const { most_hours: most } = offered;
  const hours = USUAL.filter(usual => usual < most);
  const ending = most > 0 ? [...hours, most] : [];
  return [
    ...ending.map(hours => ({
      label: hoursInWords(hours, trans),
      wish: { hours }
    })),
    ...(offered.public
      ? [
          {
            label: trans.__('without end'),
            wish: { public: true } as const
          }
        ]
      : [])
  ];
}

/** Which of them is chosen first: a day, or the longest that is less. */
export function usualLife(choices: readonly ILife[]): number {
  const days = choices.filter(
    ({ wish }) => 'hours' in wish && wish.hours <= DAY
  );
  return Math.max(0, days.length - 1);
}

function hoursInWords(hours: number, trans: TranslationBundle): string {
  if (hours < 1) {
    const minutes = Math.round(hours * 60);
    return trans._n('%1 minute', '%1 minutes', minutes, minutes);
  }
  if (hours >= DAY && hours % DAY === 0) {
    return trans._n('%1 day', '%1 days', hours / DAY, hours / DAY);
  }
  return trans._n('%1 hour', '%1 hours', hours, hours);
}
