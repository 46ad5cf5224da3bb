import { type Command, InvalidArgumentError, Option } from 'commander';
import type { CommandContext } from './command-context.ts';

/** Makes a command's action: opens what it needs, prints its error, always closes. */
export type RunCommand = (command: (context: CommandContext) => Promise<number | undefined>) => () => Promise<void>;

/** For an option that may be given again. */
export function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

export function wholeNumber(value: string): number {
  if (!/^\d{1,9}$/.test(value)) throw new InvalidArgumentError('It is a whole number.');
  return Number(value);
}

export function gzipLevel(value: string): number {
  if (!/^[0-9]$/.test(value)) throw new InvalidArgumentError('It is a level from 0 to 9.');
  return Number(value);
}

export function jsonOption(): Option {
  return new Option('--json', 'print the result as JSON, on the last line');
}

export function serverOption(): Option {
  return new Option('--server <name>', 'the server, where the name of the app is not unique');
}

/** A group of commands on what a server has beside its apps. Returns what adds one to it. */
export function serverCommands(program: Command, name: string, description: string): (usage: string, description: string) => Command {
  const group = program.command(name).description(description);
  return (usage, what) =>
    group.command(usage).description(what).option('--server <name>', 'the server, where there is more than one').addOption(jsonOption());
}
