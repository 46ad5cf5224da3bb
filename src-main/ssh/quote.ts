import { ExpectedError } from '../contract/index.ts';

/**
 * The one place where data becomes part of a command line: SSH's exec request carries a string that the user's login shell reads.
 *
 * Everything is put between single quotes, in which POSIX shells (XCU 2.2.2) know no special character. A single quote is
 * written as `'\''`. A backslash is written outside as well, `'\\'`, since fish reads `\\` and `\'` inside single quotes as escapes;
 * for POSIX shells that is the same character.
 */
export function quoteArgument(argument: string): string {
  // C strings end there: the server would run something else than was asked for.
  if (argument.includes('\0')) throw new ExpectedError('invalid-input', 'An argument of a command cannot hold a NUL character.');
  return `'${argument.replace(/['\\]/g, (character) => `'\\${character}'`)}'`;
}

/** The command line that makes a shell run `argv[0]` with the other items as its arguments. Throws `invalid-input`. */
export function commandLine(argv: readonly string[]): string {
  // `env`, and a shell where quoting is lost, take a name with = for an assignment.
  if (!argv[0] || argv[0].includes('=')) throw new ExpectedError('invalid-input', 'A command needs the name of a program.');
  return argv.map(quoteArgument).join(' ');
}
