import { spawn } from 'node:child_process';
import { createHash, randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { downServer, execOn, fillDisk, type PracticeServer, rebootServer, unfillDisk, upServer } from '../../sandbox/index.ts';
import { packFolder, scanFolder } from '../archive/index.ts';
import { poll } from '../base/wait.ts';
import { CancelledError, ExpectedError } from '../contract/index.ts';
import { createDocker } from '../docker/index.ts';
import { connectTo } from '../docker/practice-connection.ts';
import type { Docker } from '../docker/types.ts';
import type { HeldConnection } from '../ssh/index.ts';
import { hasZstd } from './compression.ts';
import { Uploads } from './index.ts';
import { type CountingProxy, countingProxy } from './practice-proxy.ts';
import type { KeptPlace, Uploaded, UploadOptions } from './types.ts';

const SERVER = 'uploads';
const APP = 'shop';
const STORE = '/var/lib/longshore/contexts';
const FILES = 2_500;
/** Places at random where the connection is cut, beside the chosen ones. */
const CUTS = Number(process.env['LONGSHORE_CUTS'] ?? 4);

let server: PracticeServer;
let proxy: CountingProxy;
let connection: HeldConnection;
let docker: Docker;
let folder: string;
let cache: string;

/** Connects through the proxy, whose bytes are those on the wire. */
function connect(userName?: string): HeldConnection {
  return connectTo({ ...server, host: '127.0.0.1', port: proxy.port }, userName);
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
    pack: () => packFolder(scan, { gzipLevel: null, reuseBlocks: true }),
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
  expect(await onServer(`ls -A ${STORE}/${APP}`)).toBe(`${hash}.manifest\n${hash}.tar`);
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

  it('is only changed as well by a computer that never sent anything, for the server says what it has', async () => {
    await writeFile(join(folder, 'src/part8/module-1008.ts'), `export const changed = '${'y'.repeat(300)}';\n`);
    const scan = await scanFolder(folder);
    const none = new Uploads(null);
    const before = proxy.sent();
    const received = proxy.received();
    let at = performance.now();
    const place = (await none.look(access(), APP, scan.bytes, [APP], never)) as KeptPlace;
    const fetching = performance.now() - at;
    const fetched = proxy.received() - received;
    // Folders too.
    expect(place.base?.manifest.entries.length).toBeGreaterThan(FILES);
    expect(fetched).toBeLessThan(30 * (place.base?.manifest.entries.length ?? 0));
    at = performance.now();
    const other = await upload(none, { place });
    console.log(
      `other computer: ${Math.round(fetching)} ms to look, ${fetched} bytes received for it; ${other.sentBytes} sent, ${proxy.sent() - before} on the wire`,
    );
    expect(other.difference).toEqual({ changed: 1, added: 0, deleted: 0 });
    expect(proxy.sent() - before).toBeLessThanOrEqual(20_000);
    await expectKept(other);
  });

  it('is sent whole by such a computer when what the server says of it is damaged or missing', async () => {
    for (const damage of ['dd of=$(ls *.manifest) bs=1 seek=3000 conv=notrunc', 'tee *.manifest', 'xargs -I{} rm -f $(ls *.manifest)']) {
      const last = await upload(new Uploads(cache));
      await expectKept(last);
      await onServer(`cd ${STORE}/${APP} && printf '\\1\\2\\3' | ${damage}`);
      const again = await upload(new Uploads(null));
      expect(again.difference).toBeNull();
      await expectKept(again);
      await writeFile(join(folder, 'src/part8/module-1008.ts'), damage);
      expect((await upload(new Uploads(null))).difference).toEqual({ changed: 1, added: 0, deleted: 0 });
    }
  });
});

