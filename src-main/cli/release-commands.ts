import { appName, ExpectedError, type Release, type ReleaseComparison, type ReleaseIdentity } from '../contract/index.ts';
import { parseArgument } from './arguments.ts';
import type { CommandContext } from './command-context.ts';
import { findApp, type ServerFlag } from './find.ts';
import { showJob } from './job-progress.ts';
import { table } from './output.ts';

interface ReleasesFlags extends ServerFlag {
  /** True without a value. */
  readonly changes?: string | true;
}

export async function releases(context: CommandContext, name: string, flags: ReleasesFlags): Promise<undefined> {
  const { output, services } = context;
  const app = parseArgument(appName, name, 'APP');
  const range = typeof flags.changes === 'string' ? parseRange(flags.changes, app) : null;
  const session = await findApp(context, { app, server: flags.server, intent: 'reads' });
  if (range) {
    const comparison = await services.apps.compare(session, app, range.from, range.to);
    output.result({ comparisons: [comparison] }, comparisonText(comparison));
    return undefined;
  }
  const list = await services.apps.releases(session, app);
  const none = `${app} has no release.`;
  if (flags.changes) {
    const comparisons = list.flatMap(({ comparison }) => comparison ?? []);
    const texts = list.map(({ record, comparison }) =>
      comparison ? comparisonText(comparison) : `${head(record)}, the first known release`,
    );
    output.result({ comparisons }, list.length === 0 ? none : texts.join('\n\n'));
  } else output.result({ releases: list }, list.length === 0 ? none : table(list.map(releaseRow)));
  return undefined;
}

function releaseRow({ record, state, note }: Release): string[] {
  return [`r${record.number}`, state, minute(record.createdAt), record.by, record.source?.path ?? '', note];
}

function minute(at: number): string {
  return new Date(at).toISOString().slice(0, 16).replace('T', ' ');
}

function head({ number, createdAt, by }: Pick<ReleaseIdentity, 'number' | 'createdAt' | 'by'>): string {
  return `r${number}, ${minute(createdAt)}, ${by}`;
}

/** Who made it when, and what it changed, a line each. */
function comparisonText({ from, to, changes }: ReleaseComparison): string {
  const rows = changes.length === 0 ? [['Nothing: the same image and settings']] : changes.map(({ what, text }) => [what, text]);
  return [
    `${head(to)}, against r${from.number}`,
    ...table(rows)
      .split('\n')
      .map((line) => `  ${line}`),
  ].join('\n');
}

/** `1..3` or `r1..r3`: the way from one release to another, also back. Throws `invalid-input`. */
export function parseRange(text: string, app: string): { readonly from: number; readonly to: number } {
  const [, from, to] = /^r?([1-9]\d{0,8})\.\.r?([1-9]\d{0,8})$/.exec(text) ?? [];
  if (from !== undefined && to !== undefined) return { from: Number(from), to: Number(to) };
  throw new ExpectedError('invalid-input', `“${text}” does not say which two releases to compare.`, {
    next: `Write it as 1..3, with numbers that longshore releases ${app} lists.`,
  });
}

export async function rollBack(context: CommandContext, name: string, number: string | undefined, flags: ServerFlag): Promise<undefined> {
  const { output, services, signal } = context;
  const app = parseArgument(appName, name, 'APP');
  const wanted = number === undefined ? null : Number(/^r?(\d+)$/.exec(number)?.[1] ?? Number.NaN);
  if (wanted !== null && !Number.isInteger(wanted))
    throw new ExpectedError('invalid-input', `“${number}” is not the number of a release.`, {
      next: `longshore releases ${app} lists them.`,
    });
  const session = await findApp(context, { app, server: flags.server, intent: 'changes' });
  const job = await showJob(services.deploys.rollBack(session.profile.id, app, wanted), services, output, signal);
  if (!job.result) throw new Error('A rollback succeeded without a result');
  output.result(job.result, `r${job.result.release} is live again: ${job.result.url}`);
  return undefined;
}
