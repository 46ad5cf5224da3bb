import { type Command, Option } from 'commander';
import { apps, execIn, followAppLogs } from './app-commands.ts';
import { pause, remove, restart, resume, scale, start, stop } from './change-commands.ts';
import type { ServerFlag } from './find.ts';
import { lease } from './lease-command.ts';
import { collect, jsonOption, type RunCommand, serverOption, wholeNumber } from './options.ts';
import { releases, rollBack } from './release-commands.ts';
import { settings } from './settings-command.ts';
import { addSettingsOptions } from './settings-flags.ts';

/** What can be asked and done of an app that is there. */
export function addAppCommands(program: Command, run: RunCommand): void {
  const onApp = (name: string, description: string): Command =>
    program.command(name).description(description).argument('<app>').addOption(serverOption()).addOption(jsonOption());

  program
    .command('apps')
    .description('list the apps')
    .addOption(new Option('--server <name>', 'of this server only'))
    .addOption(jsonOption())
    .action((flags: ServerFlag) => run((context) => apps(context, flags))());
  onApp('releases', 'list the releases of an app, or what changed between them')
    .option('--changes [from..to]', 'what changed from one release to another, or of each against the one before')
    .action((app: string, flags: Parameters<typeof releases>[2]) => run((context) => releases(context, app, flags))());
  onApp('rollback', 'go back to the release before, or to the one given')
    .argument('[release]')
    .action((app: string, release: string | undefined, flags: ServerFlag) => run((context) => rollBack(context, app, release, flags))());
  onApp('logs', 'what the app prints')
    .option('--follow', 'go on until Ctrl-C')
    .option('--since <time>', 'only from then on, and all of it: 10m, 2h, 1d, or a time such as 2026-11-24T10:00')
    .option('--tail <lines>', 'only so many lines of history, the last ones (200 where there is no --since)', wholeNumber)
    .action((app: string, flags: Parameters<typeof followAppLogs>[2]) => run((context) => followAppLogs(context, app, flags))());
  onApp('exec', 'run a command in a replica of the app: longshore exec APP -- CMD')
    .argument('[command...]')
    .action((app: string, command: string[], flags: ServerFlag) => run((context) => execIn(context, app, command, flags))());

  onApp('scale', 'give an app more or fewer containers')
    .argument('<replicas>', 'how many, 1 to 32', wholeNumber)
    .action((app: string, replicas: number, flags: ServerFlag) => run((context) => scale(context, app, replicas, flags))());
  onApp('restart', 'start the live release once more, without a gap').action((app: string, flags: ServerFlag) =>
    run((context) => restart(context, app, flags))(),
  );
  onApp('stop', 'take an app off the edge and stop its containers; all of it stays for a start').action((app: string, flags: ServerFlag) =>
    run((context) => stop(context, app, flags))(),
  );
  onApp('start', 'start an app that was stopped').action((app: string, flags: ServerFlag) =>
    run((context) => start(context, app, flags))(),
  );
  onApp('pause', 'let new requests wait at the edge, each for 60 s at most, until it is resumed')
    .option('--seconds <number>', 'for how long at most, 5 to 600: 60 unless given', wholeNumber)
    .action((app: string, flags: Parameters<typeof pause>[2]) => run((context) => pause(context, app, flags))());
  onApp('resume', 'let the requests of a paused app through again').action((app: string, flags: ServerFlag) =>
    run((context) => resume(context, app, flags))(),
  );
  onApp('remove', 'remove an app with its releases, images and settings; there is no way back')
    .option('--yes', 'without asking; needed where there is no terminal')
    .action((app: string, flags: Parameters<typeof remove>[2]) => run((context) => remove(context, app, flags))());
  addSettingsOptions(onApp('settings', 'show the settings of an app, or change those that are given, as a new release'))
    .option('--unset <KEY>', 'without this variable (again for more)', collect, [])
    .option('--no-domains', 'without any domain of your own')
    .action((app: string, flags: Parameters<typeof settings>[2]) => run((context) => settings(context, app, flags))());
  onApp('lease', 'who holds the right to change an app now').action((app: string, flags: ServerFlag) =>
    run((context) => lease(context, app, flags))(),
  );
}
