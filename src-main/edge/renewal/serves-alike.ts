import type { Docker } from '../../docker/types.ts';
import type { SshConnection } from '../../ssh/types.ts';
import { listCertificates } from '../certificates.ts';
import { readFiles } from '../files.ts';
import { isLoaded } from '../reload.ts';
import { fingerprintOf } from '../render/config.ts';
import { parseMap, sameEntries } from '../render/maps.ts';
import { maps, shownMap } from '../running-maps.ts';
import type { Runtime } from '../runtime.ts';
import { ofBackend, parseDescription, parseStat, slotServers } from '../runtime-answers.ts';

export interface Candidate {
  readonly runtime: Runtime;
  /** Where it runs. */
  readonly container: string;
}

/**
 * What keeps a HAProxy from standing in for another one, in a few words; null when it may: it runs the very configuration, maps and
 * certificates that lie in the files, and sees every server up that the other sees up.
 */
export async function whyNotAlike(
  parts: { readonly connection: Pick<SshConnection, 'name' | 'script'>; readonly docker: Pick<Docker, 'exec'> },
  { runtime, container }: Candidate,
  /** Null where no other one answers: then each server has to have been checked. */
  other: Runtime | null,
  signal?: AbortSignal,
): Promise<string | null> {
  const files = await readFiles(parts.connection, signal);
  const info = await runtime.tryApi('show info', parseInfo, signal);
  if (!info) return 'it does not answer yet';
  // One that ends still answers here, and takes no connection any more.
  if (info.stopping) return 'it is ending';
  const config = files['haproxy.cfg'];
  if (fingerprintOf(config) !== null && !isLoaded(info.description, config)) return 'it runs another configuration than the file says';
  for (const [name, path] of maps) {
    // What waits at the other one waits there to its end.
    if (name === 'holds.map' || !config.includes(path)) continue;
    const shown = await runtime.tryApi(`show map ${path}`, shownMap, signal);
    if (!shown || !sameEntries(shown, parseMap(files[name]))) return `it does not have what is in ${name}`;
  }
  const rows = await runtime.tryApi('show stat -1 4 -1', parseStat, signal);
  if (!rows) return 'it does not answer yet';
  const unlike = unlikeServers(rows, other ? await other.tryApi('show stat -1 4 -1', parseStat, signal) : undefined);
  if (unlike !== null) return unlike;
  const missing = (await listCertificates(parts.docker, runtime, container, signal)).find(({ loaded }) => !loaded);
  return missing ? `it has not loaded the certificate ${missing.name}` : null;
}

function parseInfo(answer: string): { readonly description: string; readonly stopping: boolean } | undefined {
  const description = parseDescription(answer);
  return description === undefined ? undefined : { description, stopping: /^Stopping: ?([01])/m.exec(answer)?.[1] !== '0' };
}

/** Servers by backend: as many up as the other one sees, and all checked that have an address. */
export function unlikeServers(
  rows: readonly Record<string, string>[],
  others: readonly Record<string, string>[] | undefined,
): string | null {
  for (const backend of new Set(rows.map((row) => row['pxname'] ?? ''))) {
    const { healthy, unchecked } = slotServers(ofBackend(rows, backend));
    if (unchecked > 0) return `${backend}: ${unchecked} servers are not checked yet`;
    const wanted = others ? slotServers(ofBackend(others, backend)).healthy : 0;
    if (healthy < wanted) return `${backend}: ${healthy} of ${wanted} servers are up`;
  }
  return null;
}
