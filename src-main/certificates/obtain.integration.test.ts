import { X509Certificate } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { poll } from '../base/wait.ts';
import type { CertificateRequest } from '../contract/index.ts';
import { startDeploy } from '../deploy/index.ts';
import { type Practice, practise, project } from '../deploy/practice-app.ts';
import { installOwn } from './change.ts';
import { pemBlocks } from './facts.ts';
import { servedFor } from './handshake.ts';
import { removeCertificate, removeRenewer, startObtain } from './index.ts';
import { certificatesOverview } from './overview.ts';
import { type PracticeAcme, REFUSED_NAME, startPracticeAcme } from './practice-acme.ts';
import { practiceChain } from './practice-chain.ts';
import { renewerContainer } from './renewer.ts';

const SERVER = 'certificates-acme';
const names = ['shop.test', 'www.shop.test'];
/** Certbot renews what has less than a third of its time left, 30 days here. */
const validitySeconds = 90 * 86_400;

let practice: Practice;
let acme: PracticeAcme;
beforeAll(async () => {
  practice = await practise(SERVER);
  acme = await startPracticeAcme(practice.server, { validitySeconds });
  const path = await project({});
  await practice.succeeded(startDeploy(practice.deps, practice.request('shop', { path, settings: { domains: names } })));
});
afterAll(async () => {
  await acme.stop();
  await practice.end();
});

const obtain = (change: Partial<CertificateRequest> = {}): string =>
  startObtain(practice.deps.jobs, practice.session, {
    names,
    directory: { kind: 'other', url: acme.directory, root: acme.root, account: null },
    challenge: { kind: 'http' },
    email: 'you@example.com',
    key: 'ecdsa',
    renew: false,
    ...change,
  });

const serial = async (host = 'shop.test'): Promise<string | undefined> => (await servedFor(practice.connection, host))?.serial;

/** What the renewing service did in its first run after a time by its own clock, when that is over. */
const afterRun = (since: number) =>
  poll(
    async () => {
      const [renewer] = (await certificatesOverview(practice.session)).renewers;
      return renewer?.running && renewer.lastRunAt !== null && renewer.lastRunAt > since ? renewer : undefined;
    },
    { everyMs: 500, withinMs: 60_000 },
  );

