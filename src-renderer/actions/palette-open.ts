import { Search } from 'lucide-react';
import { setOverlay, useView } from '../state/view.ts';
import type { Action } from './types.ts';

/** The second shortcut reaches it from inside a terminal, where Control K is the shell's. */
export const paletteOpen: Action = {
  id: 'palette.open',
  group: 'Window',
  label: () => 'Go to or run',
  icon: Search,
  shortcuts: ['Mod+K', 'Mod+Shift+P'],
  run: () => setOverlay('palette', !useView.getState().palette),
};
