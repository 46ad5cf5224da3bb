/**
 * `npm run demo`: boots a practice server, opens Longshore, and goes the way of a new user: adds the server, sets it up
 * (Docker is really installed), drops the sample folder, and waits until it is live. With a display the window stays open
 * until you close it; without one the same happens on a virtual screen and the result is printed, with a screenshot.
 */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { closeLongshore, type Longshore, launchLongshore } from '../e2e/fixtures.ts';
import { defaultHost, fetchThroughEdge } from '../e2e/servers.ts';
import { addServer, openApp, setUp, startDeploy, untilDeployed } from '../e2e/user.ts';
import { downServer, type PracticeServer, SandboxError, upServer } from '../sandbox/index.ts';
import { progressLine } from '../sandbox/progress.ts';
import { MissingHere } from './missing.ts';
import { runCommand } from './run-command.ts';
import { testElectron } from './test-electron.ts';

const root = resolve(import.meta.dirname, '..');
const sample = join(root, 'resources/samples/hello-harbor');
const pictures = join(root, 'test-results/demo');
const serverName = 'demo';
const hasDisplay = process.platform !== 'linux' || Boolean(process.env['DISPLAY'] || process.env['WAYLAND_DISPLAY']);

function say(text: string): void {
  console.log(text);
}

/** The text of an HTML page without its tags, one line per line that says something. */
function readable(html: string): string {
  const body = html.replace(/<(style|script)[\s\S]*?<\/\1>/g, '').replace(/<[^>]*>/g, '\n');
  const lines = body.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '').join('\n  ');
}

async function deploySample({ page, dropPaths }: Longshore, server: PracticeServer): Promise<void> {
  say('Adding the server, comparing its host key, accepting it…');
  await addServer(page, server, 'harbor-1');
  say('Setting it up: Docker, Swarm, network, HAProxy…');
  await setUp(page);
  say('Dropping the sample folder on the window…');
  await dropPaths([sample]);
  await startDeploy(page, { app: 'hello' });
  const release = await untilDeployed(page);
  await page.screenshot({ path: join(pictures, 'deployed.png') });
  const host = defaultHost('hello', server);
  const answer = await fetchThroughEdge(server, host);
  say(
    `\nr${release} is live. GET http://${host}/ through HAProxy on ${server.host} answers ${answer.status}:\n  ${readable(answer.body)}\n`,
  );
  await openApp(page, 'hello');
  await page.getByText('1 of 1 healthy').waitFor({ timeout: 30_000 });
  await page.screenshot({ path: join(pictures, 'app.png') });
  say(`Pictures of the window: ${join('test-results/demo', 'deployed.png')} and app.png beside it.`);
}

/** Resolves when the user has closed the window, or asks the demo to stop. */
function untilClosed(longshore: Longshore): Promise<void> {
  return new Promise((done) => {
    longshore.app.once('close', () => done());
    process.once('SIGINT', () => done());
    process.once('SIGTERM', () => done());
  });
}

async function demo(): Promise<void> {
  say('Booting a practice server…');
  const server = await upServer(serverName, {
    fresh: true,
    onProgress: (event) => say(progressLine(event)),
  });
  const home = await mkdtemp(join(tmpdir(), 'longshore-demo-'));
  let longshore: Longshore | undefined;
  try {
    await mkdir(pictures, { recursive: true });
    longshore = await launchLongshore({ home });
    await deploySample(longshore, server);
    if (process.env['LONGSHORE_DEMO_HEADLESS']) return;
    say('The window is yours: look at the logs, type in the terminal, drop a folder of your own. Close it to end the demo.');
    await untilClosed(longshore);
  } finally {
    if (longshore) await closeLongshore(longshore.app);
    await rm(home, { recursive: true, force: true });
    say('Taking the practice server down…');
    await downServer(serverName);
  }
}

async function main(): Promise<number> {
  await testElectron();
  if (!hasDisplay && !process.env['LONGSHORE_DEMO_HEADLESS']) {
    say('There is no display here, so the demo runs on a virtual screen and ends by itself.');
    return runCommand('xvfb-run', ['-a', '-s', '-screen 0 1440x900x24', 'npx', 'tsx', join(root, 'scripts/demo.ts')], {
      LONGSHORE_DEMO_HEADLESS: '1',
    });
  }
  say('Building Longshore…');
  await promisify(execFile)('npm', ['run', '--silent', 'build'], { cwd: root });
  await demo();
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  // What a machine lacks is one line; anything else is worth its stack.
  console.error(error instanceof SandboxError || error instanceof MissingHere ? error.message : error);
  process.exitCode = 1;
}
