import type { LabIcon } from '@jupyterlab/ui-components';
import { failedIcon, icon } from '../ui/icons';
import type { Level } from './summary';

const CIRCLE = 'M12 4a8 8 0 1 0 0 16 8 8 0 0 0 0-16';

/** One for each level: a level is never told by its colour alone. */
const LEVEL_ICONS: { readonly [level in Level]: LabIcon } = {
  unknown: icon('status-unknown', `${CIRCLE}M8.5 12h7`),
  archived: icon('status-archived', `${CIRCLE}M8.5 12.3l2.4 2.4 4.6-5`),
  archiving: icon('status-archiving', `${CIRCLE}M12 16V8.5M9 11.3l3-3 3 3`),
  noticed: failedIcon,
  waiting: failedIcon,
  failed: icon('status-failed', `${CIRCLE}M9.3 9.3l5.4 5.4M14.7 9.3l-5.4 5.4`)
};

export function levelIcon(level: Level): LabIcon {
  return LEVEL_ICONS[level];
}
