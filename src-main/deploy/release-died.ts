import { ExpectedError } from '../contract/index.ts';

export interface ReleaseDiedOptions {
  /** A replica ended, rather than went on without answering. */
  readonly crashed: boolean;
  /** Whether what was before the switch is put back. */
  readonly isUndone: boolean;
  /** What the app printed last; empty when it printed nothing. */
  readonly detail: string;
}

/** A release died in the watch time after its switch: the one failure after which a switch is taken back. */
export class ReleaseDied extends ExpectedError {
  readonly isUndone: boolean;

  constructor(message: string, { crashed, isUndone, detail }: ReleaseDiedOptions) {
    super(crashed ? 'app-crashed' : 'app-unhealthy', message, {
      next: detail === '' ? 'Look at its log, mend the app and deploy again.' : 'Its last lines say why; mend that and deploy again.',
      detail: detail === '' ? undefined : detail,
    });
    this.isUndone = isUndone;
  }
}
