import { Settings } from 'lucide-react';
import { navigate } from '../state/view.ts';
import type { Action } from './types.ts';

export const settingsOpen: Action = {
  id: 'settings.open',
  group: 'Go to',
  label: () => 'Settings',
  icon: Settings,
  shortcuts: ['Mod+,'],
  keywords: ['preferences', 'theme', 'version', 'options'],
  run: () => navigate({ kind: 'settings' }),
};
