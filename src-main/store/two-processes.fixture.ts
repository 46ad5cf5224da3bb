/** A process of two-processes.test.ts: adds servers named PREFIX-N, and prints each number once its write was acknowledged. */
import { silentLogger } from '../base/log.ts';
import { openConfBackend } from './conf-backend.ts';
import { openStore } from './settings-store.ts';

const [folder = '', prefix = '', count = '0'] = process.argv.slice(2);
const store = await openStore({ folder, openBackend: openConfBackend, logger: silentLogger });
for (let number = 0; number < Number(count); number++) {
  const id = `${prefix}-${number}`;
  await store.updateServers((servers) => [
    ...servers,
    { id, name: id, host: '192.0.2.7', port: 22, user: 'root', authentication: { kind: 'agent' }, hostKey: null, addedAt: number },
  ]);
  process.stdout.write(`${id}\n`);
}
