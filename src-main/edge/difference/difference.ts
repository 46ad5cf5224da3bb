import type { DifferenceLine, EdgeDifference, EdgePart } from '../../contract/index.ts';
import type { SshConnection } from '../../ssh/types.ts';
import { configAge, type Files } from '../files.ts';
import { changedSinceStart, isLoaded, parseStart } from '../reload.ts';
import { fingerprintOf, isByHand } from '../render/config.ts';
import { type Entries, renderMap } from '../render/maps.ts';
import type { WrittenFiles } from '../render/written.ts';
import type { RunningMaps } from '../running-maps.ts';
import type { Runtime } from '../runtime.ts';
import { changedPieces, lineDifference } from './line-difference.ts';
import { withoutSecrets } from './secrets.ts';

type MapName = Exclude<EdgePart['name'], 'haproxy.cfg'>;
const mapNames: readonly MapName[] = ['hosts.map', 'routes.map', 'slots.map', 'https.map'];
/** Lines of the configuration that are shown around a change. */
const AROUND = 2;

/** What HAProxy says that it runs. Undefined is no answer, which is unknown. */
export interface Running {
  /** The text it was started with, by its name; and whether the file was changed since, so that the name is no proof. */
  readonly config: { readonly description: string; readonly changedSince: boolean } | undefined;
  /** Null where the loaded configuration uses no such map. */
  readonly maps: ReadonlyMap<string, Entries | null | undefined>;
}

/** Asks once: a difference that is shown can be asked for again, and says what it does not know. */
export async function readRunning(
  connection: Pick<SshConnection, 'name' | 'script'>,
  runtime: Runtime,
  maps: RunningMaps,
  signal?: AbortSignal,
): Promise<Running> {
  const start = await runtime.tryApi('show info', parseStart, signal);
  const age = start && (await configAge(connection, signal));
  return {
    config: start && { description: start.description, changedSince: age != null && changedSinceStart(age, start.uptime) },
    maps: await maps.shown(signal),
  };
}

/** What lies on the server and what runs, each against what would be written. */
export function edgeDifference(files: Files, wanted: WrittenFiles, running: Running): EdgeDifference {
  // Hosts sent to https are set by themselves: their file is as it should be.
  const wantedMaps: Readonly<Record<MapName, string>> = { ...wanted, 'https.map': files['https.map'] };
  return {
    parts: [
      configPart(files['haproxy.cfg'], wanted['haproxy.cfg'], running.config),
      ...mapNames.map((name) => mapPart(name, files[name], wantedMaps[name], running.maps.get(name))),
    ],
    byHand: isByHand(files['haproxy.cfg']),
  };
}

function configPart(file: string, wanted: string, running: Running['config']): EdgePart {
  const lines = shownConfig(withoutName(file, wanted), withoutName(wanted, file));
  const part = { name: 'haproxy.cfg', file: lines, runningLines: [] as DifferenceLine[] } as const;
  if (!running) return { ...part, running: 'unknown', why: noAnswer };
  const unsure = isByHand(file) || running.changedSince;
  if (isLoaded(running.description, wanted)) {
    if (!unsure) return { ...part, running: 'same', why: null };
    const why = isByHand(file)
      ? 'The file was changed by hand, and HAProxy does not say whether it has loaded that.'
      : 'The file was changed after HAProxy had read it, and HAProxy does not say what it has read.';
    return { ...part, running: 'unknown', why };
  }
  if (!unsure && fingerprintOf(file) !== null && isLoaded(running.description, file)) {
    return { ...part, running: 'differs', runningLines: lines, why: null };
  }
  return {
    ...part,
    running: 'differs',
    why: 'HAProxy runs another configuration than the one that would be written, and its text cannot be read back.',
  };
}

function mapPart(name: MapName, file: string, wanted: string, running: Entries | null | undefined): EdgePart {
  const part = { name, file: shownMap(file, wanted), runningLines: [] as DifferenceLine[], why: null } as const;
  if (running === undefined) return { ...part, running: 'unknown', why: noAnswer };
  if (running === null) {
    if (wanted === '') return { ...part, running: 'same' };
    return { ...part, running: 'differs', why: 'The configuration that HAProxy runs uses no such map.' };
  }
  const runningLines = shownMap(renderMap(running), wanted);
  return { ...part, running: runningLines.length === 0 ? 'same' : 'differs', runningLines };
}

const noAnswer = 'HAProxy did not answer.';

/** The name follows from all other lines: it is shown only where nothing else differs. */
function withoutName(text: string, other: string): string {
  const strip = (config: string): string => config.replace(/^ {2}description longshore-[0-9a-f]{32}$/m, '  description longshore-…');
  return strip(text) === strip(other) ? text : strip(text);
}

function shownConfig(from: string, to: string): DifferenceLine[] {
  return changedPieces(lineDifference(from, to), AROUND, true).map(({ sign, text }) => ({ sign, text: withoutSecrets(text) }));
}

/** Maps have no secret in them, and lines that say nothing of those beside them. */
function shownMap(from: string, to: string): DifferenceLine[] {
  return changedPieces(lineDifference(from, to), 0, false);
}
