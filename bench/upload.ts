import { createHash, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { packFolder, scanFolder } from '../src-main/archive/index.ts';
import { type ServerAccess, Uploads } from '../src-main/uploads/index.ts';
import { type Bed, benchServer, runToEnd } from './bed.ts';
import { interleaved, markdown, spread, timed } from './measure.ts';

const megabytes = 128;
const files = 2_500;
const runs = 5;
const app = 'bench-upload';
const note =
  "On loopback bytes cost nothing: this is the work around them. Longshore's holds the scan, a look at the server, and a sha256 of all that is then there; the pipe proves nothing.";

/** The product against OpenSSH's client, which holds one connection too (ControlMaster), so that neither pays for a log-in. */
export async function benchUpload(bed: Bed): Promise<string> {
  const { server, sshOptions, folder } = bed;
  const target = `${server.user}@${server.host}`;
  const shared = [...sshOptions, '-o', `ControlPath=${join(folder, 'mux')}`];
  await runToEnd('ssh', [...shared, '-o', 'ControlMaster=yes', '-fN', target]);
  try {
    return `${await channel(bed, [...shared, target])}\n\n${await context(bed, [...shared, target])}`;
  } finally {
    await runToEnd('ssh', [...shared, '-O', 'exit', target]);
  }
}

/** Bytes that nothing can compress into `cat >/dev/null` on the server: what the connection itself carries. */
async function channel({ session }: Bed, ssh: readonly string[]): Promise<string> {
  const result = await interleaved(
    {
      held: () => timed(() => session.connection.exec(['sh', '-c', 'cat >/dev/null'], { input: payload(), timeoutMs: 0 })),
      openssh: () => timed(() => runToEnd('ssh', [...ssh, 'cat >/dev/null'], { input: payload() })),
    },
    runs,
  );
  const rate = (elapsed: number): string => `${Math.round((megabytes * 1.048576 * 1000) / elapsed)} MB/s`;
  return markdown([
    [`${megabytes} MiB through one channel`, 'median', 'best'],
    ['held connection', rate(result.held.median), rate(result.held.least)],
    ['`ssh HOST cat`, connection shared', rate(result.openssh.median), rate(result.openssh.least)],
  ]);
}

/** A project until its context is on the server: the product's way with scan, look and the proof by sha256, beside a plain pipe. */
async function context({ session, folder }: Bed, ssh: readonly string[]): Promise<string> {
  const project = join(folder, 'project');
  await makeProject(project);
  const access: ServerAccess = { id: benchServer, name: benchServer, connection: session.connection, docker: session.docker };
  const known = new Uploads(join(folder, 'manifests'));
  const sent = { whole: 0, changed: 0 };
  const whole = async (): Promise<void> => {
    sent.whole = await upload(access, new Uploads(null), project);
  };
  const changed = async (): Promise<void> => {
    sent.changed = await upload(access, known, project);
  };
  // From then on the server and this computer know the same context.
  await changed();
  const pipe = `tar -C '${project}' -c . | gzip -1 | ssh ${ssh.map((word) => `'${word}'`).join(' ')} 'cat > /var/tmp/bench.tar.gz'`;
  let edits = 0;
  const result = await interleaved(
    {
      pipe: () => timed(() => runToEnd('sh', ['-c', pipe])),
      changed: async () => {
        await writeFile(join(project, 'src/part7/module-1007.ts'), `export const edit = ${++edits};\n`);
        return timed(changed);
      },
      whole: async () => {
        await known.remove(access, app);
        const elapsed = await timed(whole);
        // The next difference is against this one.
        await changed();
        return elapsed;
      },
    },
    runs,
  );
  const kilobytes = (bytes: number): string => `${(bytes / 1000).toLocaleString('en', { maximumFractionDigits: 1 })} kB`;
  const table = markdown([
    [`${files.toLocaleString('en')} files of a project`, 'median (least–most)', 'compressed'],
    ['Longshore, one file changed', spread(result.changed), kilobytes(sent.changed)],
    ['Longshore, everything', spread(result.whole), kilobytes(sent.whole)],
    ['`tar \\| gzip -1 \\| ssh HOST cat`, connection shared', spread(result.pipe), 'everything'],
  ]);
  return `${table}\n\n${note}`;
}

/** Bytes sent, compressed. */
async function upload(access: ServerAccess, uploads: Uploads, project: string): Promise<number> {
  const signal = new AbortController().signal;
  const scan = await scanFolder(project);
  const place = await uploads.look(access, app, scan.bytes, [app], signal);
  if (place.kind !== 'kept') throw new Error(`The server keeps no context: ${place.reason}`);
  const pack = () => packFolder(scan, { gzipLevel: null, reuseBlocks: true });
  return (await uploads.upload(access, app, { pack, place, signal, beforeWrite: async () => undefined })).sentBytes;
}

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

/** Text that repeats itself, as sources do: 13 MB of it. */
async function makeProject(folder: string): Promise<void> {
  for (let index = 0; index < files; index++) {
    const where = join(folder, 'src', `part${index % 50}`);
    if (index < 50) await mkdir(where, { recursive: true });
    const words = createHash('sha512').update(String(index)).digest('hex');
    await writeFile(join(where, `module-${index}.ts`), `export const value${index} = '${words}';\n`.repeat(30));
  }
}
