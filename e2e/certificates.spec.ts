/** TLS through the window: a certificate of one's own and one by ACME, each served by the edge, and what visitors by http get. */
import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join, resolve } from 'node:path';
import { type ConnectionOptions, connect } from 'node:tls';
import type { Page } from '@playwright/test';
import type { PracticeServer } from '../sandbox/index.ts';
import { REFUSED_NAME, startPracticeAcme } from '../src-main/certificates/practice-acme.ts';
import { practiceChain } from '../src-main/certificates/practice-chain.ts';
import { expect, longshoreCommand, serverName, test } from './servers.ts';
import { openApp, openServer, openTab } from './user.ts';

const folder = resolve(import.meta.dirname, 'projects/static-site');

interface Plain {
  readonly status: number;
  readonly location: string | undefined;
}

/** A visitor's request by http. */
function plain(server: PracticeServer, host: string, path = '/'): Promise<Plain> {
  return new Promise((resolved, reject) => {
    const call = request({ host: server.host, port: 80, path, headers: { host }, timeout: 10_000 }, (response) => {
      response.resume();
      response.once('end', () => resolved({ status: response.statusCode ?? 0, location: response.headers.location }));
    });
    call.once('timeout', () => call.destroy(new Error('no answer')));
    call.once('error', reject);
    call.end();
  });
}

interface Secure {
  readonly status: number;
  readonly headers: string;
  /** Of the certificate that was shown. */
  readonly serial: string;
  /** By the authority that was given. */
  readonly trusted: boolean;
}

