import type { ChallengeKind } from '../contract/index.ts';
import type { Docker } from '../docker/types.ts';
import { containerOf, servicesThere } from './renewer.ts';
import { folder, statusFile } from './renewers.ts';

export interface RenewerState {
  readonly challenge: ChallengeKind;
  /** Null while it does not run. */
  readonly container: string | null;
  /** Names of the certificates that it renews. */
  readonly certificates: readonly string[];
  readonly lastRun: RenewalRun | null;
}

/** Prints the files in which certbot says how each certificate was got, an empty line, and what the last renewal said. */
const stateScript = `ls ${folder}/renewal 2> /dev/null; echo; cat ${statusFile} 2> /dev/null`;

/** Of all renewing services that are there, that of HTTP first. */
export async function renewerStates(docker: Docker): Promise<RenewerState[]> {
  return Promise.all(
    (await servicesThere(docker)).map(async ({ renewer: { challenge }, service }) => {
      const container = await containerOf(docker, service.id);
      const said = container === null ? '' : (await docker.exec(container, ['sh', '-c', stateScript])).stdout;
      return { challenge, container, ...parseState(said) };
    }),
  );
}

/** Takes the output of {@link stateScript} apart. */
export function parseState(output: string): Pick<RenewerState, 'certificates' | 'lastRun'> {
  const [, listed = '', status = ''] = /^((?:[^\n]+\n)*)\n([\s\S]*)$/.exec(output) ?? [];
  const certificates = listed.split('\n').flatMap((file) => (file.endsWith('.conf') ? [file.slice(0, -5)] : []));
  return { certificates, lastRun: parseRun(status) };
}

export interface RenewalRun {
  /** Milliseconds since 1970 by the server's clock. */
  readonly at: number;
  readonly code: number;
  readonly said: string;
}

/** The status file: seconds since 1970, exit code, output. Null where it does not begin like that. */
export function parseRun(text: string): RenewalRun | null {
  const [, at, code, said] = /^(\d+)\n(\d+)\n([\s\S]*)$/.exec(text) ?? [];
  return at === undefined || code === undefined ? null : { at: Number(at) * 1000, code: Number(code), said: (said ?? '').trim() };
}
