import { X } from 'lucide-react';
import { cancelJob } from '../state/jobs.ts';
import type { Action } from './types.ts';

export const jobCancel: Action = {
  id: 'job.cancel',
  group: 'Deploy',
  label: ({ job }) => `Cancel: ${job?.title ?? 'the job'}`,
  icon: X,
  keywords: ['stop', 'abort'],
  when: ({ job }) => job?.state === 'running' && job.cancellable,
  run: async ({ job }) => {
    if (job) await cancelJob(job.id);
  },
};