/** A visitor's request by https; null where the server shows no certificate for the name. `ca` is a root to trust. */
function secure(server: PracticeServer, host: string, ca?: string): Promise<Secure | null> {
  const options: ConnectionOptions = { host: server.host, port: 443, servername: host, rejectUnauthorized: false };
  return new Promise((resolved) => {
    const socket = connect({ ...options, ...(ca === undefined ? {} : { ca }), timeout: 10_000 }, () => {
      const chunks: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      socket.once('end', () => {
        const [headers = ''] = Buffer.concat(chunks).toString('utf8').split('\r\n\r\n');
        const status = Number(/^HTTP\/1\.1 (\d+)/.exec(headers)?.[1] ?? 0);
        resolved({ status, headers: headers.toLowerCase(), serial, trusted: socket.authorized });
      });
      const serial = socket.getPeerX509Certificate()?.serialNumber ?? '';
      socket.write(`GET / HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    });
    socket.once('timeout', () => socket.destroy());
    socket.once('error', () => resolved(null));
    socket.once('close', () => resolved(null));
  });
}

async function deploy(home: string, app: string, ...domains: readonly string[]): Promise<void> {
  const own = domains.flatMap((domain) => ['--domain', domain]);
  await longshoreCommand(home, 'deploy', folder, '--server', serverName, '--app', app, ...own);
}

async function remove(home: string, app: string): Promise<void> {
  await longshoreCommand(home, 'remove', app, '--server', serverName, '--yes');
}

/** Goes to the list of certificates and waits until it was read and names the host. */
async function openCertificates(page: Page, host: string): Promise<void> {
  await openServer(page, serverName);
  await openTab(page, 'Certificates');
  await expect(rowOf(page, host)).toBeVisible({ timeout: 30_000 });
}

function rowOf(page: Page, host: string) {
  return page
    .getByRole('table', { name: `Hosts of ${serverName}` })
    .getByRole('row', { name: new RegExp(`^${host.replaceAll('.', '\\.')} `) });
}

async function choosePlain(page: Page, host: string, answer: RegExp): Promise<void> {
  await page.getByRole('combobox', { name: `Plain requests for ${host}` }).click();
  await page.getByRole('option', { name: answer }).click();
}

test('a certificate of one’s own is served, visitors are sent to it, and it goes', async ({
  longshore,
  page,
  home,
  practiceServer: server,
}) => {
  test.setTimeout(300_000);
  const host = 'till.example.com';
  const chain = await practiceChain([host]);
  const other = await practiceChain([host]);
  const files = await mkdtemp(join(home, 'pem-'));
  const [chainFile, keyFile] = [join(files, 'fullchain.pem'), join(files, 'privkey.pem')];
  await writeFile(chainFile, `${chain.intermediate}${chain.leaf}`);
  await writeFile(keyFile, chain.key);
  const certificates = page.getByRole('table', { name: `Certificates of ${serverName}` });
  await deploy(home, 'till', host);
  try {
    await test.step('before, there is none, and that is said', async () => {
      await openCertificates(page, host);
      await expect(page.getByRole('heading', { name: 'No certificates yet' })).toBeVisible();
      await expect(rowOf(page, host)).toContainText('none');
      await expect(rowOf(page, host)).toContainText('Served on http');
      expect(await secure(server, host)).toBeNull();
    });

    await test.step('what cannot serve is refused, and nothing is lost', async () => {
      await page.getByRole('button', { name: 'Use your own…' }).click();
      const dialog = page.getByRole('dialog', { name: 'Use your own certificate' });
      await dialog.getByRole('button', { name: 'Serve it' }).click();
      await expect(dialog.getByText('Give the key of the certificate')).toBeVisible();
      await dialog.getByLabel('Certificate, and those of its issuers').fill(chain.leaf);
      await dialog.getByLabel('Private key').fill(other.key);
      await dialog.getByRole('button', { name: 'Serve it' }).click();
      await expect(dialog.getByRole('alert')).toContainText('The key does not belong to the certificate', { timeout: 20_000 });
      await expect(dialog.getByLabel('Certificate, and those of its issuers')).toHaveValue(chain.leaf);
    });

    await test.step('files are sorted into the fields, and the certificate is served', async () => {
      const dialog = page.getByRole('dialog', { name: 'Use your own certificate' });
      const box = await dialog.getByLabel('Private key').boundingBox();
      if (box === null) throw new Error('The field is not drawn');
      // Dropped on the dialog they are for its fields, and no folder to deploy.
      await longshore.dropPaths([keyFile, chainFile], { x: Math.round(box.x + 20), y: Math.round(box.y + 20) });
      await expect(dialog.getByLabel('Private key')).toHaveValue(/-----BEGIN PRIVATE KEY-----/);
      await expect(dialog.getByLabel('Certificate, and those of its issuers')).toHaveValue(/(-----BEGIN CERTIFICATE-----[\s\S]*){2}/);
      await dialog.getByRole('button', { name: 'Serve it' }).click();
      const served = page.getByRole('dialog', { name: 'The certificate is served' });
      await expect(served.getByRole('status')).toContainText('no well-known authority', { timeout: 20_000 });
      await served.getByRole('button', { name: 'Done' }).click();

      const row = certificates.getByRole('row', { name: new RegExp(`^${host} Not publicly trusted, 89 days left`) });
      await expect(row).toContainText('Practice Authority');
      await expect(row).toContainText('Your own');
      const answer = await secure(server, host, chain.root);
      expect(answer).toMatchObject({ status: 200, trusted: true, serial: new X509Certificate(chain.leaf).serialNumber });
      expect(answer?.headers).not.toContain('strict-transport-security');
      expect((await plain(server, host)).status).toBe(200);
    });

    await test.step('visitors by http are sent to it, and browsers told to remember once that was confirmed', async () => {
      await choosePlain(page, host, /^Send to https$/);
      await expect
        .poll(() => plain(server, host, '/cart?a=1'), { timeout: 20_000 })
        .toEqual({ status: 308, location: `https://${host}/cart?a=1` });
      await choosePlain(page, host, /^Send to https, remembered/);
      const asking = page.getByRole('dialog', { name: `Tell browsers to remember https for ${host}?` });
      await expect(asking).toContainText('for a year');
      await expect(asking).toContainText('lets nobody pass');
      await asking.getByRole('button', { name: 'Tell browsers' }).click();
      await expect
        .poll(async () => (await secure(server, host))?.headers ?? '', { timeout: 20_000 })
        .toContain('strict-transport-security: max-age=31536000');
      await expect(page.getByRole('combobox', { name: `Plain requests for ${host}` })).toContainText('HSTS');
    });

    await test.step('the app’s settings say so too, and lead here', async () => {
      await openApp(page, 'till');
      await openTab(page, 'Settings');
      await page.getByRole('button', { name: `Certificate for ${host}: Not publicly trusted, 89 days left` }).click();
      await expect(page.getByRole('heading', { level: 1, name: serverName })).toBeVisible();
      await expect(certificates).toBeVisible();
    });

    await test.step('removing it says who will notice, and http serves again', async () => {
      await page.getByRole('button', { name: `More for ${host}` }).click();
      await page.getByRole('menuitem', { name: 'Remove…' }).click();
      const asking = page.getByRole('dialog', { name: `Remove the certificate for ${host}?` });
      await expect(asking).toContainText(`Visitors who come to ${host} by https get an error`);
      await expect(asking).toContainText('do not get to it at all');
      await asking.getByRole('button', { name: 'Remove', exact: true }).click();
      await expect(page.getByRole('heading', { name: 'No certificates yet' })).toBeVisible({ timeout: 30_000 });
      await expect(rowOf(page, host)).toContainText('Served on http');
      expect(await secure(server, host)).toBeNull();
      expect((await plain(server, host)).status).toBe(200);
    });
  } finally {
    await rm(files, { recursive: true, force: true });
    await remove(home, 'till');
  }
});

test('a certificate by ACME is asked for, served, renewed, refused in words, and all of it removed', async ({
  page,
  home,
  practiceServer: server,
}) => {
  test.setTimeout(400_000);
  const [first, second] = ['gate.example.com', 'www.gate.example.com'] as const;
  const certificates = page.getByRole('table', { name: `Certificates of ${serverName}` });
  const headline = page.getByRole('main').getByRole('heading', { level: 1 });
  await deploy(home, 'gate', first, second);
  const acme = await startPracticeAcme(server);
  const askPractice = async (): Promise<void> => {
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('combobox', { name: 'Authority' }).click();
    await page.getByRole('option', { name: 'Another ACME directory' }).click();
    await dialog.getByLabel('Address of its directory').fill(acme.directory);
    await dialog.getByLabel('Its root certificate, as PEM').fill(acme.root);
  };
  try {
    await test.step('the domains that have none are proposed', async () => {
      await openCertificates(page, second);
      await page.keyboard.press('Control+k');
      await page.keyboard.type('get a certificate');
      await page.keyboard.press('Enter');
      const names = page.getByRole('dialog', { name: 'Get a certificate' }).getByRole('list', { name: 'Names' });
      await expect(names.getByRole('listitem')).toHaveText([first, second]);
      await expect(page.getByRole('dialog')).toContainText('By asking you agree to the terms of Let’s Encrypt');
    });

    await test.step('it is got by a job, and served', async () => {
      await askPractice();
      await page.getByRole('dialog').getByRole('button', { name: 'Get certificate' }).click();
      await expect(headline).toHaveText(`Certificate for ${first}, ${second} on ${serverName}`);
      await expect(page.getByRole('main').getByText('Got and served')).toBeVisible({ timeout: 180_000 });
      await expect(page.getByText('Served from now on, and renewed on the server')).toBeVisible();
      expect(await secure(server, second, await acme.issuerRoot())).toMatchObject({ status: 200, trusted: true });
      expect((await plain(server, first)).status).toBe(308);

      await page.getByRole('button', { name: 'Go to the certificates' }).click();
      const row = certificates.getByRole('row', { name: new RegExp(`^${first} and 1 more`) });
      await expect(row).toContainText('Renews itself', { timeout: 30_000 });
      await expect(page.getByRole('region', { name: 'Renewal' })).toContainText(/Running|Starting/);
    });

    await test.step('it is renewed when told to', async () => {
      const before = await secure(server, first);
      await page.getByRole('button', { name: `More for ${first}` }).click();
      await page.getByRole('menuitem', { name: 'Renew now…' }).click();
      const dialog = page.getByRole('dialog', { name: 'Renew a certificate' });
      await expect(dialog.getByRole('list', { name: 'Names' }).getByRole('listitem')).toHaveText([first, second]);
      await askPractice();
      await dialog.getByRole('button', { name: 'Renew', exact: true }).click();
      await expect(page.getByRole('main').getByText('Got and served')).toBeVisible({ timeout: 120_000 });
      expect((await secure(server, first))?.serial).not.toBe(before?.serial);
    });

    await test.step('a refusal is said in the words of the authority', async () => {
      await page.getByRole('button', { name: 'Go to the certificates' }).click();
      await page.getByRole('button', { name: 'Get a certificate…' }).click();
      const dialog = page.getByRole('dialog', { name: 'Get a certificate' });
      await dialog.getByLabel('Add a name').fill(REFUSED_NAME);
      await askPractice();
      await dialog.getByRole('button', { name: 'Get certificate' }).click();
      await expect(page.getByRole('main').getByText('Request failed')).toBeVisible({ timeout: 120_000 });
      await expect(page.getByRole('region', { name: 'Result' }).getByRole('alert')).toContainText('forbidden by policy');
    });

    await test.step('certificate and service are taken off the server', async () => {
      await page.getByRole('button', { name: 'Go to the certificates' }).click();
      await page.getByRole('button', { name: `More for ${first}` }).click();
      await page.getByRole('menuitem', { name: 'Remove…' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Remove', exact: true }).click();
      await expect(page.getByRole('heading', { name: 'No certificates yet' })).toBeVisible({ timeout: 60_000 });
      await page.getByRole('button', { name: 'Remove from the server…' }).click();
      const asking = page.getByRole('dialog', { name: `Remove the service that renews by HTTP from ${serverName}?` });
      await expect(asking).toContainText('nobody will notice');
      await asking.getByRole('button', { name: 'Remove', exact: true }).click();
      await expect(page.getByRole('region', { name: 'Renewal' })).toBeHidden({ timeout: 60_000 });
      expect((await plain(server, first)).status).toBe(200);
    });
  } finally {
    await acme.stop();
    await remove(home, 'gate');
  }
});
