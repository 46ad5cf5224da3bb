import { FolderUp } from 'lucide-react';
import { call } from '../bridge/index.ts';
import { openDeploySheet } from '../state/view.ts';
import type { Action } from './types.ts';

export const deployChooseFolder: Action = {
  id: 'deploy.choose-folder',
  group: 'Deploy',
  label: ({ app }) => (app ? `Deploy a folder as ${app.summary.name}…` : 'Deploy a folder…'),
  icon: FolderUp,
  shortcuts: ['Mod+O'],
  keywords: ['upload', 'release', 'ship', 'publish', 'open'],
  run: async () => {
    const { path } = await call('folders.pick', {});
    if (path !== null) openDeploySheet(path);
  },
};
