/** `npm run sandbox -- …`: the practice servers from a shell. Progress goes to stderr, the result to stdout. */
import { Command } from 'commander';
import type { OnProgress, PracticeServer } from './index.ts';
import {
  crashServer,
  cutServer,
  downAll,
  downServer,
  execOn,
  fillDisk,
  freezeServer,
  healServer,
  listServers,
  rebootServer,
  resetServer,
  SandboxError,
  stopServer,
  thawServer,
  unfillDisk,
  upServer,
} from './index.ts';
import { progressLine } from './progress.ts';

interface JsonOption {
  readonly json?: boolean;
}

const onProgress: OnProgress = (event) => process.stderr.write(`${progressLine(event)}\n`);

const program = new Command('sandbox').description('Practice servers: disposable real servers on this machine');

command('up', 'boot a server (made at first); prints how to reach it')
  .argument('<name>')
  .option('--docker', 'with Docker installed already')
  .option('--memory <limit>', 'memory limit, such as 1G')
  .option('--fresh', 'with a fresh disk even where the server exists')
  .action(async (name: string, options: JsonOption & { docker?: boolean; memory?: string; fresh?: boolean }) => {
    const server = await upServer(name, {
      ...(options.docker === undefined ? {} : { docker: options.docker }),
      ...(options.memory === undefined ? {} : { memory: options.memory }),
      ...(options.fresh === undefined ? {} : { fresh: options.fresh }),
      onProgress,
    });
    printServer(server, options);
  });

command('down', 'remove a server and its disk')
  .argument('[name]')
  .option('--all', 'every server, and what killed commands left')
  .action(async (name: string | undefined, options: JsonOption & { all?: boolean }) => {
    if (options.all === true) {
      await downAll();
      print(options, { down: 'all' }, 'all practice servers are down');
    } else if (name !== undefined) {
      await downServer(name);
      print(options, { name, down: true }, `${name} is down`);
    } else {
      throw new SandboxError('name a practice server, or say --all');
    }
  });

for (const [verb, description, work] of [
  ['reset', 'fresh disk, same address, new host key', resetServer],
  ['reboot', 'orderly reboot', rebootServer],
  ['crash', 'power cut, then boot', crashServer],
] as const) {
  command(verb, description)
    .argument('<name>')
    .action(async (name: string, options: JsonOption) => printServer(await work(name), options));
}

for (const [verb, description, done, work] of [
  ['stop', 'orderly power-off; "up" boots it again', 'is off', stopServer],
  ['cut', 'take the network cable out', 'is cut off', cutServer],
  ['heal', 'put the network cable back in', 'is back on the network', healServer],
  ['freeze', 'stop every process of it at once', 'is frozen', freezeServer],
  ['thaw', 'let a frozen one go on', 'goes on', thawServer],
  ['unfill', 'give back what fill took', 'has its disk space back', unfillDisk],
] as const) {
  command(verb, description)
    .argument('<name>')
    .action(async (name: string, options: JsonOption) => {
      await work(name);
      print(options, { name, done: verb }, `${name} ${done}`);
    });
}

command('fill', 'fill the disk, leaving this many MB free')
  .argument('<name>')
  .argument('[megabytes]', 'megabytes to leave free', '0')
  .action(async (name: string, megabytes: string, options: JsonOption) => {
    const leave = Number(megabytes);
    if (!Number.isInteger(leave) || leave < 0) {
      throw new SandboxError(`"${megabytes}" is no number of megabytes`);
    }
    await fillDisk(name, leave);
    print(options, { name, freeMegabytes: leave }, `${name} has ${leave} MB free`);
  });

command('list', 'all servers that exist').action(async (options: JsonOption) => {
  const servers = await listServers();
  const lines = servers.map((server) => `${server.name.padEnd(20)} ${server.state.padEnd(8)} ${server.user}@${server.host}:${server.port}`);
  print(options, servers, lines.length === 0 ? 'no practice servers' : lines.join('\n'));
});

command('exec', 'run a command on a server: exec NAME -- COMMAND…')
  .argument('<name>')
  .argument('<command...>')
  .option('--user <user>', 'as this user', 'root')
  .action(async (name: string, words: string[], options: JsonOption & { user: string }) => {
    const [only = ''] = words;
    const result = await execOn(name, words.length === 1 ? only : words, { user: options.user });
    if (options.json === true) {
      print(options, result, '');
    } else {
      process.stdout.write(result.stdout);
      process.stderr.write(result.stderr);
    }
    process.exitCode = result.code;
  });

function command(name: string, description: string): Command {
  return program.command(name).description(description).option('--json', 'print the result as JSON on the last line');
}

function printServer(server: PracticeServer, options: JsonOption): void {
  const { name, host, port, user, identityFile, hostKey } = server;
  print(
    options,
    { name, host, port, user, identityFile, hostKey },
    `${name} is up: ssh -i ${identityFile} -p ${port} ${user}@${host}   (host key ${hostKey})`,
  );
}

function print(options: JsonOption, value: unknown, text: string): void {
  process.stdout.write(`${options.json === true ? JSON.stringify(value) : text}\n`);
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof SandboxError)) {
    throw error;
  }
  process.stderr.write(`sandbox: ${error.message}\n`);
  process.exitCode = 1;
}