describe.skipIf(!hasZstd())(`zstd${hasZstd() ? '' : ` (not run: Node ${process.versions.node} has no zstd)`}`, () => {
  it('is used when the server has it too, for the whole and for a difference', async () => {
    await onServer(`rm -rf ${STORE}/${APP}`);
    const gzip = await upload(new Uploads(null));
    await onServer(`rm -rf ${STORE}/${APP} && apt-get update -qq && apt-get install -y -qq zstd`);
    await onServer(`rm -rf ${STORE}/${APP}`);
    const [whole, other] = [await upload(new Uploads(null)), await upload(new Uploads(cache))];
    await expectKept(other);
    // The same files: only another compression makes them smaller.
    expect(whole.sentBytes).toBeLessThan(gzip.sentBytes);
    await writeFile(join(folder, 'src/part7/module-1007.ts'), 'changed again');
    const difference = await upload(new Uploads(cache));
    expect(difference.difference).toEqual({ changed: 1, added: 0, deleted: 0 });
    await expectKept(difference);
    console.log(`zstd: ${whole.sentBytes} for the whole, ${difference.sentBytes} for one file`);
    await onServer('apt-get remove -y -qq zstd');
  });
});

describe('a slow link', () => {
  it('is noticed on the way, and what is left is compressed more', async () => {
    const words = Array.from({ length: 4_000 }, () => randomBytes(randomInt(2, 6)).toString('hex'));
    const pick = randomBytes(2 * 4_000_000);
    const text = Array.from({ length: 4_000_000 }, (_, index) => words[pick.readUInt16LE(2 * index) % words.length]).join(' ');
    await writeFile(join(folder, 'slow.txt'), text);
    await onServer(`rm -rf ${STORE}/${APP}`);
    const fast = await upload(new Uploads(null));
    await onServer(`rm -rf ${STORE}/${APP}`);
    proxy.limit(1_500_000);
    try {
      const uploads = new Uploads(null);
      const at = performance.now();
      const slow = await upload(uploads);
      console.log(
        `slow: ${fast.sentBytes} bytes as on a fast link, ${slow.sentBytes} in ${Math.round(performance.now() - at)} ms at 12 Mbit/s`,
      );
      await expectKept(slow);
      expect(slow.sentBytes).toBeLessThan(0.97 * fast.sentBytes);
      // Known from the start now.
      await onServer(`rm -rf ${STORE}/${APP}`);
      const again = await upload(uploads);
      expect(again.sentBytes).toBeLessThan(0.99 * slow.sentBytes);
      await expectKept(again);
    } finally {
      proxy.limit(null);
      await rm(join(folder, 'slow.txt'));
    }
  });
});

describe('a context that cannot be made of the last one', () => {
  it('is sent whole when the server no longer has the last one', async () => {
    await onServer(`rm ${STORE}/${APP}/*.tar`);
    const again = await upload(new Uploads(cache));
    expect(again.difference).toBeNull();
    await expectKept(again);
  });

  it('is sent whole when neither this computer nor the server knows what the last one holds', async () => {
    await onServer(`rm ${STORE}/${APP}/*.manifest`);
    const again = await upload(new Uploads(null));
    expect(again.difference).toBeNull();
    await expectKept(again);
  });

  it('is sent whole when the last one was changed on the server, and is never taken for the right one', async () => {
    const { file } = await upload(new Uploads(cache));
    await onServer(`printf X | dd of=${file.path} bs=1 seek=5000000 conv=notrunc`);
    const again = await upload(new Uploads(cache));
    expect(again.difference).toBeNull();
    expect(again.notes).toEqual([
      `The upload to ${SERVER} failed: what arrived is not what was sent. All files are sent instead of the difference.`,
    ]);
    await expectKept(again);
  });

  it('is sent whole when the last one vanishes after it was looked at', async () => {
    const uploads = new Uploads(cache);
    const again = await upload(uploads, {
      beforeWrite: async () => {
        await onServer(`rm -f ${STORE}/${APP}/*.tar`);
      },
    });
    expect(again.difference).toBeNull();
    await expectKept(again);
  });
});

