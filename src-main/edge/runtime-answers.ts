import { isHoldBackend } from './render/hold.ts';
import { backendName } from './render/model.ts';
import type { Slot, SlotServers, SlotTraffic } from './types.ts';

/** What HAProxy's sockets answer, taken apart. Every parser gives undefined for an answer that says nothing: it means "unknown". */

export interface Worker {
  readonly pid: number;
  /** Seconds since it was started. */
  readonly uptime: number;
}

export interface Processes {
  readonly failedReloads: number;
  /** The one that takes new connections. */
  readonly current: Worker;
  /** Told to stop, and still busy with connections they have. */
  readonly old: readonly Worker[];
}

/** `show proc` on the master socket. */
export function parseProcesses(answer: string): Processes | undefined {
  let old = false;
  const current: Worker[] = [];
  const leaving: Worker[] = [];
  let failedReloads = 0;
  for (const line of answer.split('\n')) {
    if (line.startsWith('#')) {
      if (/old workers/.test(line)) old = true;
      continue;
    }
    const failed = /\[failed: (\d+)\]/.exec(line);
    if (failed) failedReloads = Number(failed[1]);
    const match = /^(\d+)\s+worker\s+.*?(\d+)d(\d+)h(\d+)m(\d+)s/.exec(line);
    if (!match) continue;
    const [, pid, days, hours, minutes, seconds] = match.map(Number);
    const uptime = (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60 + (seconds ?? 0);
    (old ? leaving : current).push({ pid: pid ?? 0, uptime });
  }
  const [worker] = current;
  return worker ? { failedReloads, current: worker, old: leaving } : undefined;
}

/** `show info`: the description, which names the configuration that is loaded; empty when there is none. */
export function parseDescription(answer: string): string | undefined {
  if (!/^Uptime_sec:/m.test(answer)) return undefined;
  return /^description: ?(.*)$/im.exec(answer)?.[1]?.trim() ?? '';
}

/** `show info`: for how many seconds this worker has run. */
export function parseUptime(answer: string): number | undefined {
  const seconds = /^Uptime_sec: (\d+)$/m.exec(answer)?.[1];
  return seconds === undefined ? undefined : Number(seconds);
}

/** `show stat`: one record a line, by column name; none where the worker has no such backend, for its configuration is older or newer. */
export function parseStat(answer: string): Record<string, string>[] | undefined {
  if (answer.trim() === 'No such proxy.') return [];
  const [header, ...lines] = answer.split('\n').filter((line) => line !== '');
  if (!header?.startsWith('# pxname,svname,')) return undefined;
  const columns = header.slice(2).split(',');
  return lines.map((line) => {
    const fields = splitCsv(line);
    return Object.fromEntries(columns.map((column, index) => [column, fields[index] ?? '']));
  });
}

/** What the servers of a slot are up to. A server without an address is in maintenance. */
export function slotServers(rows: readonly Record<string, string>[]): SlotServers {
  const present = rows.filter((row) => row['status'] !== undefined && !row['status'].startsWith('MAINT'));
  const healthy = present.filter(isHealthy);
  const failing = present.find((row) => !isHealthy(row) && failureOf(row) !== null);
  const unchecked = present.filter((row) => row['status']?.startsWith('UP') && /^(\* ?)?(INI)?$/.test(row['check_status'] ?? ''));
  return {
    present: present.length,
    healthy: healthy.length,
    unchecked: unchecked.length,
    lastFailure: failing ? failureOf(failing) : null,
  };
}

/**
 * The servers of a slot where the fewest are healthy: a route may have them once more in a backend of its own, which visitors are sent to
 * as well. `servers` are those of all backends. Whether another port of the app answers, or whether it takes the PROXY protocol, is no matter of
 * the slot: one route that is mistaken must not hold up all releases.
 */
export function weakest(servers: readonly Record<string, string>[], backend: string): SlotServers {
  const repeated = new Set(servers.flatMap(({ pxname = '' }) => (pxname.startsWith(`${backend}_r`) ? [pxname] : [])));
  return [backend, ...repeated]
    .map((name) => slotServers(ofBackend(servers, name)))
    .reduce((worst, each) => (each.healthy < worst.healthy ? each : worst));
}

/** The rows of one backend. */
export function ofBackend(rows: readonly Record<string, string>[], backend: string): Record<string, string>[] {
  return rows.filter((row) => row['pxname'] === backend);
}

/**
 * UP is what a server is until its first check has ended; it counts only once that passed. A star marks a check under way.
 *
 * The word of the last check outlives a server: where the slot had a release before, a new replica begins as "UP 1/3" beside the L7OK of
 * the former one. The first check that passes makes it a plain UP.
 */
function isHealthy(row: Record<string, string>): boolean {
  return row['status'] === 'UP' && /^(\* ?)?L[47]OK/.test(row['check_status'] ?? '');
}

function failureOf(row: Record<string, string>): string | null {
  const status = (row['check_status'] ?? '').replace(/^\* ?/, '');
  if (status === '' || status === 'INI' || /OK/.test(status)) return null;
  const said = row['last_chk'] || row['check_desc'] || '';
  const code = row['check_code'] && row['check_code'] !== '0' ? ` ${row['check_code']}` : '';
  return said === '' ? `${status}${code}` : `${status}${code}: ${said}`;
}

/**
 * Current and queued sessions of a backend, and of those of the same replicas at other ports, whose names go on after an underscore: the
 * rows that `show stat` calls BACKEND.
 */
export function backendSessions(rows: readonly Record<string, string>[], backend: string): number {
  return backendRows(rows, backend).reduce((sum, row) => sum + Number(row['scur'] || 0) + Number(row['qcur'] || 0), 0);
}

/** As {@link backendSessions} of a slot, and those of its replicas in the app's hold backends: `show stat` with servers. */
export function sessionsOfSlot(rows: readonly Record<string, string>[], app: string, slot: Slot): number {
  const held = rows.filter((row) => isHoldBackend(row['pxname'] ?? '', app) && isServerOf(slot, row['svname'] ?? ''));
  return (
    backendSessions(rows, backendName(app, slot)) + held.reduce((sum, row) => sum + Number(row['scur'] || 0) + Number(row['qcur'] || 0), 0)
  );
}

/** Whether a server of a hold backend is made from the template of `slot`. */
export function isServerOf(slot: Slot, server: string): boolean {
  return server.startsWith(slot) && /^\d+$/.test(server.slice(1));
}

/** What was counted of a backend, and of those of the same replicas at other ports. */
export function backendTraffic(rows: readonly Record<string, string>[], backend: string): SlotTraffic {
  const own = backendRows(rows, backend);
  const sum = (column: string): number => own.reduce((all, row) => all + Number(row[column] || 0), 0);
  const main = own.find((row) => row['pxname'] === backend);
  return { requests: sum('stot'), failed: sum('hrsp_5xx'), active: sum('scur'), averageMs: Number(main?.['rtime'] || 0) };
}

function backendRows(rows: readonly Record<string, string>[], backend: string): Record<string, string>[] {
  return rows.filter((row) => row['svname'] === 'BACKEND' && (row['pxname'] === backend || row['pxname']?.startsWith(`${backend}_`)));
}

/** Requests, those answered with 4xx or refused, and those answered with 5xx, in the time that the table looks back. */
export interface TableCounts {
  readonly requests: number;
  readonly refused: number;
  readonly failed: number;
}

/** `show table` of one that counts requests by a key; empty where the worker has no such table, for its configuration is older. */
export function parseTable(answer: string): ReadonlyMap<string, TableCounts> | undefined {
  if (/^No such (table|proxy)/i.test(answer.trim())) return new Map();
  if (!/^# table: /m.test(answer)) return undefined;
  const found = new Map<string, TableCounts>();
  for (const line of answer.split('\n')) {
    const key = /^0x[0-9a-f]+: key=(\S+) /.exec(line)?.[1];
    if (key === undefined) continue;
    const rate = (what: string): number => Number(new RegExp(`\\b${what}_rate\\(\\d+\\)=(\\d+)`).exec(line)?.[1] ?? 0);
    found.set(key, { requests: rate('http_req'), refused: rate('http_err'), failed: rate('gpc0') });
  }
  return found;
}

/** How soon answers of a backend begin, in milliseconds over its last 1,024 requests; null where it had none, or is not there. */
export function backendAnswerMs(rows: readonly Record<string, string>[], backend: string): number | null {
  const row = rows.find((each) => each['svname'] === 'BACKEND' && each['pxname'] === backend);
  return row && Number(row['stot'] || 0) > 0 ? Number(row['rtime'] || 0) : null;
}

/** Fields with a comma or a quote are quoted, quotes inside doubled (RFC 4180). */
function splitCsv(line: string): string[] {
  const fields: string[] = [];
  for (const match of line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)) {
    const field = match[1] ?? '';
    fields.push(field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field);
  }
  return fields;
}
