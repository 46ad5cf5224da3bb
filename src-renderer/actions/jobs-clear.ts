import { Eraser } from 'lucide-react';
import { clearJobs } from '../state/jobs.ts';
import type { Action } from './types.ts';

export const jobsClear: Action = {
  id: 'jobs.clear',
  group: 'Window',
  label: () => 'Clear finished jobs',
  icon: Eraser,
  run: clearJobs,
};
