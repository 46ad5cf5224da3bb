/** Certificates by an entry in the DNS: a real DNS server that takes changes, certbot's plugin for it, and an ACME server that looks there. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { poll } from '../base/wait.ts';
import type { CertificateChallenge, CertificateRequest, JobSummary } from '../contract/index.ts';
import { startDeploy } from '../deploy/index.ts';
import { type Practice, practise, project } from '../deploy/practice-app.ts';
import type { Docker } from '../docker/types.ts';
import { servedFor } from './handshake.ts';
import { certificatesOverview, removeCertificate, removeRenewer, startObtain } from './index.ts';
import { type PracticeAcme, startPracticeAcme } from './practice-acme.ts';
import { type PracticeDns, startPracticeDns } from './practice-dns.ts';
import { renewerContainer } from './renewer.ts';

const SERVER = 'h-dns';
const ZONE = 'shop.test';
const names = [`*.${ZONE}`, ZONE];
const service = 'longshore-certificates-rfc2136';
/** Certbot renews what has less than 30 days left: such a certificate is due as soon as it is there. */
const validitySeconds = 20 * 86_400;

let practice: Practice;
let dns: PracticeDns;
let acme: PracticeAcme;
/** Every argument that Docker was given. */
const given: unknown[] = [];
let docker: Docker;

beforeAll(async () => {
  practice = await practise(SERVER);
  dns = await startPracticeDns(practice.server, ZONE);
  acme = await startPracticeAcme(practice.server, { validitySeconds, dnsServer: dns.address });
  docker = {
    ...practice.session.docker,
    exec: (container, argv, options) => {
      given.push(argv);
      return practice.session.docker.exec(container, argv, options);
    },
    runOnce: (options) => {
      given.push(options);
      return practice.session.docker.runOnce(options);
    },
    createService: (spec) => {
      given.push(spec);
      return practice.session.docker.createService(spec);
    },
  };
  const path = await project({});
  const settings = { domains: [`www.${ZONE}`] };
  await practice.succeeded(startDeploy(practice.deps, practice.request('shop', { path, settings })));
});
afterAll(async () => {
  await acme.stop();
  await dns.stop();
  await practice.end();
});

type ByDns = Extract<CertificateChallenge, { kind: 'dns' }>;

const obtain = (challenge: Partial<ByDns>, change: Partial<CertificateRequest> = {}): string =>
  startObtain(
    practice.deps.jobs,
    { ...practice.session, docker },
    {
      names,
      directory: { kind: 'other', url: acme.directory, root: acme.root, account: null },
      challenge: { kind: 'dns', provider: 'rfc2136', credentials: null, propagationSeconds: 1, ...challenge },
      email: null,
      key: 'ecdsa',
      renew: false,
      ...change,
    },
  );

const serial = async (host = `any.${ZONE}`): Promise<string | undefined> => (await servedFor(practice.connection, host))?.serial;

async function linesOf({ id }: JobSummary): Promise<string> {
  const lines: string[] = [];
  for await (const batch of practice.deps.jobs.log(id, new AbortController().signal)) lines.push(...batch.map(({ text }) => text));
  return lines.join('\n');
}

async function inService(script: string): Promise<string> {
  const container = (await renewerContainer(docker, 'rfc2136')) ?? '';
  return (await practice.session.docker.exec(container, ['sh', '-c', script])).stdout.trim();
}

