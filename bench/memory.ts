import type { Bed } from './bed.ts';
import { markdown } from './measure.ts';

/** Proportional set size in kB of each process whose program is one of those that the product brought. */
const script = `
for stat in /proc/[0-9]*/smaps_rollup; do
  pid=\${stat#/proc/}; pid=\${pid%/smaps_rollup}
  name=$(cat /proc/$pid/comm 2>/dev/null) || continue
  case $name in haproxy|docker-proxy|containerd-shim*) ;; *) continue ;; esac
  pss=$(awk '/^Pss:/ { print $2 }' $stat 2>/dev/null)
  echo "$name \${pss:-0}"
done`;

/** What stays on the server for the edge alone, no app being there. Docker itself is not counted: an app needs it anyway. */
export async function benchMemory({ session }: Bed): Promise<string> {
  const { stdout } = await session.connection.script(script, [], { asRoot: true });
  const sums = new Map<string, { kilobytes: number; processes: number }>();
  for (const line of stdout.trim().split('\n')) {
    const [name = '', pss = '0'] = line.split(' ');
    const before = sums.get(name) ?? { kilobytes: 0, processes: 0 };
    sums.set(name, { kilobytes: before.kilobytes + Number(pss), processes: before.processes + 1 });
  }
  const megabytes = (kilobytes: number): string => `${(kilobytes / 1024).toFixed(1)} MiB`;
  const total = [...sums.values()].reduce((sum, { kilobytes }) => sum + kilobytes, 0);
  const rows = [...sums].map(([name, { kilobytes, processes }]) => [name, String(processes), megabytes(kilobytes)]);
  return markdown([['left on the server (PSS)', 'processes', 'memory'], ...rows, ['**all**', '', `**${megabytes(total)}**`]]);
}
