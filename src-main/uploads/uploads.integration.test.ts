import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { downServer, execOn, type PracticeServer, upServer } from '../../sandbox/index.ts';
import { packFolder, scanFolder } from '../archive/index.ts';
import { createDocker } from '../docker/index.ts';
import type { Docker } from '../docker/types.ts';
import { HeldConnection } from '../ssh/index.ts';
import { Uploads } from './index.ts';
import { type CountingProxy, countingProxy } from './practice-proxy.ts';
import type { KeptPlace, Uploaded, UploadOptions } from './types.ts';

const SERVER = 'uploads';
const APP = 'shop';
const STORE = '/var/lib/longshore/contexts';
const FILES = 2_500;

let server: PracticeServer;
let proxy: CountingProxy;
let connection: HeldConnection;
let docker: Docker;
let folder: string;
let cache: string;

/** Connects through the proxy, whose bytes are those on the wire. */
function connect(userName?: string): HeldConnection {
  const user = server.passwordUsers.find((each) => each.name === userName);
  return new HeldConnection({
    target: () => ({
      name: server.name,
      host: '127.0.0.1',
      port: proxy.port,
      user: user?.name ?? server.user,
      authentication: user ? { kind: 'password' } : { kind: 'key', identityFile: server.identityFile },
      hostKey: { type: 'ssh-ed25519', fingerprint: server.hostKey },
    }),
    secrets: { get: async () => user?.password ?? null, refused: () => undefined },
  });
}

beforeAll(async () => {
  server = await upServer(SERVER, { docker: true });
  proxy = await countingProxy(server.host, server.port);
  connection = connect();
  await connection.ready();
  docker = createDocker(connection);
  cache = await mkdtemp(join(tmpdir(), 'longshore-contexts-'));
  folder = await mkdtemp(join(tmpdir(), 'longshore-upload-'));
  // Files like those of a project: text that repeats itself, and 13 MB of it.
  for (let index = 0; index < FILES; index += 1) {
    const where = join(folder, 'src', `part${index % 50}`);
    if (index < 50) await mkdir(where, { recursive: true });
    const words = createHash('sha512').update(String(index)).digest('hex');
    await writeFile(join(where, `module-${index}.ts`), `export const value${index} = '${words}';\n`.repeat(30));
  }
  await writeFile(join(folder, 'Dockerfile'), 'FROM node:20\nCOPY . /app\nRUN ls /app/src | wc -l\n');
});
afterAll(async () => {
  connection.dispose();
  await proxy.close();
  await rm(folder, { recursive: true, force: true });
  await rm(cache, { recursive: true, force: true });
  await downServer(SERVER);
});

const access = () => ({ id: SERVER, name: SERVER, connection, docker });
const never = new AbortController().signal;

async function upload(uploads: Uploads, change: Partial<UploadOptions> = {}): Promise<Uploaded & { readonly notes: readonly string[] }> {
  const scan = await scanFolder(folder);
  const place = await uploads.look(access(), APP, scan.bytes, [APP], never);
  expect(place).toMatchObject({ kind: 'kept' });
  const notes: string[] = [];
  const options: UploadOptions = {
    pack: () => packFolder(scan, { gzipLevel: null }),
    place: place as KeptPlace,
    signal: never,
    beforeWrite: async () => undefined,
    onNote: (text) => notes.push(text),
    ...change,
  };
  return { ...(await uploads.upload(access(), APP, options)), notes };
}

async function onServer(command: string): Promise<string> {
  const { code, stdout, stderr } = await execOn(SERVER, command);
  if (code !== 0) throw new Error(`${command}: ${stderr}`);
  return stdout.trim();
}

/** The server has exactly this and nothing else of the app. */
async function expectKept({ hash }: Uploaded): Promise<void> {
  expect(await onServer(`ls -A ${STORE}/${APP}`)).toBe(`${hash}.tar`);
  expect(await onServer(`sha256sum < ${STORE}/${APP}/${hash}.tar | cut -d ' ' -f 1`)).toBe(hash);
}

describe('a context', () => {
  it('is sent whole the first time, and then is on the server byte for byte', async () => {
    const before = proxy.sent();
    const first = await upload(new Uploads(cache));
    const wire = proxy.sent() - before;
    expect(first.difference).toBeNull();
    expect(first.file.bytes).toBeGreaterThan(10_000_000);
    expect(wire).toBeLessThan(first.file.bytes / 2);
    await expectKept(first);
    console.log(`whole: ${first.file.bytes} bytes of tar, ${first.sentBytes} sent, ${wire} on the wire`);
  });

  it('costs at most 20 kB on the wire when one file of 2,500 changed', async () => {
    await writeFile(join(folder, 'src/part7/module-1007.ts'), `export const changed = '${'x'.repeat(300)}';\n`);
    const before = proxy.sent();
    const at = performance.now();
    const second = await upload(new Uploads(cache));
    const wire = proxy.sent() - before;
    console.log(`one changed: ${second.sentBytes} sent, ${wire} on the wire, ${Math.round(performance.now() - at)} ms with scan and look`);
    expect(second.difference).toEqual({ changed: 1, added: 0, deleted: 0 });
    expect(wire).toBeLessThanOrEqual(20_000);
    await expectKept(second);
  });
});

describe('the build', () => {
  it('is made of the file on the server', async () => {
    const { file } = await upload(new Uploads(cache));
    const lines: string[] = [];
    const before = proxy.sent();
    const { imageId } = await docker.buildFromFile(file, {
      tag: 'longshore/shop:r1',
      dockerfile: 'Dockerfile',
      labels: {},
      onLine: (line) => lines.push(line),
    });
    console.log(`build: ${proxy.sent() - before} bytes sent`);
    expect(imageId).toMatch(/^sha256:/);
    expect(await docker.imageId('longshore/shop:r1')).toBe(imageId);
    expect(lines.some((line) => line.startsWith('Step 3/3'))).toBe(true);
    expect(lines).toContain('50');
  });
});
