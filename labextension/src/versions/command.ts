import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { LabIcon } from '@jupyterlab/ui-components';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';
import { showBookstoreError } from '../server/errors';
import type { IHistory, ISubject } from './token';

/** A command about one version. */
export interface IVersionCommand {
  readonly id: string;
  /** What it is called; of the version that the panel shows as the active one, if that matters. */
  readonly label: string | (() => string);
  readonly icon: LabIcon;
  /** What is said where it fails. */
  readonly failed: string;
  /** Enabled wherever there is a version, if not told otherwise. */
  readonly isEnabled?: (args: ReadonlyPartialJSONObject) => boolean;
  /** Is it listed at all?  Always, if not told otherwise. */
  readonly isVisible?: () => boolean;
  readonly act: (
    subject: ISubject,
    args: ReadonlyPartialJSONObject
  ) => Promise<void>;
}

/** The schema of the arguments of a command about one version. */
const ARGS = {
  args: {
    type: 'object',
    properties: {
      path: { type: 'string', description: 'The API path of the notebook.' },
      version_id: { type: 'string', description: 'The version.' },
      version_path: {
        type: 'string',
        description: 'The API path it had then, if that was another.'
      },
      follows: {
        type: 'boolean',
        description: 'Is it shown beside something that keeps the keyboard?'
      }
    }
  }
} as const;

/** Add a command that acts on the version of its arguments, else on the panel's active one. */
export function addVersionCommand(
  app: JupyterFrontEnd,
  history: IHistory,
  command: IVersionCommand,
  trans: TranslationBundle
): void {
  const { id, label, icon, failed, act } = command;
  app.commands.addCommand(id, {
    label,
    icon,
    isEnabled: command.isEnabled ?? (args => history.has(args)),
    isVisible: command.isVisible ?? (() => true),
    execute: async args => {
      try {
        const subject = await history.subject(args);
        if (subject) {
          await act(subject, args);
        }
      } catch (error) {
        void showBookstoreError(failed, error, trans);
      }
    },
    describedBy: ARGS
  });
}
