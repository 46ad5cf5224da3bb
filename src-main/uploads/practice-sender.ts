/**
 * Only for tests: an upload in a process of its own, so that it can be killed. Arguments: the connection's target as JSON, the app, the
 * folder, the cache. Prints a line for each part that was sent.
 */
import { packFolder, scanFolder } from '../archive/index.ts';
import { createDocker } from '../docker/index.ts';
import { HeldConnection } from '../ssh/index.ts';
import { Uploads } from './index.ts';

const [target = '', app = '', folder = '', cache = ''] = process.argv.slice(2);
const connection = new HeldConnection({ target: () => JSON.parse(target), secrets: { get: async () => null, refused: () => undefined } });
await connection.ready();
const access = { id: 'uploads', name: 'uploads', connection, docker: createDocker(connection) };
const uploads = new Uploads(cache);
const { signal } = new AbortController();
const scan = await scanFolder(folder);
const place = await uploads.look(access, app, scan.bytes, [app], signal);
if (place.kind !== 'kept') throw new Error(place.reason);
await uploads.upload(access, app, {
  pack: () => packFolder(scan, { gzipLevel: null, reuseBlocks: true }),
  place,
  signal,
  beforeWrite: async () => undefined,
  onSent: (bytes) => console.log(`sent ${bytes}`),
});
console.log('done');
connection.dispose();
