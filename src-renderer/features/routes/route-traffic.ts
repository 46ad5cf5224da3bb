import { useEffect, useState } from 'react';
import type { RouteTraffic } from '../../../src-main/contract/index.ts';
import { type Loadable, load, notLoaded } from '../../state/loadable.ts';
import { readRouteTraffic } from '../../state/routes.ts';
import { latency } from '../../ui/format.ts';
import { rateInWords } from '../apps/traffic-words.ts';

/** HAProxy looks back ten seconds. */
const lookEveryMs = 5_000;

export interface TrafficCell {
  readonly text: string;
  readonly title: string;
  readonly alarming: boolean;
}

/** What is said of a route's traffic, in a cell each. What is not known is a dash that says why. */
export function trafficCells(traffic: RouteTraffic | undefined): {
  readonly rate: TrafficCell;
  readonly failed: TrafficCell;
  readonly time: TrafficCell;
} {
  const cell = (text: string, title: string, alarming = false): TrafficCell => ({ text, title, alarming });
  if (!traffic) {
    const unknown = cell('–', 'Not known: the edge has not said what it counts');
    return { rate: unknown, failed: unknown, time: unknown };
  }
  const { perSecond, requests, refused, failed, answerMs, ofApp } = traffic;
  const also = refused > 0 ? `; ${refused} answered with 400 to 499` : '';
  return {
    rate: cell(rateInWords(perSecond), 'Requests a second, over the last 10 s'),
    failed:
      requests === 0
        ? cell('–', 'No request in the last 10 s')
        : cell(
            `${failed === 0 ? 0 : Math.max(1, Math.round((100 * failed) / requests))} %`,
            `${failed} of ${requests} answered with 500 or more in the last 10 s${also}`,
            failed > 0,
          ),
    time:
      answerMs === null
        ? cell('–', 'Not known: the edge answers by itself, or nobody came yet')
        : cell(
            latency(answerMs),
            `Until an answer begins, on average over the last 1,024 requests${ofApp ? ' to the app, by whatever name' : ''}`,
          ),
  };
}

/** What the edge counts of the routes, again and again while somebody looks. */
export function useRouteTraffic(server: string, active: boolean): Loadable<readonly RouteTraffic[]> {
  const [seen, setSeen] = useState<Loadable<readonly RouteTraffic[]>>(notLoaded);
  useEffect(() => {
    if (!active) return;
    const looking = new AbortController();
    const { signal } = looking;
    let last: Loadable<readonly RouteTraffic[]> = notLoaded;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async (): Promise<void> => {
      if (document.visibilityState === 'visible') {
        await load(
          last,
          () => readRouteTraffic(server, signal),
          (next) => {
            last = next;
            setSeen(next);
          },
          () => !signal.aborted,
        );
      }
      if (!signal.aborted) timer = setTimeout(() => void look(), lookEveryMs);
    };
    void look();
    return () => {
      looking.abort();
      clearTimeout(timer);
      setSeen(notLoaded);
    };
  }, [server, active]);
  return seen;
}
