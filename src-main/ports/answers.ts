import { parseStat } from '../edge/index.ts';

/** What the HAProxy of a port answers, taken apart. Undefined for an answer that says nothing. */

export interface ProxyStatus {
  /** Connections of clients that are open now; null where nobody counts them. */
  readonly connections: number | null;
  /** Servers by backend that take connections; one that nobody checks counts. */
  readonly working: number;
  /** What the check of one that does not said last; null when none was checked. */
  readonly lastFailure: string | null;
}

/** `show stat -1 7 -1`. */
export function parseStatus(answer: string): ProxyStatus | undefined {
  const rows = parseStat(answer);
  if (!rows) return undefined;
  const servers = rows.filter(({ type }) => type === '2');
  const failing = servers.find(({ status }) => status?.startsWith('DOWN'));
  return {
    connections: rows.filter(({ type }) => type === '0').reduce((sum, { scur }) => sum + Number(scur), 0),
    working: servers.filter(({ status }) => status?.startsWith('UP') || status === 'no check').length,
    lastFailure: failing?.['check_status'] ?? null,
  };
}
