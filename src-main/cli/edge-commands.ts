import type { Command } from 'commander';
import type { EdgeUpdateWay } from '../contract/index.ts';
import { askYesNo, canAsk } from './ask.ts';
import type { CommandContext } from './command-context.ts';
import { onlyServer, type ServerFlag } from './find.ts';
import { showJob } from './job-progress.ts';
import { type RunCommand, serverCommands } from './options.ts';
import { edgeDiff } from './route-commands.ts';

interface UpdateFlags extends ServerFlag {
  readonly withGap?: boolean;
  readonly force?: boolean;
  readonly yes?: boolean;
  readonly plan?: boolean;
}

/** `longshore edge …`. */
export function addEdgeCommands(program: Command, run: RunCommand): void {
  const command = serverCommands(program, 'edge', 'what takes visitors in, and leads them on');
  command('diff', 'what differs between what is there and runs, and what Longshore would write').action((flags: ServerFlag) =>
    run((context) => edgeDiff(context, flags))(),
  );
  command('update', 'renew the edge itself with the newest image of its HAProxy; a second one serves meanwhile, so that nobody meets a gap')
    .option('--plan', 'only say what there is to do, and what visitors are to expect')
    .option('--force', 'also when there is nothing to do')
    .option('--with-gap', 'without a second edge: nobody is served for some seconds')
    .option('--yes', 'do not ask first')
    .action((flags: UpdateFlags) => run((context) => updateEdge(context, flags))());
}

async function updateEdge(context: CommandContext, flags: UpdateFlags): Promise<undefined> {
  const { output, services, signal } = context;
  const session = await onlyServer(context, flags);
  const { name, id } = session.profile;
  const way: EdgeUpdateWay = flags.withGap ? 'with-a-gap' : 'behind-a-second';
  const plan = await services.edge.plan(session, way);
  const words = [
    `The edge of ${name} is HAProxy ${plan.version ?? 'of an unknown version'}.`,
    ...(plan.reasons.length > 0 ? plan.reasons : ['As far as this server knows there is nothing to do.']),
    ...plan.expect,
  ];
  if (flags.plan) {
    output.result({ server: name, ...plan }, words.join('\n'));
    return undefined;
  }
  for (const line of words) output.note(line);
  if (!flags.yes && canAsk() && !(await askYesNo('Go on?'))) return undefined;
  const job = await showJob(services.edge.update(id, way, flags.force ?? false), services, output, signal);
  const done = job.stages.findLast(({ state, detail }) => state === 'done' && detail !== '')?.detail ?? '';
  const nothing = job.stages.some(({ id: stage, state }) => stage === 'image' && state === 'already');
  output.result(
    { server: name, renewed: !nothing, steps: job.stages.map(({ id: stage, state, detail }) => ({ id: stage, state, detail })) },
    nothing ? `The edge of ${name} is the newest there is.` : `The edge of ${name} was renewed: ${done}.`,
  );
  return undefined;
}
