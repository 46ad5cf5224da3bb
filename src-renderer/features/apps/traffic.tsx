import clsx from 'clsx';
import type { ReactNode } from 'react';
import type { AppTraffic } from '../../../src-main/contract/index.ts';
import { Section } from '../../ui/index.ts';
import { trafficFigures } from './traffic-words.ts';

interface TrafficProps {
  readonly before: AppTraffic | null;
  readonly now: AppTraffic;
}

/** What visitors ask of the app, and how they are answered. */
export function Traffic({ before, now }: TrafficProps): ReactNode {
  return (
    <Section title="Traffic">
      <dl className="grid grid-cols-2 gap-x-5 gap-y-3 border-line border-t pt-2.5 @min-[640px]:grid-cols-4">
        {trafficFigures(before, now).map(({ label, value, title, alarming }) => (
          <div key={label} title={title}>
            <dt className="text-12 text-text-3">{label}</dt>
            <dd className={clsx('tabular text-15', alarming && 'text-fail')}>{value}</dd>
          </div>
        ))}
      </dl>
    </Section>
  );
}