describe('an upload that is disturbed', () => {
  const big = (): string => join(folder, 'big.bin');
  const other = (): string => join(folder, 'other.bin');
  beforeAll(() => writeFile(big(), randomBytes(6_000_000)));

  it('goes on where it was when the connection breaks, wherever that is', { timeout: 180_000 + CUTS * 20_000 }, async () => {
    const offsets = [0, 1, 40_000, 1_000_000, 2_500_000, 5_900_000, ...Array.from({ length: CUTS }, () => randomInt(6_400_000))];
    for (const offset of offsets) {
      await onServer(`rm -rf ${STORE}/${APP}`);
      let isCut = false;
      const before = proxy.sent();
      const done = await upload(new Uploads(null), {
        beforeWrite: async () => {
          if (isCut) return;
          isCut = true;
          proxy.cutAfter(offset);
        },
      });
      const wire = proxy.sent() - before;
      expect(done.notes).toEqual(['The connection broke; the upload goes on when it is back.']);
      await expectKept(done);
      // What had arrived is not sent again: at most what was in the buffers on the way.
      expect(wire).toBeLessThan(6_500_000 + 4_500_000);
    }
  });

  it('stays a difference when the connection breaks, wherever that is', { timeout: 120_000 + CUTS * 20_000 }, async () => {
    await upload(new Uploads(cache));
    const offsets = [0, 1, 3_000, 40_000, 1_000_000, 2_900_000, ...Array.from({ length: CUTS }, () => randomInt(3_000_000))];
    for (const offset of offsets) {
      await writeFile(other(), randomBytes(3_000_000));
      let isCut = false;
      const before = proxy.sent();
      const done = await upload(new Uploads(cache), {
        beforeWrite: async () => {
          if (isCut) return;
          isCut = true;
          proxy.cutAfter(offset);
        },
      });
      expect(done.notes).toEqual(['The connection broke; the upload goes on when it is back.']);
      // The first time it is new.
      expect(done.difference).toMatchObject({ deleted: 0 });
      expect((done.difference?.changed ?? 0) + (done.difference?.added ?? 0)).toBe(1);
      // Of the 9 MB of the whole nothing but the one file went over the wire, some of it twice.
      expect(proxy.sent() - before).toBeLessThan(2 * 3_100_000);
      await expectKept(done);
    }
  });

  it('is not sent again when only the word that it arrived was lost', async () => {
    for (const forget of [false, true]) {
      const last = await upload(new Uploads(cache));
      if (forget) await onServer(`rm -rf ${STORE}/${APP}/*`);
      await writeFile(other(), randomBytes(1_000_000));
      // As a whole everything is to fit into SSH's window, for the server cannot ask for more.
      if (forget) await rm(big());
      let attempts = 0;
      let sentAtBreak = 0;
      let sent = 0;
      const arrived = async (): Promise<true | undefined> => {
        const names = (await onServer(`cd ${STORE}/${APP} && ls -A`)).split('\n');
        return names.length === 2 && !names.includes(`${last.hash}.tar`) && names.every((name) => /^[0-9a-f]{64}\./.test(name))
          ? true
          : undefined;
      };
      let broken: Promise<unknown> = Promise.resolve();
      const done = await upload(new Uploads(cache), {
        beforeWrite: async () => {
          attempts += 1;
          if (attempts > 1) {
            sentAtBreak = sent;
            return;
          }
          proxy.muteAfter(300_000);
          broken = poll(arrived, { everyMs: 100, withinMs: 40_000 }).finally(() => proxy.cut());
        },
        onSent: (bytes) => {
          sent = bytes;
        },
      });
      expect(await broken).toBe(true);
      expect(attempts).toBe(2);
      expect(done.notes).toEqual(['The connection broke; the upload goes on when it is back.']);
      expect(done.sentBytes).toBe(sentAtBreak);
      expect(done.difference === null).toBe(forget);
      await expectKept(done);
    }
    await writeFile(big(), randomBytes(6_000_000));
  });

  it('goes on when the server is started anew meanwhile, as a difference', { timeout: 180_000 }, async () => {
    await upload(new Uploads(cache));
    await writeFile(other(), randomBytes(5_000_000));
    proxy.limit(1_000_000);
    let rebooting: Promise<unknown> | null = null;
    try {
      const done = await upload(new Uploads(cache), {
        onSent: (bytes) => {
          if (bytes > 1_000_000)
            rebooting ??= rebootServer(SERVER).finally(() => {
              proxy.limit(null);
            });
        },
      });
      expect(rebooting).not.toBeNull();
      expect(done.notes).toEqual(['The connection broke; the upload goes on when it is back.']);
      expect(done.difference).toEqual({ changed: 1, added: 0, deleted: 0 });
      await expectKept(done);
    } finally {
      proxy.limit(null);
      await rebooting;
    }
  });

  it('of a computer that was killed or lost its power is ended and removed by the next one', { timeout: 120_000 }, async () => {
    const last = await upload(new Uploads(cache));
    for (const how of ['killed', 'without power'] as const) {
      await writeFile(other(), randomBytes(5_000_000));
      proxy.limit(1_000_000);
      const target = {
        name: server.name,
        host: '127.0.0.1',
        port: proxy.port,
        user: server.user,
        authentication: { kind: 'key', identityFile: server.identityFile },
        hostKey: { type: 'ssh-ed25519', fingerprint: server.hostKey },
      };
      const script = join(import.meta.dirname, 'practice-sender.ts');
      const child = spawn(process.execPath, ['--import', 'tsx', script, JSON.stringify(target), APP, folder, cache], {
        stdio: ['ignore', 'ignore', 'inherit'],
      });
      const exited = once(child, 'exit');
      try {
        const some = async (): Promise<true | undefined> =>
          Number(await onServer(`cat ${STORE}/${APP}/*.sent 2>/dev/null | wc -c`)) > 500_000 ? true : undefined;
        expect(await poll(some, { everyMs: 100, withinMs: 40_000 })).toBe(true);
        if (how === 'without power') proxy.abandon();
      } finally {
        child.kill('SIGKILL');
        await exited;
        proxy.limit(null);
      }
      const receivers = "pgrep -fc '[A]TTEMPT|unpack=[$]2 attempt' || true";
      if (how === 'without power') expect(Number(await onServer(receivers))).toBeGreaterThan(0);
      expect(await onServer(`ls ${STORE}/${APP}/*.tar`)).toContain(STORE);
      const done = await upload(new Uploads(cache));
      expect(done.difference).toMatchObject({ deleted: 0 });
      expect(done.hash).not.toBe(last.hash);
      await expectKept(done);
      expect(await onServer(receivers)).toBe('0');
    }
    await rm(other());
  });

  it('begins anew when a file changed during the break', async () => {
    await onServer(`rm -rf ${STORE}/${APP}`);
    let attempts = 0;
    const done = await upload(new Uploads(null), {
      beforeWrite: async () => {
        attempts += 1;
        if (attempts === 1) proxy.cutAfter(5_000_000);
        else if (attempts === 2) await writeFile(big(), randomBytes(6_000_000));
      },
    });
    expect(done.notes).toEqual([
      'The connection broke; the upload goes on when it is back.',
      'What was sent before the break is not what would be sent now; all of it is sent again.',
    ]);
    await expectKept(done);
  });

  it('leaves the last context and nothing else when it is cancelled', async () => {
    const last = await upload(new Uploads(null));
    const cancel = new AbortController();
    await writeFile(big(), randomBytes(6_000_000));
    proxy.limit(2_000_000);
    try {
      const cancelled = upload(new Uploads(null), {
        signal: cancel.signal,
        onSent: (bytes) => {
          if (bytes > 1_000_000) cancel.abort(new CancelledError());
        },
      });
      await expect(cancelled).rejects.toBeInstanceOf(CancelledError);
    } finally {
      proxy.limit(null);
    }
    await expectKept(last);
  });

  it('leaves the last context and nothing else when a file vanishes from the folder', async () => {
    const last = await upload(new Uploads(null));
    const scan = await scanFolder(folder);
    await rm(big());
    await expect(upload(new Uploads(null), { pack: () => packFolder(scan, { gzipLevel: null, reuseBlocks: true }) })).rejects.toMatchObject(
      {
        code: 'file-changed',
      },
    );
    await expectKept(last);
  });

  it('is not begun when it may not be, and stops before the next attempt when it no longer may', async () => {
    const last = await upload(new Uploads(null));
    const lost = new ExpectedError('lease-lost', 'It was taken over');
    await expect(upload(new Uploads(null), { beforeWrite: () => Promise.reject(lost) })).rejects.toBe(lost);
    let attempts = 0;
    await writeFile(big(), randomBytes(6_000_000));
    const second = upload(new Uploads(null), {
      beforeWrite: async () => {
        attempts += 1;
        if (attempts > 1) throw lost;
        proxy.cutAfter(3_000_000);
      },
    });
    await expect(second).rejects.toBe(lost);
    // What came is left for the next run, which removes it; the last context is whole.
    expect(await onServer(`ls ${STORE}/${APP}/*.tar`)).toBe(last.file.path);
    const after = await upload(new Uploads(null));
    await expectKept(after);
  });

  it('says so when the disk fills up, in whatever language the server speaks, and the last context stays', async () => {
    // Unpacked by hand, for the image has dpkg leave out catalogues of words.
    await onServer(
      'apt-get update -qq && apt-get install -y -qq locales >/dev/null && localedef -i de_DE -f UTF-8 de_DE.UTF-8 && ' +
        'cd /tmp && apt-get download -qq libc-l10n && dpkg-deb -x libc-l10n*.deb /',
    );
    const german = 'LANG=de_DE.UTF-8\\nLANGUAGE=de\\nLC_ALL=de_DE.UTF-8\\n';
    await onServer(`cp /etc/environment /etc/environment.before; printf '${german}' > /etc/environment`);
    await connection.renew();
    expect((await connection.exec(['tee', '/dev/full'], { input: 'x' })).stderr).toMatch(/Auf dem Gerät ist kein Speicherplatz/);
    const last = await upload(new Uploads(null));
    await writeFile(big(), randomBytes(60_000_000));
    const full = upload(new Uploads(null), { beforeWrite: () => fillDisk(SERVER, 40) });
    await expect(full).rejects.toMatchObject({
      code: 'disk-full',
      message: `The disk of ${SERVER} is full, so the upload could not be kept`,
    });
    await unfillDisk(SERVER);
    await onServer('mv /etc/environment.before /etc/environment');
    await connection.renew();
    await expectKept(last);
    await rm(big());
  });
});

