import type { Command } from 'commander';
import type { ServerFlag } from './find.ts';
import { collect, type RunCommand, serverCommands } from './options.ts';
import { addRoute, type DryRunFlag, editRoute, listRoutes, removeRoute, setBalancers } from './route-commands.ts';
import type { RouteFlags } from './route-draft.ts';

const dryRun = 'show what it would change at the edge, and change nothing';

/** `longshore routes …`, and what their edge has of them. */
export function addRouteCommands(program: Command, run: RunCommand): void {
  const command = serverCommands(program, 'routes', 'where hosts and paths lead, beside the domains of apps, and who may come in');
  const described = (usage: string, description: string): Command =>
    command(usage, description)
      .requiredOption('--to <target>', 'app:NAME[:PORT], http://HOST[:PORT], https://HOST[:PORT], redirect:URL or maintenance[:WORDS]')
      .option('--strip', 'take the path off before the target sees it')
      .option('--code <status>', 'of a redirect: 301, 302, 307 or 308 (308 when not given)')
      .option('--keep-path', 'a redirect takes path and query along')
      .option('--insecure', 'take any certificate of an https target')
      .option('--users <file>', 'let in only who knows a password: lines NAME:PASSWORD, - for standard input')
      .option('--user <name>', 'keep a user of the route with the password there is (again for more)', collect, [])
      .option('--allow <address>', 'let in only from an address or block (again for more)', collect, [])
      .option('--deny <address>', 'let nobody in from an address or block (again for more)', collect, [])
      .option('--rate <n/seconds>', 'at most so many requests of one address in so many seconds')
      .option('--most-bytes <n>', 'refuse requests that announce more')
      .option('--answer-seconds <n>', 'how long an answer may take')
      .option('--idle-seconds <n>', 'how long a websocket may be silent: two hours unless set')
      .option('--sticky', 'a visitor stays with the replica that answered first, by a cookie (apps only)')
      .option('--gzip', 'text is compressed for visitors who take it so')
      .option('--send-proxy', 'tells who answers the address of the visitor by the PROXY protocol, version 2')
      .option('--header <name: value>', 'set a header of the request; NAME alone removes it (again for more)', collect, [])
      .option('--response-header <name: value>', 'the same for the answer', collect, [])
      .option('--dry-run', dryRun);

  command('list', 'list them')
    .option('--stats', 'with what the edge counts of each: requests a second, how many failed, how soon an answer begins')
    .action((flags: ServerFlag & { stats?: boolean }) => run((context) => listRoutes(context, flags))());
  described('add <where>', 'add a route for HOST or HOST/PATH').action((where: string, flags: RouteFlags & DryRunFlag & ServerFlag) =>
    run((context) => addRoute(context, where, flags))(),
  );
  described('edit <id> <where>', 'put another in the place of a route').action(
    (id: string, where: string, flags: RouteFlags & DryRunFlag & ServerFlag) => run((context) => editRoute(context, id, where, flags))(),
  );
  command('remove <id>', 'remove a route')
    .option('--dry-run', dryRun)
    .action((id: string, flags: DryRunFlag & ServerFlag) => run((context) => removeRoute(context, id, flags))());
  command(
    'balancers [addresses...]',
    'what stands before the server and tells by the PROXY protocol who its visitors are; all of it each time',
  )
    .option('--none', 'nothing does')
    .option('--dry-run', dryRun)
    .action((addresses: string[], flags: DryRunFlag & ServerFlag & { none?: boolean }) =>
      run((context) => setBalancers(context, addresses, flags))(),
    );
}