describe('a wildcard certificate', () => {
  it('is refused over HTTP, and where nobody knows the credentials, and leaves no service behind', async () => {
    const http = await practice.ended(obtain({}, { challenge: { kind: 'http' } }));
    expect(http.error?.message).toContain(`*.${ZONE} is given for an entry in its DNS`);
    const unknown = await practice.ended(obtain({}));
    expect(unknown.error).toMatchObject({ code: 'invalid-input', message: expect.stringContaining('no credentials for') });
    expect((await certificatesOverview(practice.session)).renewers).toEqual([]);
  });

  it('is got by an entry in the DNS, which is taken back, and served to any name below', async () => {
    const job = await practice.succeeded(obtain({ credentials: dns.credentials() }));
    const { certificates, hosts, renewers } = await certificatesOverview(practice.session);
    expect(certificates).toEqual([
      expect.objectContaining({ name: `_.${ZONE}`, names: expect.arrayContaining(names), challenge: 'rfc2136', source: 'acme' }),
    ]);
    expect(certificates[0]?.served?.same).toBe(true);
    expect(renewers).toMatchObject([{ challenge: 'rfc2136', running: true }]);
    expect(hosts.find(({ host }) => host === `www.${ZONE}`)).toMatchObject({ certificate: `_.${ZONE}`, https: 'redirect' });
    expect(await serial()).toBe(await serial(ZONE));
    expect(await serial('other.test')).toBeUndefined();
    expect(await dns.textOf(`_acme-challenge.${ZONE}`)).toEqual([]);
    expect(await linesOf(job)).toContain('Successfully received certificate');
  });

  it('fails in words with wrong credentials, and those that work stay', async () => {
    const before = await serial();
    const wrong = Buffer.from('wrong'.repeat(12)).toString('base64');
    const job = await practice.ended(obtain({ credentials: dns.credentials(wrong) }, { renew: true }));
    expect(job.state).toBe('failed');
    expect(job.error?.message).toMatch(/^BIND, Knot or PowerDNS \(RFC 2136\) did not take the entry that is asked for: .*sign/i);
    const bare = await practice.ended(obtain({ credentials: wrong }, { renew: true }));
    expect(bare.error?.message).toContain('credentials');
    expect(`${JSON.stringify([job, bare])}${await linesOf(job)}${await linesOf(bare)}`).not.toContain(wrong);
    expect(await serial()).toBe(before);
    // Without a waiting time: that of the last time counts, or this would take a minute.
    await practice.succeeded(obtain({ propagationSeconds: null }, { renew: true }));
    expect(await serial()).not.toBe(before);
  });

  it('is renewed by the server alone, and served', async () => {
    const before = await serial();
    // What happens twice a day, and after each start of the service, happens now. Nobody asks from here.
    await practice.session.docker.killContainer((await renewerContainer(docker, 'rfc2136')) ?? '', 'SIGKILL');
    const renewed = await poll(async () => ((await serial()) === before ? undefined : true), { everyMs: 500, withinMs: 90_000 });
    expect(renewed).toBe(true);
    const last = await poll(async () => (await certificatesOverview(practice.session)).renewers[0]?.lastRunAt ?? undefined, {
      everyMs: 500,
      withinMs: 60_000,
    });
    expect(last).toBeGreaterThan(0);
    expect((await certificatesOverview(practice.session)).renewers[0]).toMatchObject({ lastRunFailed: false });
  });

  it('has its secret in one file of the server, and nowhere else', async () => {
    const { secret } = dns;
    expect(JSON.stringify(given)).toContain('--dns-rfc2136-credentials');
    expect(JSON.stringify(given)).not.toContain(secret);
    for (const job of practice.deps.jobs.list()) expect(JSON.stringify(job) + (await linesOf(job))).not.toContain(secret);
    expect(await inService(`grep -rlF '${secret}' /etc/letsencrypt /var/log /var/lib /root /tmp /etc/edge`)).toBe(
      '/etc/letsencrypt/credentials',
    );
    expect(await inService('stat -c "%a %u" /etc/letsencrypt/credentials')).toBe('600 0');
    const kept = await practice.connection.script(
      'docker service inspect "$1"; docker service logs "$1" 2>&1; docker inspect $(docker ps -q --filter name="$1")',
      [service],
      { asRoot: true },
    );
    expect(kept.stdout).toContain('Congratulations');
    expect(kept.stdout).not.toContain(secret);
  });

  it('is forgotten by one kind of challenge once it is got by another, and by all when it is removed', async () => {
    await practice.succeeded(obtain({}, { names: [`www.${ZONE}`] }));
    await practice.succeeded(obtain({}, { names: [`www.${ZONE}`], challenge: { kind: 'http' } }));
    const { certificates, renewers } = await certificatesOverview(practice.session);
    expect(certificates.map(({ name, challenge }) => [name, challenge])).toEqual([
      [`_.${ZONE}`, 'rfc2136'],
      [`www.${ZONE}`, 'http'],
    ]);
    expect(renewers.map(({ challenge }) => challenge)).toEqual(['http', 'rfc2136']);
    expect(await inService('ls /etc/letsencrypt/renewal')).toBe(`_.${ZONE}.conf`);
    await removeCertificate(practice.session, `_.${ZONE}`);
    expect(await serial()).toBeUndefined();
    expect(await inService('ls /etc/letsencrypt/renewal')).toBe('');
  });

  it('leaves no credentials behind when its service goes, and the other service alone', async () => {
    await removeRenewer(practice.session.docker, 'rfc2136');
    expect((await certificatesOverview(practice.session)).renewers.map(({ challenge }) => challenge)).toEqual(['http']);
    const left = await practice.connection.script('ls /var/lib/longshore/certificates-rfc2136', [], { asRoot: true });
    expect(left.stdout).toContain('accounts');
    expect(left.stdout).not.toMatch(/^credentials$|credentials\.(given|before)/m);
    await removeRenewer(practice.session.docker);
    expect((await certificatesOverview(practice.session)).renewers).toEqual([]);
    // Nobody renews it, and nobody would again once the service is back.
    await removeCertificate(practice.session, `www.${ZONE}`);
    const known = await practice.connection.script(
      'ls /var/lib/longshore/certificates*/renewal /var/lib/longshore/certificates*/archive',
      [],
      {
        asRoot: true,
      },
    );
    expect(known.stdout).not.toContain(ZONE);
  });
});
