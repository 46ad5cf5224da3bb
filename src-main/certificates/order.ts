import { poll } from '../base/wait.ts';
import { type CertificateRequest, dnsProviders, ExpectedError } from '../contract/index.ts';
import type { Docker } from '../docker/types.ts';
import type { StageContext } from '../jobs/types.ts';
import type { ServerSession } from '../servers/types.ts';
import { accountSettings, adviceOn, authorityName, authorityReason, certbotArguments, certificateName } from './certbot.ts';
import { askScript, credentialsOf, pluginReason, propagationIn, withoutSecrets } from './dns.ts';
import { renewerStates } from './renewer-state.ts';
import { credentialsFile, folder, hookFile, rootsFile } from './renewers.ts';

const orderWithinMs = 10 * 60_000;
/** Certbot does one thing at a time; a renewal by DNS waits up to two minutes for each certificate. */
const othersWithinMs = 5 * 60_000;

/** Makes all ready that certbot needs beside its command line. Throws `invalid-input` where credentials are missing. */
export async function prepareOrder(
  session: ServerSession,
  container: string,
  request: CertificateRequest,
  { signal }: Pick<StageContext, 'signal'>,
): Promise<void> {
  await writeRoots(session, container, request, signal);
  const { challenge } = request;
  if (challenge.kind !== 'dns' || challenge.credentials !== null) return;
  const there = await session.docker.exec(container, ['test', '-s', credentialsFile], { signal });
  if (there.code === 0) return;
  const { title } = dnsProviders[challenge.provider];
  throw new ExpectedError('invalid-input', `There are no credentials for ${title} on ${session.connection.name} yet`, {
    next: 'Give them with the names: they are then kept on the server.',
  });
}

/** Makes the root of an authority of one's own known to certbot, beside those that it knows. */
async function writeRoots(session: ServerSession, container: string, request: CertificateRequest, signal: AbortSignal): Promise<void> {
  if (request.directory.kind !== 'other' || request.directory.root === null) return;
  const script = `set -eu
umask 077
cat > ${rootsFile}.given
touch ${rootsFile}.own
# Each root once, however often it is given.
if ! grep -qF "$(sed -n 3p ${rootsFile}.given)" ${rootsFile}.own; then cat ${rootsFile}.given >> ${rootsFile}.own; fi
python3 -c 'import certifi; print(open(certifi.where()).read())' | cat - ${rootsFile}.own > ${rootsFile}.new
mv ${rootsFile}.new ${rootsFile}
rm ${rootsFile}.given`;
  const result = await session.docker.exec(container, ['sh', '-c', script], { input: `${request.directory.root.trim()}\n`, signal });
  if (result.code === 0) return;
  throw new ExpectedError('command-failed', `The root of ${authorityName(request.directory)} could not be written`, {
    detail: result.stderr,
    next: `Check the free space of ${session.connection.name}, and try again.`,
  });
}

/** Has certbot get the certificate and hand it to the edge. Credentials and an account go along on standard input, never in an argument or a log line. */
export async function order(session: ServerSession, container: string, request: CertificateRequest, stage: StageContext): Promise<void> {
  const { docker, connection } = session;
  const authority = authorityName(request.directory);
  stage.detail(authority);
  const credentials = credentialsOf(request);
  const seconds = await propagationSeconds(session, container, request);
  const account = accountSettings(request.directory);
  const how = [credentials === null ? 'kept' : 'given', String(Buffer.byteLength(account))];
  const argv = ['sh', '-c', askScript, 'sh', ...how, ...certbotArguments(request, seconds)];
  const secret = `${account}${credentials ?? ''}`;
  const timeoutMs = orderWithinMs + (seconds ?? 0) * 1_000;
  let output = '';
  let waiting = false;
  const code = await poll(
    async () => {
      const result = await docker.exec(container, argv, { timeoutMs, ...(secret === '' ? {} : { input: secret }) });
      output = withoutSecrets(`${result.stdout}\n${result.stderr}`.trim(), secret);
      if (!/Another instance of Certbot is already running/i.test(output)) return result.code;
      if (!waiting) stage.log('Certbot is renewing certificates at this moment: waiting for it.', 'note');
      waiting = true;
      return undefined;
    },
    { everyMs: 2_000, withinMs: othersWithinMs, signal: stage.signal },
  );
  if (code === undefined) {
    throw new ExpectedError('busy', `Certbot on ${connection.name} is renewing certificates and has not come to an end`, {
      next: 'Try again in some minutes.',
    });
  }
  for (const line of output.split('\n')) stage.log(line);
  if (code !== 0) throw refusal(request, output, connection);
  // It may have been there already, and never have come to the edge.
  const deployed = await docker.exec(container, [
    'sh',
    '-c',
    `RENEWED_LINEAGE="${folder}/live/$1" exec python3 ${hookFile} deploy`,
    'sh',
    certificateName(request.names),
  ]);
  if (deployed.code !== 0) {
    throw new ExpectedError('edge-failed', 'The certificate is there, and HAProxy did not take it', {
      detail: deployed.stderr || deployed.stdout,
      next: 'Try again; if it stays like this, run the set-up of this server.',
    });
  }
  await forgetElsewhere(session, container, request, stage);
}

