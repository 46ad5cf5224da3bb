/**
 * `longshore` on the command line: the same services as the window, on the same data folder, without Electron. It does not open
 * the vault, which only Electron can; it takes the agent, a key file, or asks.
 */
import manifest from '../package.json' with { type: 'json' };
import { silentLogger } from './base/log.ts';
import { runProgram } from './cli/program.ts';
import { createServices } from './services.ts';
import { openConfBackend } from './store/conf-backend.ts';
import { dataFolder } from './store/data-folder.ts';
import { commandLineVault } from './store/no-vault.ts';
import { openStore } from './store/settings-store.ts';

// `longshore logs … | head` closes the pipe when it has enough: that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));

const code = await runProgram(process.argv.slice(2), {
  version: manifest.version,
  open: async () => {
    const home = dataFolder(process.env, process.platform);
    const store = await openStore({ folder: home, openBackend: openConfBackend, logger: silentLogger });
    return createServices({ home, store, vault: commandLineVault, logger: silentLogger });
  },
});
// What was printed has to reach a pipe before the process ends; nothing else is waited for.
process.exitCode = code;
process.stdout.write('', () => process.stderr.write('', () => process.exit(code)));