describe('a server', () => {
  it('that has too little room does without, and says so', async () => {
    await fillDisk(SERVER, 300);
    const place = await new Uploads(cache).look(access(), APP, 10_000_000, [APP], never);
    await unfillDisk(SERVER);
    expect(place).toEqual({ kind: 'straight', reason: `${SERVER} has too little room to keep it beside the build` });
  });

  it('without a docker command does without', async () => {
    await onServer('chmod -x /usr/bin/docker');
    const place = await new Uploads(cache).look(access(), APP, 10_000_000, [APP], never);
    await onServer('chmod +x /usr/bin/docker');
    expect(place).toEqual({ kind: 'straight', reason: `the docker command of ${SERVER} cannot be used for it` });
  });

  it('lets a user who may use Docker go on where root was, and nobody else look', async () => {
    await upload(new Uploads(cache));
    await onServer('gpasswd -a visitor docker');
    const visitor = connect('visitor');
    const sam = connect('sam');
    try {
      await visitor.ready();
      await writeFile(join(folder, 'by-visitor.txt'), 'hello');
      const scan = await scanFolder(folder);
      const uploads = new Uploads(cache);
      const asVisitor = { id: SERVER, name: SERVER, connection: visitor, docker: createDocker(visitor) };
      const place = await uploads.look(asVisitor, APP, scan.bytes, [APP], never);
      const done = await uploads.upload(asVisitor, APP, {
        pack: () => packFolder(scan, { gzipLevel: null, reuseBlocks: true }),
        place: place as KeptPlace,
        signal: never,
        beforeWrite: async () => undefined,
      });
      expect(done.difference).toEqual({ changed: 0, added: 1, deleted: 0 });
      await expectKept(done);
      const { imageId } = await asVisitor.docker.buildFromFile(done.file, {
        tag: 'longshore/shop:r2',
        dockerfile: 'Dockerfile',
        labels: {},
      });
      expect(imageId).toMatch(/^sha256:/);
      await sam.ready();
      expect((await sam.exec(['ls', STORE])).stderr).toContain('Permission denied');
      const refused = await uploads.look({ ...asVisitor, connection: sam, docker }, APP, scan.bytes, [APP], never);
      expect(refused).toEqual({ kind: 'straight', reason: `there is no folder on ${SERVER} to keep it in` });
      expect(await upload(new Uploads(cache))).toMatchObject({ difference: { changed: 0, added: 0, deleted: 0 }, notes: [] });
    } finally {
      visitor.dispose();
      sam.dispose();
    }
  });

  it('forgets contexts of apps that are not there and were left alone for a week, and a removed one at once', async () => {
    await onServer(`cd ${STORE} && mkdir -p gone young known && touch -d '8 days ago' gone known`);
    const uploads = new Uploads(cache);
    await uploads.look(access(), APP, 0, [APP, 'known'], never);
    expect(await onServer(`ls ${STORE}`)).toBe(`known\n${APP}\nyoung`);
    await uploads.remove(access(), APP);
    expect(await onServer(`ls ${STORE}`)).toBe('known\nyoung');
    const again = await upload(uploads);
    expect(again.difference).toBeNull();
  });
});

