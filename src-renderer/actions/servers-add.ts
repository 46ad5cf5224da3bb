import { Plus } from 'lucide-react';
import { setOverlay } from '../state/view.ts';
import type { Action } from './types.ts';

export const serversAdd: Action = {
  id: 'servers.add',
  group: 'Server',
  label: () => 'Add a server…',
  icon: Plus,
  shortcuts: ['Mod+Shift+N'],
  keywords: ['new', 'ssh', 'vps', 'host', 'machine'],
  run: () => setOverlay('addServer', true),
};