/** How long an entry in the DNS is given: as asked for, else as the last time; null for as long as the plugin thinks best. */
async function propagationSeconds(
  { docker }: Pick<ServerSession, 'docker'>,
  container: string,
  { challenge, names }: CertificateRequest,
): Promise<number | null> {
  if (challenge.kind === 'http') return null;
  if (challenge.propagationSeconds !== null) return challenge.propagationSeconds;
  const before = await docker.exec(container, ['cat', `${folder}/renewal/${certificateName(names)}.conf`]);
  return before.code === 0 ? propagationIn(before.stdout, challenge.provider) : null;
}

function refusal(request: CertificateRequest, output: string, { address, name }: ServerSession['connection']): ExpectedError {
  const { challenge } = request;
  const authority = authorityName(request.directory);
  const reason = authorityReason(output);
  if (challenge.kind === 'http') {
    return new ExpectedError('command-failed', reason ? `${authority} refuses: ${reason}` : `${authority} gave no certificate`, {
      detail: output,
      next:
        (reason && adviceOn(reason)) ??
        `Each name has to lead to ${address ?? 'this server'} by DNS, with its port 80 open to the world; then try again.`,
    });
  }
  const { title } = dnsProviders[challenge.provider];
  const plugin = pluginReason(output);
  if (reason === null && plugin !== null) {
    return new ExpectedError('command-failed', `${title} did not take the entry that is asked for: ${plugin}`, {
      detail: output,
      next: `Check the credentials, and that they may change the DNS of these names; those that were on ${name} before are kept.`,
    });
  }
  return new ExpectedError('command-failed', reason ? `${authority} refuses: ${reason}` : `${authority} gave no certificate`, {
    detail: output,
    next:
      (reason && adviceOn(reason)) ??
      `The DNS of each name has to be at ${title}; an entry may also need more time to be seen everywhere: give it more seconds.`,
  });
}

/** The same names may have been got by another kind of challenge before: two that renew one certificate would take turns for ever. */
async function forgetElsewhere(
  { docker }: Pick<ServerSession, 'docker'>,
  container: string,
  request: CertificateRequest,
  stage: StageContext,
): Promise<void> {
  const name = certificateName(request.names);
  for (const other of await renewerStates(docker)) {
    if (other.container === null || other.container === container || !other.certificates.includes(name)) continue;
    const failure = await forget(docker, other.container, name);
    if (failure !== null) stage.log(`The service of ${other.challenge} could not forget ${name}: ${failure}`, 'note');
  }
}

/** Has certbot forget a certificate. Returns what it said when it could not, null when it is gone. */
export async function forget(docker: Pick<Docker, 'exec'>, container: string, name: string, signal?: AbortSignal): Promise<string | null> {
  const argv = ['certbot', 'delete', '--non-interactive', '--cert-name', name];
  const { code, stdout, stderr } = await docker.exec(container, argv, { signal });
  const said = `${stdout}\n${stderr}`.trim();
  // One that it never knew, or forgot already, is as good.
  return code === 0 || /No certificate found|No such|not found/i.test(said) ? null : said;
}
