import {
  type AcmeDirectory,
  type Certificate,
  type CertificateChallenge,
  type CertificatesOverview,
  certificateRequest,
  challengeKind,
  dayInWords,
  dnsProvider,
  dnsProviders,
  ExpectedError,
  hostName,
  httpsMode,
} from '../contract/index.ts';
import { parseArgument } from './arguments.ts';
import type { CommandContext } from './command-context.ts';
import { onlyServer, type ServerFlag } from './find.ts';
import { showJob } from './job-progress.ts';
import { table } from './output.ts';
import { readTextFile } from './read-text-file.ts';

const dayMs = 86_400_000;

export async function listCertificates(context: CommandContext, flags: ServerFlag): Promise<undefined> {
  const session = await onlyServer(context, flags);
  const overview = await context.services.certificates.list(session, context.signal);
  context.output.result({ server: session.profile.name, ...overview }, overviewInWords(overview));
  return undefined;
}

export interface ObtainFlags extends ServerFlag {
  readonly staging?: boolean;
  readonly directory?: string;
  readonly root?: string;
  /** The key ID of an account that the authority gave, and a file with its MAC key. */
  readonly eabKid?: string;
  readonly eabHmacKey?: string;
  readonly email?: string;
  readonly rsa?: boolean;
  readonly renew?: boolean;
  /** A provider whose DNS proves that the names are the user's, instead of port 80. */
  readonly dns?: string;
  /** A file with what gives access to it; without one what is on the server. */
  readonly credentials?: string;
  readonly propagationSeconds?: string;
}

export async function obtainCertificate(context: CommandContext, names: readonly string[], flags: ObtainFlags): Promise<undefined> {
  const { services, output, signal } = context;
  const request = parseArgument(
    certificateRequest,
    {
      names: names.map((name) => name.toLowerCase()),
      directory: await directoryFrom(flags),
      challenge: await challengeFrom(flags),
      email: flags.email ?? null,
      key: flags.rsa ? 'rsa' : 'ecdsa',
      renew: flags.renew ?? false,
    },
    'the request',
  );
  const session = await onlyServer(context, flags);
  await showJob(services.certificates.obtain(session.profile.id, request), services, output, signal);
  const { certificates } = await services.certificates.list(session, signal);
  const found = certificates.find((each) => request.names.every((name) => each.names.includes(name)));
  output.result(
    { server: session.profile.name, certificate: found ?? null },
    found ? `${found.names.join(', ')}: valid until ${dayInWords(found.notAfter)}; ${session.profile.name} renews it by itself.` : 'Done.',
  );
  return undefined;
}

async function challengeFrom({ dns, credentials, propagationSeconds }: ObtainFlags): Promise<CertificateChallenge> {
  if (dns === undefined) {
    if (credentials === undefined && propagationSeconds === undefined) return { kind: 'http' };
    throw new ExpectedError('invalid-input', '--credentials and --propagation-seconds are for --dns.', {
      next: 'Say which provider: --dns NAME.',
    });
  }
  return {
    kind: 'dns',
    provider: parseArgument(dnsProvider, dns, `--dns (${dnsProvider.options.join(', ')})`),
    credentials: credentials === undefined ? null : await readTextFile(credentials),
    propagationSeconds: propagationSeconds === undefined ? null : Number(propagationSeconds),
  };
}

async function directoryFrom({ staging, directory, root, eabKid, eabHmacKey }: ObtainFlags): Promise<AcmeDirectory> {
  if ((eabKid === undefined) !== (eabHmacKey === undefined)) {
    throw new ExpectedError('invalid-input', '--eab-kid and --eab-hmac-key belong together.', {
      next: 'Give the key ID itself, and a file with the MAC key.',
    });
  }
  if (directory !== undefined) {
    const account =
      eabKid === undefined || eabHmacKey === undefined ? null : { keyId: eabKid, hmacKey: (await readTextFile(eabHmacKey)).trim() };
    return { kind: 'other', url: directory, root: root === undefined ? null : await readTextFile(root), account };
  }
  if (root !== undefined || eabKid !== undefined) {
    throw new ExpectedError('invalid-input', '--root and --eab-kid are for another authority.', {
      next: 'Give its address by --directory.',
    });
  }
  return { kind: staging ? 'letsencrypt-staging' : 'letsencrypt' };
}

