/**
 * The laptop in the fault matrix: the `longshore` command as it ships, with two things of a test's. It stops at one moment of a deploy, tells
 * who started it, and goes on when told to; and its lease ends sooner, so that nobody has to wait for a minute and a half.
 */
import { silentLogger } from '../../src-main/base/log.ts';
import { runProgram } from '../../src-main/cli/program.ts';
import type { FaultHooks } from '../../src-main/deploy/types.ts';
import { createServices } from '../../src-main/services.ts';
import { openConfBackend } from '../../src-main/store/conf-backend.ts';
import { dataFolder } from '../../src-main/store/data-folder.ts';
import { commandLineVault } from '../../src-main/store/no-vault.ts';
import { openStore } from '../../src-main/store/settings-store.ts';

const stopAt = process.env['LONGSHORE_STOP_AT'];
const leaseTtlMs = Number(process.env['LONGSHORE_LEASE_MS']);

const hooks: FaultHooks = {
  async at(stage, moment) {
    if (`${moment}-${stage}` !== stopAt) return;
    await new Promise((goOn) => {
      process.once('message', goOn);
      process.send?.('reached');
    });
  },
};

const code = await runProgram(process.argv.slice(2), {
  version: 'faults',
  open: async () => {
    const home = dataFolder(process.env, process.platform);
    const store = await openStore({ folder: home, openBackend: openConfBackend, logger: silentLogger });
    return createServices({ home, store, vault: commandLineVault, logger: silentLogger, faults: { hooks, leaseTtlMs } });
  },
});
process.stdout.write('', () => process.exit(code));
