import { lookup } from 'node:dns/promises';
import { poll } from '../base/wait.ts';
import { type CertificateRequest, ExpectedError, named } from '../contract/index.ts';
import type { Jobs, StageContext } from '../jobs/types.ts';
import type { ServerSession } from '../servers/types.ts';
import { authorityName, authorityReason, certbotArguments, certificateName } from './certbot.ts';
import { covers, factsOf } from './facts.ts';
import { servedFor } from './handshake.ts';
import { ownPrefix } from './own.ts';
import { ensureRenewer, folder, hookFile, rootsFile } from './renewer.ts';

const orderWithinMs = 10 * 60_000;
const servedWithinMs = 60_000;

const stages = [
  { id: 'check', title: 'Check the names' },
  { id: 'renewer', title: 'Start the certificate service' },
  { id: 'order', title: 'Ask for the certificate' },
  { id: 'serve', title: 'Serve it' },
  { id: 'redirect', title: 'Send plain requests to https' },
] as const;

/** Starts getting a certificate as a job, and returns the job's id. Throws `busy`. */
export function startObtain(jobs: Jobs, session: ServerSession, request: CertificateRequest): string {
  const names = [...new Set(request.names)];
  return jobs.start({
    kind: 'certificate',
    title: `Certificate for ${named(names, 2)} on ${session.profile.name}`,
    server: session.profile.id,
    app: null,
    stages,
    run: async (job) => {
      const asked = { ...request, names };
      const hosts = await job.stage('check', (stage) => checkNames(session, asked, stage));
      const container = await job.stage('renewer', async (stage) => {
        const renewer = await ensureRenewer(session, stage.signal, (line) => stage.log(line));
        await writeRoots(session, renewer.container, asked, stage.signal);
        if (!renewer.made) stage.already('it runs');
        return renewer.container;
      });
      // What certbot has begun it ends by itself, with or without this computer.
      job.commit(`${authorityName(request.directory)} is being asked, and what it gives will be served`);
      await job.stage('order', (stage) => order(session, container, asked, stage));
      await job.stage('serve', (stage) => untilServed(session, asked, stage));
      await job.stage('redirect', async (stage) => {
        // A certificate that no browser trusts would lock visitors out.
        if (request.directory.kind === 'letsencrypt-staging') stage.already('not for a certificate that browsers do not trust');
        else await redirect(session, hosts, stage);
      });
    },
  });
}

/** Returns the hosts of apps that the certificate is for. */
async function checkNames(session: ServerSession, request: CertificateRequest, stage: StageContext): Promise<readonly string[]> {
  const { connection, edge } = session;
  await connection.ready(stage.signal);
  const wildcard = request.names.find((name) => name.startsWith('*.'));
  if (wildcard) {
    throw new ExpectedError('invalid-input', `A certificate for ${wildcard} needs an entry in its DNS, which Longshore cannot make yet`, {
      next: 'Ask for the single names, or give a certificate of your own.',
    });
  }
  const own = (await edge.certificates(stage.signal)).filter(({ name }) => name.startsWith(ownPrefix));
  for (const { name, chain } of own) {
    const taken = request.names.find((host) => covers(factsOf(chain)?.names ?? [], host));
    if (!taken) continue;
    throw new ExpectedError('name-taken', `${taken} is served with a certificate of your own`, {
      next: `Remove the certificate ${name} first.`,
    });
  }
  for (const name of request.names) await noteAddress(name, connection.address, stage);
  const { hosts } = await edge.readLive();
  const unrouted = request.names.filter((name) => !Object.hasOwn(hosts, name));
  if (unrouted.length > 0) stage.log(`No app has ${named(unrouted)} as a domain yet.`, 'note');
  stage.detail(named(request.names, 3));
  return request.names.filter((name) => Object.hasOwn(hosts, name));
}

/** Only a note: the authority looks names up by itself, and this computer may see another address than the world. */
async function noteAddress(name: string, address: string | null, stage: StageContext): Promise<void> {
  try {
    const found = (await lookup(name, { all: true })).map((entry) => entry.address);
    if (address !== null && !found.includes(address)) {
      stage.log(`${name} leads to ${found.join(' and ')} as seen from here, and this server is ${address}.`, 'note');
    }
  } catch {
    stage.log(`${name} has no address as seen from here: if the authority sees none either, it will refuse.`, 'note');
  }
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

async function order(
  { docker, connection }: ServerSession,
  container: string,
  request: CertificateRequest,
  stage: StageContext,
): Promise<void> {
  const authority = authorityName(request.directory);
  stage.detail(authority);
  const withRoots = `if [ -s ${rootsFile} ]; then export REQUESTS_CA_BUNDLE=${rootsFile}; fi; exec "$@"`;
  const argv = ['sh', '-c', withRoots, 'sh', ...certbotArguments(request)];
  let output = '';
  const code = await poll(
    async () => {
      const result = await docker.exec(container, argv, { timeoutMs: orderWithinMs });
      output = `${result.stdout}\n${result.stderr}`.trim();
      // The one that renews may be at work.
      return /Another instance of Certbot is already running/i.test(output) ? undefined : result.code;
    },
    { everyMs: 2_000, withinMs: 120_000, signal: stage.signal },
  );
  for (const line of output.split('\n')) stage.log(line);
  if (code !== 0) {
    const reason = authorityReason(output);
    throw new ExpectedError('command-failed', reason ? `${authority} refuses: ${reason}` : `${authority} gave no certificate`, {
      detail: output,
      next: `Each name has to lead to ${connection.address ?? 'this server'} by DNS, with its port 80 open to the world; then try again.`,
    });
  }
  // It may have been there already, and never have come to the edge.
  const deployed = await docker.exec(container, [
    'sh',
    '-c',
    `RENEWED_LINEAGE="${folder}/live/$1" exec python3 ${hookFile} deploy`,
    'sh',
    certificateName(request.names),
  ]);
  if (deployed.code === 0) return;
  throw new ExpectedError('edge-failed', 'The certificate is there, and HAProxy did not take it', {
    detail: deployed.stderr || deployed.stdout,
    next: 'Try again; if it stays like this, run the set-up of this server.',
  });
}

async function untilServed({ connection, edge }: ServerSession, request: CertificateRequest, stage: StageContext): Promise<void> {
  const name = certificateName(request.names);
  const chain = (await edge.certificates(stage.signal)).find((each) => each.name === name)?.chain ?? '';
  const facts = factsOf(chain);
  for (const host of request.names) {
    const served = await poll(
      async () => {
        const seen = await servedFor(connection, host, stage.signal);
        return seen !== null && seen.serial === facts?.serial ? seen : undefined;
      },
      { everyMs: 250, withinMs: servedWithinMs, signal: stage.signal },
    );
    if (served) continue;
    throw new ExpectedError('edge-failed', `The edge does not serve the new certificate for ${host}`, {
      next: 'Another certificate may be served for that name: look at the list of certificates.',
    });
  }
  stage.detail(facts ? `valid until ${new Date(facts.notAfter).toISOString().slice(0, 10)}` : '');
}

async function redirect({ edge }: ServerSession, hosts: readonly string[], stage: StageContext): Promise<void> {
  const before = (await edge.readLive()).https;
  const open = hosts.filter((host) => before[host] === undefined);
  for (const host of open) await edge.setHttps(host, 'redirect', stage.signal);
  if (open.length === 0) stage.already(hosts.length === 0 ? 'no app has these names' : 'they are sent there');
  else stage.detail(named(open, 3));
}
