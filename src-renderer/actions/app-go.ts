import { History, LayoutDashboard, type LucideIcon, ScrollText, Settings2, SquareTerminal } from 'lucide-react';
import { type AppTab, navigate } from '../state/view.ts';
import type { Action } from './types.ts';

/** The family of actions that show one tab of the app at hand. */
export const appGo: readonly Action[] = [
  goTo('overview', 'Overview', LayoutDashboard, ['replicas']),
  goTo('releases', 'Releases', History, ['roll back', 'rollback', 'versions']),
  goTo('logs', 'Logs', ScrollText, ['output', 'stdout']),
  goTo('terminal', 'Terminal', SquareTerminal, ['shell', 'exec', 'console']),
  goTo('settings', 'Settings', Settings2, ['environment', 'domain', 'port', 'replicas', 'remove']),
];

function goTo(tab: AppTab, name: string, icon: LucideIcon, keywords: readonly string[]): Action {
  return {
    id: `app.${tab}`,
    group: 'App',
    label: ({ app }) => `${name} of ${app?.summary.name ?? 'the app'}`,
    icon,
    keywords,
    when: ({ app, view }) => app !== undefined && !(view.kind === 'app' && view.tab === tab),
    run: ({ app }) => {
      if (app) navigate({ kind: 'app', server: app.server.profile.id, app: app.summary.name, tab });
    },
  };
}
