import { counted, type PortsView, type PortView, portInWords, portTargetInWords } from '../contract/index.ts';
import type { CommandContext } from './command-context.ts';
import { onlyServer, type ServerFlag } from './find.ts';
import { table } from './output.ts';
import { type PortFlags, portFrom, portKeyFrom } from './port-draft.ts';

export type { PortFlags };

export async function listPorts(context: CommandContext, flags: ServerFlag): Promise<undefined> {
  const session = await onlyServer(context, flags);
  show(context, session.profile.name, await context.services.ports.list(session, context.signal));
  return undefined;
}

export async function addPort(context: CommandContext, text: string, flags: PortFlags & ServerFlag): Promise<undefined> {
  const port = portFrom(text, flags);
  const session = await onlyServer(context, flags);
  show(context, session.profile.name, await context.services.ports.change(session, { do: 'add', port }, context.signal));
  return undefined;
}

/** All of it as given: what is not given is none. */
export async function editPort(context: CommandContext, text: string, flags: PortFlags & ServerFlag): Promise<undefined> {
  const port = portFrom(text, flags);
  const session = await onlyServer(context, flags);
  show(context, session.profile.name, await context.services.ports.change(session, { do: 'edit', port }));
  return undefined;
}

export async function removePort(context: CommandContext, text: string, flags: ServerFlag): Promise<undefined> {
  const port = portKeyFrom(text);
  const session = await onlyServer(context, flags);
  show(context, session.profile.name, await context.services.ports.change(session, { do: 'remove', port }));
  return undefined;
}

function show({ output }: CommandContext, server: string, view: PortsView): void {
  const rows = view.ports.map((port) => [portInWords(port), portTargetInWords(port.target), stateInWords(port), rulesInWords(port)]);
  if (view.note !== null) output.note(view.note);
  output.result({ server, ...view }, rows.length === 0 ? `No port of ${server} leads anywhere beside 80 and 443.` : table(rows));
}

function stateInWords({ state, reason, connections }: PortView): string {
  const open = connections === null || connections === 0 ? '' : `, ${counted(connections, 'connection')}`;
  return `${state}${open}${reason === '' ? '' : `: ${reason}`}`;
}

function rulesInWords({ allow, proxyProtocol }: PortView): string {
  return [allow.length > 0 ? `only from ${allow.join(', ')}` : '', proxyProtocol ? 'PROXY protocol' : ''].filter(Boolean).join('; ');
}
