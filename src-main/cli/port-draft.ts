import { ExpectedError, type PortDraft, type PortKey, portDraft, portKey } from '../contract/index.ts';
import { parseArgument } from './arguments.ts';

export interface PortFlags {
  readonly to?: string;
  readonly allow?: readonly string[];
  readonly proxyProtocol?: boolean;
}

/** `5432`, `5432/tcp`, `53/udp`, as Docker takes them. */
export function portKeyFrom(text: string): PortKey {
  const [, port, protocol = 'tcp'] = /^(\d{1,5})(?:\/(tcp|udp))?$/.exec(text) ?? [];
  if (port === undefined) throw invalid(`“${text}” is not a port: write 5432, or 53/udp.`);
  return parseArgument(portKey, { port: Number(port), protocol }, 'the port');
}

/** `--to` is `app:NAME[:PORT]` or `HOST:PORT`. Throws `invalid-input`. */
export function portFrom(text: string, { to, allow, proxyProtocol }: PortFlags): PortDraft {
  return parseArgument(
    portDraft,
    { ...portKeyFrom(text), target: targetFrom(to ?? ''), allow: allow ?? [], proxyProtocol: proxyProtocol ?? false },
    'the port',
  );
}

function targetFrom(given: string): PortDraft['target'] {
  const app = /^app:([^:]+)(?::(\d+))?$/.exec(given);
  if (app) return { kind: 'app', app: app[1] ?? '', port: app[2] === undefined ? null : Number(app[2]) };
  const address = /^([^:/]+):(\d+)$/.exec(given);
  if (address) return { kind: 'address', host: (address[1] ?? '').toLowerCase(), port: Number(address[2]) };
  throw invalid(`“${given}” is nowhere a port can lead to.`);
}

function invalid(message: string): ExpectedError {
  return new ExpectedError('invalid-input', message, { next: 'longshore ports add --help says what there is.' });
}
