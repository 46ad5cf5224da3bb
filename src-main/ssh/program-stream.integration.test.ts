import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { downServer, execOn, upServer } from '../../sandbox/index.ts';
import { poll } from '../base/wait.ts';
import { connectTo } from '../docker/practice-connection.ts';
import type { HeldConnection } from './held-connection.ts';

const SERVER = 'ssh-programs';
let connection: HeldConnection;
beforeAll(async () => {
  connection = connectTo(await upServer(SERVER));
  await connection.ready();
});
afterAll(async () => {
  connection.dispose();
  await downServer(SERVER);
});

describe('a program as a stream', () => {
  it('gets what is written and gives what it prints, megabytes of it', async () => {
    const program = await connection.openProgram(['sha256sum']);
    for (let count = 0; count < 64; count += 1) if (!program.write(Buffer.alloc(100_000))) await once(program, 'drain');
    program.end();
    expect(await text(program)).toBe((await connection.exec(['sh', '-c', 'head -c 6400000 /dev/zero | sha256sum'])).stdout);
  });

  it('breaks with what it said when it fails, after what it printed', async () => {
    const program = await connection.openProgram(['sh', '-c', 'echo out; echo "it went wrong" >&2; exit 7']);
    let printed = '';
    program.on('data', (chunk: Buffer) => {
      printed += chunk.toString();
    });
    const [error] = (await once(program, 'error')) as [unknown];
    expect(printed).toBe('out\n');
    expect(error).toMatchObject({ code: 'command-failed', detail: 'it went wrong' });
  });

  it('is told to end when the stream is destroyed, though it neither reads nor writes', async () => {
    const program = await connection.openProgram(['sh', '-c', 'echo begun; sleep 987654']);
    await once(program, 'data');
    program.destroy();
    const gone = async (): Promise<true | undefined> =>
      (await execOn(SERVER, "pgrep -f '[s]leep 987654' || true")).stdout === '' ? true : undefined;
    expect(await poll(gone, { everyMs: 100, withinMs: 15_000 })).toBe(true);
  });

  it('breaks when the connection goes', async () => {
    const program = await connection.openProgram(['cat']);
    const broken = once(program, 'error');
    const renewed = connection.renew();
    const [error] = (await broken) as [unknown];
    expect(error).toMatchObject({ code: 'ssh-lost' });
    await renewed;
  });
});
