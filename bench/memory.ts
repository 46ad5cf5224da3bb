import { downServer, execOn, upServer } from '../sandbox/index.ts';
import { type Bed, benchServer } from './bed.ts';
import { markdown } from './measure.ts';

/** A server with Docker that was not set up: what it runs is there without us. */
const bareServer = 'bench-bare';

/** Of every process but the kernel's: PID, parent, proportional set size in kB (/proc/PID/smaps_rollup), whether it belongs to a log-in, name. */
const script = `
for folder in /proc/[0-9]*; do
  pss=$(awk '/^Pss:/ { print $2 }' $folder/smaps_rollup 2>/dev/null)
  [ -n "$pss" ] || continue
  parent=$(awk '/^PPid:/ { print $2 }' $folder/status 2>/dev/null)
  login=no; grep -qs user.slice $folder/cgroup && login=yes
  printf '%s %s %s %s %s\\n' "\${folder#/proc/}" "\${parent:-0}" "$pss" "$login" "$(cat $folder/comm 2>/dev/null)"
done`;

interface Process {
  readonly pid: string;
  readonly parent: string;
  readonly kilobytes: number;
  readonly isLogin: boolean;
  readonly name: string;
}

interface Use {
  readonly processes: number;
  readonly kilobytes: number;
}

const nothing: Use = { processes: 0, kilobytes: 0 };
/** Every app needs these, ours or not. */
const docker: ReadonlySet<string> = new Set(['dockerd', 'containerd']);

/**
 * What a set-up server runs beyond the same server before: any process, whatever its name, no app being there. What belongs to a log-in,
 * as does this very look, ends with it and is left out on both.
 */
export async function benchMemory(_bed: Bed): Promise<string> {
  let before: ReadonlyMap<string, Use>;
  try {
    await upServer(bareServer, { docker: true, fresh: true });
    before = await usesOn(bareServer);
  } finally {
    await downServer(bareServer);
  }
  const after = await usesOn(benchServer);
  const rows = [...after]
    .map(([name, use]) => {
      const was = before.get(name) ?? nothing;
      return { name, processes: use.processes - was.processes, kilobytes: use.kilobytes - was.kilobytes };
    })
    // The system's own programs differ by some pages from boot to boot.
    .filter(({ name, processes }) => processes !== 0 || docker.has(name))
    .sort((one, other) => other.kilobytes - one.kilobytes);
  const brought = rows.filter(({ name }) => !docker.has(name));
  const sum = (of: typeof rows): string => `**${megabytes(of.reduce((total, { kilobytes }) => total + kilobytes, 0))}**`;
  return markdown([
    ['more than before the set-up (PSS)', 'processes', 'memory'],
    ...rows.map(({ name, processes, kilobytes }) => [name, signed(processes, String), signed(kilobytes, megabytes)]),
    ['**all that was not there before**', '', sum(brought)],
    ['**with what Docker itself grew by**', '', sum(rows)],
  ]);
}

async function usesOn(server: string): Promise<ReadonlyMap<string, Use>> {
  const { code, stdout, stderr } = await execOn(server, script);
  if (code !== 0) throw new Error(`The processes of ${server} could not be read: ${stderr}`);
  const all = stdout
    .trim()
    .split('\n')
    .map((line): Process => {
      const [pid = '', parent = '', pss = '', login = '', ...name] = line.split(' ');
      return { pid, parent, kilobytes: Number(pss), isLogin: login === 'yes', name: name.join(' ') };
    });
  const byPid = new Map(all.map((each) => [each.pid, each]));
  const isOfLogin = (each: Process): boolean => {
    if (each.isLogin) return true;
    const parent = byPid.get(each.parent);
    return parent !== undefined && (parent.name === 'sshd' || isOfLogin(parent));
  };
  const uses = new Map<string, Use>();
  for (const each of all) {
    if (isOfLogin(each)) continue;
    const sum = uses.get(each.name) ?? nothing;
    uses.set(each.name, { processes: sum.processes + 1, kilobytes: sum.kilobytes + each.kilobytes });
  }
  return uses;
}

function megabytes(kilobytes: number): string {
  return `${(kilobytes / 1024).toFixed(1)} MiB`;
}

function signed(value: number, write: (value: number) => string): string {
  return value > 0 ? `+${write(value)}` : write(value);
}
