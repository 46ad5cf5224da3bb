import { Command, CommanderError } from 'commander';
import type { Services } from '../services.ts';
import { addAppCommands } from './app-program.ts';
import { type ArchiveFlags, archive } from './archive-command.ts';
import { addCertificateCommands } from './certificate-program.ts';
import { deploy } from './deploy-command.ts';
import { addEdgeCommands } from './edge-commands.ts';
import { Interrupts, leftWords } from './interrupts.ts';
import { collect, gzipLevel, jsonOption, type RunCommand } from './options.ts';
import { createOutput, exitCodes, exitCodesInWords, reportError } from './output.ts';
import { addPortCommands } from './port-program.ts';
import { addRouteCommands } from './route-program.ts';
import { addServer, editServer, listServers, removeServer, setUpServer } from './server-commands.ts';
import { addSettingsOptions } from './settings-flags.ts';

export interface ProgramOptions {
  readonly version: string;
  /** Opens the services only when a command needs them, so that `--help` reads no file. */
  readonly open: () => Promise<Services>;
}

/** Commander shows an option that it does not know as it was typed: a misspelt `--evn=KEY=VALUE` would show the value in the log of CI. */
function withoutValue(text: string): string {
  return text.replace(/(unknown option '[^'=]*)=.*'/s, "$1'");
}

/** Runs the command line and returns its exit code. Never throws; never asks when there is no terminal. */
export async function runProgram(argv: readonly string[], options: ProgramOptions): Promise<number> {
  let code: number = exitCodes.ok;
  // What follows -- is another program's command line.
  const end = argv.indexOf('--');
  const wantsJson = argv.slice(0, end < 0 ? undefined : end).includes('--json');

  /** Wraps a command: opens what it needs, prints its error, always closes. */
  const run: RunCommand = (command) => async () => {
    let services: Services | undefined;
    const interrupts = new Interrupts(() => {
      const words = leftWords(services?.jobs.running() ?? []);
      if (wantsJson) process.stdout.write(`${JSON.stringify({ error: { code: 'cancelled', message: words } })}\n`);
      process.stderr.write(`${words}\n`, () => process.exit(exitCodes.cancelled));
    });
    process.on('SIGINT', interrupts.take);
    process.on('SIGTERM', interrupts.take);
    try {
      services = await options.open();
      for (const note of services.store.recovered) process.stderr.write(`${note}\n`);
      code = (await command({ output: createOutput(wantsJson), services, signal: interrupts.signal })) ?? exitCodes.ok;
    } catch (error) {
      code = reportError(error, wantsJson);
    } finally {
      process.off('SIGINT', interrupts.take);
      process.off('SIGTERM', interrupts.take);
      services?.dispose();
    }
  };

  const program = new Command('longshore')
    .description('Drop a folder, get a running app on your own server.')
    .version(options.version)
    .exitOverride()
    .showHelpAfterError(false)
    .configureOutput({ outputError: (text, write) => write(withoutValue(text)) })
    .addHelpText('after', exitCodesInWords);

  const servers = program.command('servers').description('the servers that this computer knows');
  servers
    .command('add <name> <address>')
    .description('remember a server: ssh://user@host[:port]')
    .option('--identity <file>', 'log in with this key file (otherwise by the SSH agent, or a password that is asked for)')
    .option('--host-key <fingerprint>', 'the host key to accept: SHA256:…')
    .addOption(jsonOption())
    .action((name: string, address: string, flags: { identity?: string; hostKey?: string }) =>
      run((context) => addServer(context, { name, address, ...flags }))(),
    );
  servers
    .command('edit <name>')
    .description('change how a server is called or reached; all else of it stays')
    .option('--name <new-name>', 'call it so')
    .option('--address <address>', 'reach it at ssh://user@host[:port]; another machine has to show its host key')
    .option('--identity <file>', 'log in with this key file')
    .option('--host-key <fingerprint>', 'the host key to accept at another address: SHA256:…')
    .addOption(jsonOption())
    .action((name: string, flags: Parameters<typeof editServer>[2]) => run((context) => editServer(context, name, flags))());
  servers
    .command('list')
    .description('list them')
    .addOption(jsonOption())
    .action(() => run(listServers)());
  servers
    .command('setup <name>')
    .description('make a server ready: Docker, Swarm, network, edge; does nothing that is already done')
    .addOption(jsonOption())
    .action((name: string) => run((context) => setUpServer(context, name))());
  servers
    .command('remove <name>')
    .description('forget a server; nothing on it is changed')
    .addOption(jsonOption())
    .action((name: string) => run((context) => removeServer(context, name))());

  addSettingsOptions(
    program
      .command('deploy <folder>')
      .description('send a folder, build it on the server, release it')
      .requiredOption('--server <name>', 'the server')
      .requiredOption('--app <name>', 'the app'),
  )
    .option('--include <path>', 'send a file that looks like a secret, or is ignored, all the same (again for more)', collect, [])
    .option('--exclude <pattern>', 'leave out what a pattern, written as in .gitignore, names (again for more)', collect, [])
    .option('--allow-secrets', 'hold nothing back that looks like a secret, this time')
    .option('--forget-choices', 'without what was included and excluded for this app before, here or in the window')
    .addOption(jsonOption())
    .action((folder: string, flags: Parameters<typeof deploy>[2]) => run((context) => deploy(context, folder, flags))());

  addAppCommands(program, run);
  addCertificateCommands(program, run);
  addRouteCommands(program, run);
  addPortCommands(program, run);
  addEdgeCommands(program, run);
  program
    .command('archive <folder>')
    .description('what git keeps of a folder, without a server; with --dockerignore and the same choices, what a deploy sends')
    .option('--list', 'list the paths')
    .option('-z, --null', 'end each path with NUL instead of a line end')
    .option('--explain <path>', 'say why a path in the folder is sent, or which line of which file leaves it out (exit code 3)')
    .option('--dockerignore', 'leave out what .dockerignore says too, as a deploy does')
    .option('-o, --output <file>', 'write the tar to a file, or to standard output with -')
    .option('--gzip <level>', 'compress the tar: 1 (fast) to 9 (small), 0 not at all; without it 6 for .gz and .tgz', gzipLevel)
    .option('--include <path>', 'send a secret or an ignored file or folder all the same (again for more)', collect, [])
    .option('--exclude <pattern>', 'leave out what a pattern as in .gitignore matches (again for more)', collect, [])
    .option('--allow-secrets', 'hold nothing back that looks like a secret')
    .addOption(jsonOption())
    .action(async (folder: string, flags: ArchiveFlags) => {
      const controller = new AbortController();
      const onInterrupt = (): void => controller.abort();
      process.once('SIGINT', onInterrupt);
      try {
        code = await archive(folder, flags, createOutput(wantsJson), controller.signal);
      } catch (error) {
        code = reportError(error, wantsJson);
      } finally {
        process.off('SIGINT', onInterrupt);
      }
    });

  try {
    await program.parseAsync(argv, { from: 'user' });
  } catch (error) {
    // Commander has printed its sentence; asking for help or the version is no failure.
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
    return reportError(error, wantsJson);
  }
  return code;
}
