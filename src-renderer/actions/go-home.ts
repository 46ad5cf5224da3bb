import { LayoutGrid } from 'lucide-react';
import { navigate } from '../state/view.ts';
import type { Action } from './types.ts';

export const goHome: Action = {
  id: 'go.home',
  group: 'Go to',
  label: () => 'All servers',
  icon: LayoutGrid,
  shortcuts: ['Mod+Shift+H'],
  keywords: ['home', 'overview'],
  run: () => navigate({ kind: 'home' }),
};
