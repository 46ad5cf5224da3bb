/** What the HAProxy of a port answers, taken apart. Undefined for an answer that says nothing. */

export interface ProxyStatus {
  /** Connections of clients that are open now; null where nobody counts them. */
  readonly connections: number | null;
  /** Servers by backend that take connections; one that nobody checks counts. */
  readonly working: number;
  /** What the check of one that does not said last; null when none was checked. */
  readonly lastFailure: string | null;
}

/** `show info`: the description, which names the configuration that runs. */
export function parseDescription(answer: string): string | undefined {
  return /^description: ?(.*)$/im.exec(answer)?.[1]?.trim();
}

/** `show stat -1 7 -1`. */
export function parseStatus(answer: string): ProxyStatus | undefined {
  const [header, ...lines] = answer.split('\n').filter((line) => line !== '');
  if (!header?.startsWith('# pxname,svname,')) return undefined;
  const columns = header.slice(2).split(',');
  const rows = lines.map((line) => {
    const fields = line.split(',');
    return (name: string): string => fields[columns.indexOf(name)] ?? '';
  });
  const servers = rows.filter((row) => row('type') === '2');
  const failing = servers.find((row) => row('status').startsWith('DOWN'));
  return {
    connections: rows.filter((row) => row('type') === '0').reduce((sum, row) => sum + Number(row('scur')), 0),
    working: servers.filter((row) => row('status').startsWith('UP') || row('status') === 'no check').length,
    lastFailure: failing ? failing('check_status') : null,
  };
}
