import type { LucideIcon } from 'lucide-react';
import type { AppSummary, JobSummary, ServerSummary } from '../../src-main/contract/index.ts';
import type { View } from '../state/view.ts';

/** What an action can look at to decide whether it applies, and on what. */
export interface ActionContext {
  readonly view: View;
  readonly servers: readonly ServerSummary[];
  /** The server that is shown, or the one of the app that is shown. */
  readonly server: ServerSummary | undefined;
  readonly app: { readonly server: ServerSummary; readonly summary: AppSummary } | undefined;
  /** The job that is shown. */
  readonly job: JobSummary | undefined;
  readonly canGoBack: boolean;
  readonly canGoForward: boolean;
}

export type ActionGroup = 'Deploy' | 'App' | 'Server' | 'Go to' | 'Window';

/** One command of the window. Palette, shortcuts and the native menu all run it by its id. */
export interface Action {
  /** Stable: the native menu names it. */
  readonly id: string;
  readonly group: ActionGroup;
  /** What it does, as on a button; with the thing's name where it acts on one. */
  readonly label: (context: ActionContext) => string;
  readonly icon: LucideIcon;
  /** `Mod+Shift+P`; the first one is shown. */
  readonly shortcuts?: readonly string[];
  /** Other words that one might look for. */
  readonly keywords?: readonly string[];
  /** Without it the action always applies. */
  readonly when?: (context: ActionContext) => boolean;
  /** What it throws is shown to the user. */
  readonly run: (context: ActionContext) => void | Promise<void>;
}
