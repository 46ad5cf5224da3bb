import type { AppTraffic } from '../../../src-main/contract/index.ts';
import { grouped } from '../../../src-main/contract/index.ts';
import { latency } from '../../ui/format.ts';

export interface TrafficFigure {
  readonly label: string;
  readonly value: string;
  /** What the value is of, where that is not plain. */
  readonly title: string;
  readonly alarming: boolean;
}

/**
 * What is said of an app's traffic, from the two newest counts. Rates are between the two; without an earlier one, or when HAProxy began
 * to count anew in between, there is none to tell.
 */
export function trafficFigures(before: AppTraffic | null, now: AppTraffic): TrafficFigure[] {
  const seconds = before === null ? 0 : (now.at - before.at) / 1000;
  const since = before !== null && seconds > 0 && now.requests >= before.requests ? before : null;
  const rate = since === null ? null : (now.requests - since.requests) / seconds;
  const failing = since !== null && now.failed > since.failed;
  return [
    { label: 'Requests a second', value: rate === null ? '–' : rateInWords(rate), title: 'Over the last seconds', alarming: false },
    {
      label: 'Failed',
      value: now.requests === 0 ? '–' : `${grouped(now.failed)} of ${grouped(now.requests)}`,
      title: 'Answered with 500 or more, or not at all, since HAProxy took its configuration',
      alarming: failing,
    },
    {
      label: 'Answer begins after',
      value: now.requests === 0 ? '–' : latency(now.averageMs),
      title: 'On average over the last 1,024 requests',
      alarming: false,
    },
    {
      label: 'At this moment',
      value: grouped(now.active),
      title: 'Requests under way, streams and websockets among them',
      alarming: false,
    },
  ];
}

/** `0`, `0.4`, `12`. */
export function rateInWords(rate: number): string {
  if (rate === 0) return '0';
  return rate < 10 ? rate.toFixed(1) : grouped(Math.round(rate));
}