export interface InstallFlags extends ServerFlag {
  readonly cert: string;
  readonly key: string;
}

export async function installCertificate(context: CommandContext, flags: InstallFlags): Promise<undefined> {
  const [chain, key] = [await readTextFile(flags.cert), await readTextFile(flags.key)];
  const session = await onlyServer(context, flags);
  const { name, warning } = await context.services.certificates.install(session, chain, key);
  if (warning !== null) context.output.note(warning);
  context.output.result({ server: session.profile.name, name, warning }, `${name} is served.`);
  return undefined;
}

export async function removeCertificate(context: CommandContext, name: string, flags: ServerFlag): Promise<undefined> {
  const session = await onlyServer(context, flags);
  await context.services.certificates.remove(session, name);
  context.output.result({ server: session.profile.name, removed: name }, `Removed ${name}: its names are not served by https any more.`);
  return undefined;
}

export async function setHttps(context: CommandContext, host: string, mode: string, flags: ServerFlag): Promise<undefined> {
  const named = parseArgument(hostName, host.toLowerCase(), 'HOST');
  const wanted = mode === 'off' ? null : parseArgument(httpsMode, mode, 'MODE (redirect, hsts or off)');
  const session = await onlyServer(context, flags);
  if (wanted !== null) {
    const { hosts } = await context.services.certificates.list(session, context.signal);
    // Visitors would be sent to where nobody answers.
    if (hosts.find((each) => each.host === named)?.certificate == null) {
      throw new ExpectedError('not-found', `${named} has no certificate on ${session.profile.name}, or leads to no app.`, {
        next: `Get one: longshore certs get ${named}`,
      });
    }
  }
  await context.services.certificates.setHttps(session, named, wanted);
  context.output.result({ server: session.profile.name, host: named, https: wanted }, `${named}: ${httpsInWords(wanted)}.`);
  return undefined;
}

export async function removeRenewer(context: CommandContext, flags: ServerFlag & { readonly challenge?: string }): Promise<undefined> {
  const challenge = flags.challenge === undefined ? undefined : parseArgument(challengeKind, flags.challenge, '--challenge');
  const session = await onlyServer(context, flags);
  await context.services.certificates.removeRenewer(session, challenge);
  context.output.result(
    { server: session.profile.name },
    `Nothing on ${session.profile.name} renews certificates any more; those that are there are served until they end.`,
  );
  return undefined;
}

function overviewInWords({ certificates, hosts, renewers }: CertificatesOverview): string {
  const listed =
    certificates.length === 0
      ? 'No certificate yet. Get one: longshore certs get DOMAIN'
      : table(certificates.map((each) => [each.names.join(', '), each.issuer, each.key, untilInWords(each), stateInWords(each)]));
  const routed = hosts.map(({ host, app, certificate, https }) => [
    host,
    app ?? 'by a route',
    certificate ?? 'no certificate',
    httpsInWords(https),
  ]);
  const renewal = renewers.map(
    ({ challenge, running, lastRunAt, lastRunFailed }) =>
      `Renewing service${challenge === 'http' ? '' : ` for ${dnsProviders[challenge].title}`}: ${running ? 'runs' : 'does not run'}${lastRunAt === null ? '' : `, last run ${new Date(lastRunAt).toISOString()}${lastRunFailed ? ', which failed' : ''}`}`,
  );
  return [listed, ...(routed.length > 0 ? ['', table(routed)] : []), '', ...(renewal.length > 0 ? renewal : ['No renewing service'])].join(
    '\n',
  );
}

function untilInWords({ notAfter }: Certificate): string {
  const days = Math.floor((notAfter - Date.now()) / dayMs);
  return days < 0 ? `ended on ${dayInWords(notAfter)}` : `until ${dayInWords(notAfter)}, ${days} days`;
}

function stateInWords({ served, source, renewalFailure }: Certificate): string {
  if (renewalFailure !== null) return `not renewed: ${renewalFailure.split('\n')[0] ?? ''}`;
  if (!served) return 'not served';
  return `${served.same ? 'served' : 'another one is served'}, ${source === 'acme' ? 'renews itself' : 'your own'}`;
}

function httpsInWords(mode: 'redirect' | 'hsts' | null): string {
  if (mode === null) return 'http and https';
  return mode === 'redirect' ? 'http is sent to https' : 'http is sent to https, and browsers remember it';
}
