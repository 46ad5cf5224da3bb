import type { Command } from 'commander';
import type { ServerFlag } from './find.ts';
import { collect, type RunCommand, serverCommands } from './options.ts';
import { addPort, editPort, listPorts, type PortFlags, removePort } from './port-commands.ts';

/** `longshore ports …`. */
export function addPortCommands(program: Command, run: RunCommand): void {
  const command = serverCommands(program, 'ports', 'ports of a server, beside 80 and 443, that lead to an app or elsewhere');
  const described = (usage: string, description: string): Command =>
    command(usage, description)
      .requiredOption('--to <target>', 'app:NAME[:PORT] or HOST:PORT')
      .option('--allow <address>', 'let in only from an address or block (again for more)', collect, [])
      .option('--proxy-protocol', 'tell the target who the client is, by the PROXY protocol');

  command('list', 'list them').action((flags: ServerFlag) => run((context) => listPorts(context, flags))());
  described('add <port>', 'open a port: 5432').action((port: string, flags: PortFlags & ServerFlag) =>
    run((context) => addPort(context, port, flags))(),
  );
  described('edit <port>', 'let it lead elsewhere; connections that are open stay').action((port: string, flags: PortFlags & ServerFlag) =>
    run((context) => editPort(context, port, flags))(),
  );
  command('remove <port>', 'close it').action((port: string, flags: ServerFlag) => run((context) => removePort(context, port, flags))());
}
