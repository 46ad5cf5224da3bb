import { ListTodo } from 'lucide-react';
import { setOverlay, useView } from '../state/view.ts';
import type { Action } from './types.ts';

export const jobsToggle: Action = {
  id: 'jobs.toggle',
  group: 'Window',
  label: () => 'Jobs',
  icon: ListTodo,
  shortcuts: ['Mod+J', 'Mod+Shift+J'],
  keywords: ['running', 'progress', 'tasks'],
  run: () => setOverlay('jobsTray', !useView.getState().jobsTray),
};