describe('a certificate by ACME', () => {
  it('is got for several names, served by a handshake, and plain requests are sent to it', async () => {
    const job = await practice.succeeded(obtain());
    expect(job.stages.map(({ id, state }) => [id, state])).toEqual([
      ['check', 'done'],
      ['renewer', 'done'],
      ['order', 'done'],
      ['serve', 'done'],
      ['redirect', 'done'],
    ]);
    const { certificates, hosts, renewers } = await certificatesOverview(practice.session);
    expect(certificates).toEqual([
      expect.objectContaining({ name: 'shop.test', names, key: 'ECDSA P-256', source: 'acme', challenge: 'http', renewalFailure: null }),
    ]);
    expect(certificates[0]?.served?.same).toBe(true);
    expect(hosts.filter(({ host }) => names.includes(host)).map(({ certificate, https }) => [certificate, https])).toEqual([
      ['shop.test', 'redirect'],
      ['shop.test', 'redirect'],
    ]);
    expect(renewers).toMatchObject([{ challenge: 'http', running: true }]);
    const [edge] = await practice.session.edge.certificates();
    const chain = pemBlocks(edge?.chain ?? '').map((pem) => new X509Certificate(pem));
    expect(chain.at(-1)?.verify(new X509Certificate(await acme.issuerRoot()).publicKey)).toBe(true);
  });

  it('is renewed when told to, with another kind of key', async () => {
    const first = await serial();
    const job = await practice.succeeded(obtain({ renew: true, key: 'rsa' }));
    expect(job.stages.find(({ id }) => id === 'renewer')?.state).toBe('already');
    expect(await serial()).not.toBe(first);
    expect((await certificatesOverview(practice.session)).certificates[0]?.key).toBe('RSA 2048');
  });

  it('is renewed by the server alone once it is due, and served', async () => {
    const { docker, connection } = practice.session;
    const before = await serial();
    // What happens twice a day, and after each start of the service, happens now. Nobody asks from here.
    await docker.killContainer((await renewerContainer(docker, 'http')) ?? '', 'SIGKILL');
    expect(await afterRun(0)).toMatchObject({ lastRunFailed: false });
    expect(await serial()).toBe(before);

    // The clock of the service, moved forward by 65 of its 90 days.
    const clock = ['--env-add', 'LD_PRELOAD=/usr/$LIB/faketime/libfaketime.so.1', '--env-add', 'FAKETIME=+65d'];
    const update = ['docker', 'service', 'update', '--quiet', '--detach', ...clock, 'longshore-certificates'];
    const updated = await connection.exec(update, { timeoutMs: 60_000 });
    expect(updated.code, updated.stderr).toBe(0);
    const renewed = await poll(async () => ((await serial()) === before ? undefined : true), { everyMs: 500, withinMs: 90_000 });
    expect(renewed).toBe(true);
    const run = await afterRun(Date.now() + 60 * 86_400_000);
    expect(run).toMatchObject({ lastRunFailed: false });
  });

  it('fails in the words of the authority, and nothing changes', async () => {
    const before = await certificatesOverview(practice.session);
    const job = await practice.ended(obtain({ names: [REFUSED_NAME] }));
    expect(job.state).toBe('failed');
    expect(job.error?.message).toContain('forbidden by policy');
    expect((await certificatesOverview(practice.session)).certificates).toEqual(before.certificates);
  });

  it('says why it cannot be renewed, once the authority is gone', async () => {
    await acme.stop();
    const container = (await renewerContainer(practice.session.docker, 'http')) ?? '';
    await practice.session.docker.killContainer(container, 'SIGKILL');
    const failed = await poll(
      async () => {
        const { certificates, renewers } = await certificatesOverview(practice.session);
        return renewers[0]?.lastRunFailed ? certificates[0] : undefined;
      },
      { everyMs: 500, withinMs: 120_000 },
    );
    expect(failed?.renewalFailure).toBeTruthy();
    expect(failed?.served?.same).toBe(true);
  });

  it('keeps others from its names until it is removed, and the service goes when it is told to', async () => {
    const chain = await practiceChain(['shop.test']);
    await expect(installOwn(practice.session, chain.leaf, chain.key)).rejects.toMatchObject({ code: 'name-taken' });
    await removeCertificate(practice.session, 'shop.test');
    expect(await serial()).toBeUndefined();
    expect((await practice.session.edge.readLive()).https).toEqual({});
    const container = (await renewerContainer(practice.session.docker, 'http')) ?? '';
    const left = await practice.session.docker.exec(container, ['ls', '/etc/letsencrypt/renewal']);
    expect(left.stdout.trim()).toBe('');
    await removeRenewer(practice.session.docker);
    expect((await certificatesOverview(practice.session)).renewers).toEqual([]);
  });
  it('is given to who has an account only, by an authority that wants to know its customers', async () => {
    const account = { keyId: 'practice-customer', hmacKey: 'cHJhY3RpY2UtY3VzdG9tZXItcHJhY3RpY2UtY3VzdG9tZXI' };
    acme = await startPracticeAcme(practice.server, { account });
    const directory = { kind: 'other', url: acme.directory, root: acme.root } as const;
    const stranger = await practice.ended(obtain({ directory: { ...directory, account: null } }));
    expect(stranger.error).toMatchObject({ message: expect.stringMatching(/external account/i), next: expect.stringContaining('key ID') });
    const wrong = { ...account, hmacKey: `${account.hmacKey.slice(0, -4)}AAAA` };
    const mistaken = await practice.ended(obtain({ directory: { ...directory, account: wrong } }));
    expect(mistaken.state).toBe('failed');
    expect(JSON.stringify(mistaken)).not.toContain(wrong.hmacKey);

    const job = await practice.succeeded(obtain({ directory: { ...directory, account } }));
    const log: unknown[] = [];
    for await (const lines of practice.deps.jobs.log(job.id, AbortSignal.timeout(30_000))) log.push(...lines);
    expect(JSON.stringify(log)).toContain('Successfully received certificate');
    expect(JSON.stringify([job, log])).not.toContain(account.hmacKey);
    // From then on certbot has the account.
    await practice.succeeded(obtain({ directory: { ...directory, account: null }, renew: true }));
    const container = (await renewerContainer(practice.session.docker, 'http')) ?? '';
    const kept = await practice.session.docker.exec(container, ['grep', '-rl', account.hmacKey, '/etc/letsencrypt', '/tmp', '/var/log']);
    expect(kept.stdout).toBe('');
  });
});
