import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { type Bed, runToEnd } from './bed.ts';
import { interleaved, markdown, timed } from './measure.ts';

const megabytes = 128;
const runs = 5;

/** The same incompressible bytes each time, in blocks. */
function payload(): Readable {
  const block = randomBytes(1024 * 1024);
  return Readable.from(
    (function* () {
      for (let sent = 0; sent < megabytes; sent++) yield block;
    })(),
    { objectMode: false },
  );
}

/** Bytes into `cat >/dev/null` on the server: the product's connection against OpenSSH's client. */
export async function benchUpload({ session, server, sshOptions }: Bed): Promise<string> {
  const target = `${server.user}@${server.host}`;
  const result = await interleaved(
    {
      held: () => timed(() => session.connection.exec(['sh', '-c', 'cat >/dev/null'], { input: payload(), timeoutMs: 0 })),
      openssh: () => timed(() => runToEnd('ssh', [...sshOptions, target, 'cat >/dev/null'], { input: payload() })),
    },
    runs,
  );
  const rate = (elapsed: number): string => `${Math.round((megabytes * 1.048576 * 1000) / elapsed)} MB/s`;
  return markdown([
    [`upload of ${megabytes} MiB`, 'median', 'best'],
    ['held connection', rate(result.held.median), rate(result.held.least)],
    ['`ssh HOST cat`, log-in included', rate(result.openssh.median), rate(result.openssh.least)],
  ]);
}
