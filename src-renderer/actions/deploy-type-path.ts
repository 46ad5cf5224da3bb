import { FolderInput } from 'lucide-react';
import { setOverlay } from '../state/view.ts';
import type { Action } from './types.ts';

export const deployTypePath: Action = {
  id: 'deploy.type-path',
  group: 'Deploy',
  label: () => 'Deploy a folder by its path…',
  icon: FolderInput,
  shortcuts: ['Mod+Shift+O'],
  keywords: ['directory', 'type', 'paste'],
  run: () => setOverlay('choosePath', true),
};
