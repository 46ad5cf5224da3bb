import { ArrowLeft } from 'lucide-react';
import { goBack as back } from '../state/view.ts';
import type { Action } from './types.ts';

export const goBack: Action = {
  id: 'go.back',
  group: 'Go to',
  label: () => 'Back',
  icon: ArrowLeft,
  shortcuts: ['Alt+Left', 'Mod+['],
  when: ({ canGoBack }) => canGoBack,
  run: back,
};