describe('the build', () => {
  it('is made of the file on the server', async () => {
    await writeFile(join(folder, 'Dockerfile'), 'FROM node:20\nCOPY . /app\nRUN echo there are $(ls /app/src | wc -l)\n');
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
    expect(lines).toContain('there are 50');
  });

  it('that cannot be read says why', async () => {
    const { file } = await upload(new Uploads(cache));
    const build = docker.buildFromFile(file, { tag: 'longshore/shop:r9', dockerfile: 'src/part0/module-0.ts', labels: {} });
    await expect(build).rejects.toMatchObject({ code: 'build-failed' });
    const missing = docker.buildFromFile(
      { ...file, path: `${file.path}.missing` },
      { tag: 'longshore/shop:r9', dockerfile: 'Dockerfile', labels: {} },
    );
    await expect(missing).rejects.toBeInstanceOf(ExpectedError);
  });

  it('ends on the server when it is cancelled', async () => {
    await writeFile(join(folder, 'Dockerfile'), 'FROM node:20\nCOPY . /app\nRUN echo begun && sleep 300\n');
    const { file } = await upload(new Uploads(cache));
    const cancel = new AbortController();
    const build = docker.buildFromFile(file, {
      tag: 'longshore/shop:r3',
      dockerfile: 'Dockerfile',
      labels: {},
      signal: cancel.signal,
      onLine: (line) => {
        if (line === 'begun') cancel.abort(new CancelledError());
      },
    });
    await expect(build).rejects.toBeInstanceOf(CancelledError);
    const ended = async (): Promise<true | undefined> => ((await docker.containers()).length === 0 ? true : undefined);
    expect(await poll(ended, { everyMs: 200, withinMs: 20_000 })).toBe(true);
    const left = async (): Promise<true | undefined> =>
      (await onServer("pgrep -f '[s]ystem dial-stdio' || true")) === '' ? true : undefined;
    expect(await poll(left, { everyMs: 200, withinMs: 20_000 })).toBe(true);
  });
});
