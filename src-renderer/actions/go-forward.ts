import { ArrowRight } from 'lucide-react';
import { goForward as forward } from '../state/view.ts';
import type { Action } from './types.ts';

export const goForward: Action = {
  id: 'go.forward',
  group: 'Go to',
  label: () => 'Forward',
  icon: ArrowRight,
  shortcuts: ['Alt+Right', 'Mod+]'],
  when: ({ canGoForward }) => canGoForward,
  run: forward,
};
