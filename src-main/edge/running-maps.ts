import { poll } from '../base/wait.ts';
import { ExpectedError } from '../contract/index.ts';
import type { Docker } from '../docker/types.ts';
import type { SshConnection } from '../ssh/types.ts';
import { type FileName, readFiles, writeFile } from './files.ts';
import { HOLDS_MAP, HOSTS_MAP, HTTPS_MAP, ROUTES_MAP, SLOTS_MAP } from './render/config.ts';
import { mapCommands, parseMap, parseShownMap, sameEntries } from './render/maps.ts';
import type { Runtime } from './runtime.ts';
import { parseProcesses } from './runtime-answers.ts';

const SYNC_WITHIN_MS = 60_000;

/** The files of maps, and how the running HAProxy calls them. */
export const maps = [
  ['hosts.map', HOSTS_MAP],
  ['slots.map', SLOTS_MAP],
  ['https.map', HTTPS_MAP],
  ['routes.map', ROUTES_MAP],
  ['holds.map', HOLDS_MAP],
] as const;

/** The maps of the edge, in their files and in the HAProxy that runs, while others change them as well. */
export class RunningMaps {
  constructor(
    private readonly connection: Pick<SshConnection, 'name' | 'script'>,
    private readonly docker: Pick<Docker, 'exec'>,
    private readonly runtime: Runtime,
  ) {}

  /** Changes a map's file, from what it holds at that moment, however many others change it as well. */
  async edit(container: string, name: FileName, change: (text: string) => string, signal: AbortSignal | undefined): Promise<void> {
    const written = await poll(
      async () => {
        const before = (await readFiles(this.connection, signal))[name];
        const after = change(before);
        if (after === before) return true;
        return (await writeFile(this.docker, container, name, after, before, signal)) ? true : undefined;
      },
      { everyMs: 50, withinMs: SYNC_WITHIN_MS, signal },
    );
    if (!written) throw new ExpectedError('busy', 'Somebody else keeps changing the edge', { next: 'Try again in a minute.' });
  }

  /** Brings the running maps to what the files say now. Returns whether there was anything to do. */
  async syncAll(signal: AbortSignal | undefined): Promise<boolean> {
    let changed = false;
    const settled = await poll(
      async () => {
        const before = await readFiles(this.connection, signal);
        let now = false;
        for (const [name, path] of maps) {
          // HAProxy knows a map only where its configuration uses it, which one without routes does not.
          if (!before['haproxy.cfg'].includes(path)) continue;
          if (await this.sync(path, () => parseMap(before[name]), signal)) now = true;
        }
        changed ||= now;
        if (!now) return true;
        // Another computer may have written between the reading and the last command.
        const after = await readFiles(this.connection, signal);
        return maps.every(([name]) => after[name] === before[name]) ? true : undefined;
      },
      { everyMs: 50, withinMs: SYNC_WITHIN_MS, signal },
    );
    if (!settled) throw new ExpectedError('busy', 'Somebody else keeps changing the edge', { next: 'Try again in a minute.' });
    return changed;
  }

  /**
   * A map as the worker has it that takes new connections. While another computer's reload is under way its own socket still leads to the
   * worker that goes, and the one that comes has read the map's file before it was changed; the master answers when that one is there.
   */
  async #shownMap(path: string, signal: AbortSignal | undefined): Promise<Record<string, string> | undefined> {
    const { current } = await this.runtime.master('show proc', parseProcesses, signal);
    return await this.runtime.tryMaster(`@!${current.pid} show map ${path}`, shownMap, signal);
  }

  /**
   * What the worker that serves has of each map, as far as it answers: undefined where it does not, null where its configuration uses no such
   * map.
   */
  async shown(signal?: AbortSignal): Promise<ReadonlyMap<FileName, Record<string, string> | null | undefined>> {
    const processes = await this.runtime.tryMaster('show proc', parseProcesses, signal);
    const found = new Map<FileName, Record<string, string> | null | undefined>();
    for (const [name, path] of maps) {
      const parse = (answer: string) => (/^Unknown map/.test(answer.trim()) ? null : shownMap(answer));
      const command = `@!${processes?.current.pid ?? ''} show map ${path}`;
      found.set(name, processes && (await this.runtime.tryMaster(command, parse, signal)));
    }
    return found;
  }

  /** Changes a running map until it reads back as wanted. Returns whether there was anything to do. */
  async sync(path: string, wanted: (present: Record<string, string>) => Record<string, string>, signal?: AbortSignal): Promise<boolean> {
    let changed = false;
    const done = await poll(
      async () => {
        const present = await this.#shownMap(path, signal);
        if (!present) return undefined;
        const target = wanted(present);
        if (sameEntries(present, target)) return true;
        changed = true;
        for (const commands of batches(mapCommands(path, present, target))) {
          await this.runtime.tryApi(commands.join(';'), (answer) => answer, signal);
        }
        return undefined;
      },
      { everyMs: 50, withinMs: SYNC_WITHIN_MS, signal },
    );
    if (done) return changed;
    throw new ExpectedError('edge-failed', 'HAProxy did not take the new routes', {
      next: 'Try again; if it stays like this, run the set-up of this server.',
    });
  }
}

/** Undefined for an error instead of a map: "Unknown map identifier" while the worker has not read its configuration. */
export function shownMap(answer: string): Record<string, string> | undefined {
  return answer === '' || /^(Unknown|Malformed|Can't|'|Permission)/i.test(answer.trim()) ? undefined : parseShownMap(answer);
}

/** HAProxy takes several commands on one line, as much as its buffer of 16 KiB holds. */
function batches(commands: readonly string[]): string[][] {
  const result: string[][] = [];
  for (let at = 0; at < commands.length; at += 20) result.push(commands.slice(at, at + 20));
  return result;
}
