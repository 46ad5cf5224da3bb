import { poll } from '../base/wait.ts';
import { type CertificateRequest, dayInWords, ExpectedError, named } from '../contract/index.ts';
import type { Jobs, StageContext } from '../jobs/types.ts';
import type { ServerSession } from '../servers/types.ts';
import { authorityName, certificateName, hostOf } from './certbot.ts';
import { checkNames } from './check-names.ts';
import { factsOf } from './facts.ts';
import { servedFor } from './handshake.ts';
import { order, prepareOrder } from './order.ts';
import { ensureRenewer, removeRenewer } from './renewer.ts';
import { renewerBy } from './renewers.ts';

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
        const { challenge } = asked;
        const renewer = renewerBy(challenge.kind === 'dns' ? challenge.provider : 'http');
        const { container, was } = await ensureRenewer(renewer, session, stage.signal, (line) => stage.log(line));
        try {
          await prepareOrder(session, container, asked, stage);
        } catch (error) {
          if (was === 'absent') await removeRenewer(session.docker, renewer.challenge);
          throw error;
        }
        if (was === 'current') stage.already('it runs');
        return container;
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

async function untilServed({ connection, edge }: ServerSession, request: CertificateRequest, stage: StageContext): Promise<void> {
  const name = certificateName(request.names);
  const chain = (await edge.certificates(stage.signal)).find((each) => each.name === name)?.chain ?? '';
  const facts = factsOf(chain);
  for (const host of request.names) {
    const served = await poll(
      async () => {
        const seen = await servedFor(connection, hostOf(host), stage.signal);
        return seen !== null && seen.serial === facts?.serial ? seen : undefined;
      },
      { everyMs: 250, withinMs: servedWithinMs, signal: stage.signal },
    );
    if (served) continue;
    throw new ExpectedError('edge-failed', `The edge does not serve the new certificate for ${host}`, {
      next: 'Another certificate may be served for that name: look at the list of certificates.',
    });
  }
  stage.detail(facts ? `valid until ${dayInWords(facts.notAfter)}` : '');
}

async function redirect({ edge }: ServerSession, hosts: readonly string[], stage: StageContext): Promise<void> {
  const before = (await edge.readLive()).https;
  const open = hosts.filter((host) => before[host] === undefined);
  for (const host of open) await edge.setHttps(host, 'redirect', stage.signal);
  if (open.length === 0) stage.already(hosts.length === 0 ? 'no app has these names' : 'they are sent there');
  else stage.detail(named(open, 3));
}
