import { Keyboard } from 'lucide-react';
import { setOverlay } from '../state/view.ts';
import type { Action } from './types.ts';

export const helpShortcuts: Action = {
  id: 'help.shortcuts',
  group: 'Window',
  label: () => 'Keyboard shortcuts',
  icon: Keyboard,
  shortcuts: ['Mod+/'],
  keywords: ['keys', 'help'],
  run: () => setOverlay('shortcuts', true),
};
