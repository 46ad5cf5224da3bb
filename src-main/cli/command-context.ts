import type { Services } from '../services.ts';
import type { Output } from './output.ts';

/** What each command gets. `signal` is aborted by Ctrl-C. */
export interface CommandContext {
  readonly output: Output;
  readonly services: Services;
  readonly signal: AbortSignal;
}
