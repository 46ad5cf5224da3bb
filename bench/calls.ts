import type { Bed } from './bed.ts';
import { runToEnd } from './bed.ts';
import { interleaved, markdown, spread, timed } from './measure.ts';

const runs = 30;
const burst = 200;

/** Docker API calls over the held connection against a new `ssh` process per command. */
export async function benchCalls({ session, server, sshOptions }: Bed): Promise<string> {
  const target = `${server.user}@${server.host}`;
  await session.docker.ping();
  const one = await interleaved(
    {
      ping: () => timed(() => session.docker.ping()),
      list: () => timed(() => session.docker.containers()),
      exec: () => timed(() => session.connection.exec(['docker', 'ps', '-q'])),
      ssh: () => timed(() => runToEnd('ssh', [...sshOptions, target, 'docker', 'ps', '-q'])),
    },
    runs,
  );
  const perSecond = (elapsed: number, calls: number): string => `${Math.round((calls * 1000) / elapsed)} /s`;
  const held = await timed(() => Promise.all(Array.from({ length: burst }, () => session.docker.ping())));
  return markdown([
    ['call', 'median (least–most)', 'rate'],
    ['Docker ping, held connection', spread(one.ping), `${perSecond(held, burst)} (${burst} at once)`],
    ['list containers, held connection', spread(one.list), perSecond(one.list.median, 1)],
    ['`docker ps` by exec, held connection', spread(one.exec), perSecond(one.exec.median, 1)],
    ['`ssh HOST docker ps`, a new process each', spread(one.ssh), perSecond(one.ssh.median, 1)],
  ]);
}
