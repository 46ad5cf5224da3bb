import { type LucideIcon, Monitor, Moon, Sun } from 'lucide-react';
import type { Preferences } from '../../src-main/contract/index.ts';
import { setPreferences, usePreferences } from '../state/preferences.ts';
import type { Action } from './types.ts';

/** The family of actions that choose the theme. */
export const themeSet: readonly Action[] = [
  choose('light', 'Light theme', Sun),
  choose('dark', 'Dark theme', Moon),
  choose('system', "The system's theme", Monitor),
];

function choose(theme: Preferences['theme'], label: string, icon: LucideIcon): Action {
  return {
    id: `theme.${theme}`,
    group: 'Window',
    label: () => label,
    icon,
    keywords: ['appearance', 'colour', 'color', 'mode', 'night'],
    when: () => usePreferences.getState().preferences.theme !== theme,
    run: () => setPreferences({ theme }),
  };
}
