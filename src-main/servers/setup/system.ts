import { ExpectedError } from '../../contract/index.ts';

export interface SystemFacts {
  /** "Debian GNU/Linux 12 (bookworm)". */
  readonly prettyName: string;
  readonly id: string;
  readonly idLike: readonly string[];
  readonly version: string;
  /** As `uname -m` says it. */
  readonly machine: string;
  readonly systemd: boolean;
}

/** Prints the machine's kind, whether systemd runs, and /etc/os-release. */
export const SYSTEM_SCRIPT = `
uname -m
if [ -d /run/systemd/system ]; then echo systemd; else echo other; fi
cat /etc/os-release 2>/dev/null || cat /usr/lib/os-release 2>/dev/null
`;

/** Takes apart what {@link SYSTEM_SCRIPT} printed. The form is os-release(5): shell assignments, quoted where needed. */
export function parseSystem(output: string): SystemFacts {
  const [machine = '', init = '', ...lines] = output.split('\n');
  const values = new Map<string, string>();
  for (const line of lines) {
    const match = /^([A-Z_]+)=(.*)$/.exec(line.trim());
    if (match?.[1] !== undefined) values.set(match[1], unquoted(match[2] ?? ''));
  }
  const id = values.get('ID') ?? 'linux';
  return {
    machine: machine.trim(),
    systemd: init.trim() === 'systemd',
    id,
    idLike: (values.get('ID_LIKE') ?? '').split(/\s+/).filter((each) => each !== ''),
    version: values.get('VERSION_ID') ?? '',
    prettyName: values.get('PRETTY_NAME') ?? id,
  };
}

function unquoted(value: string): string {
  const quoted = /^(["'])(.*)\1$/.exec(value);
  return (quoted?.[2] ?? value).replaceAll(/\\(["'$`\\])/g, '$1');
}

const MACHINES = new Set(['x86_64', 'aarch64', 'arm64']);
/** The first releases whose docker.io package is Docker 20.10 or later. */
const FIRST_VERSION: Readonly<Record<string, number>> = { debian: 11, ubuntu: 20.04 };

/** Throws `unsupported-system` where a set-up could not end well. `hasDocker`: a Docker is there already, so that none has to be installed. */
export function checkSystem(system: SystemFacts, hasDocker: boolean): void {
  const next = 'Use a server with Debian 11 or later, or Ubuntu 20.04 or later, on x86-64 or ARM64.';
  if (!MACHINES.has(system.machine)) {
    throw new ExpectedError('unsupported-system', `This server's processor (${system.machine || 'unknown'}) is not supported`, { next });
  }
  if (hasDocker) return;
  if (!system.systemd) {
    throw new ExpectedError(
      'unsupported-system',
      `${system.prettyName} does not run systemd, so Docker could not be started with the system`,
      {
        next,
      },
    );
  }
  const family = [system.id, ...system.idLike].find((id) => id in FIRST_VERSION);
  if (family === undefined) {
    throw new ExpectedError('unsupported-system', `Longshore cannot install Docker on ${system.prettyName}`, {
      next: `Install Docker there yourself and run the set-up again, or use Debian or Ubuntu.`,
    });
  }
  const first = FIRST_VERSION[system.id];
  const version = Number.parseFloat(system.version);
  if (first !== undefined && version < first) {
    throw new ExpectedError('unsupported-system', `${system.prettyName} is too old`, { next });
  }
}
