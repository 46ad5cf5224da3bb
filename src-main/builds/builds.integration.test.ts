import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { downServer, execOn, upServer } from '../../sandbox/index.ts';
import { packFolder, scanEntries, scanFolder } from '../archive/index.ts';
import { poll } from '../base/wait.ts';
import { createDocker, type Docker } from '../docker/index.ts';
import { connectTo } from '../docker/practice-connection.ts';
import type { HeldConnection } from '../ssh/index.ts';
import { planBuild, prepareContext } from './index.ts';

/**
 * Each language's proposal, built by a real Docker from the real archive with images of the practice registry, and asked for
 * a page.
 */
const NAME = 'builds-it';
const root = join(import.meta.dirname, '..', '..');
let connection: HeldConnection;
let docker: Docker;

beforeAll(async () => {
  const server = await upServer(NAME, { docker: true });
  connection = connectTo(server);
  docker = createDocker(connection);
});

afterAll(async () => {
  connection?.dispose();
  await downServer(NAME);
});

function project(files: Readonly<Record<string, string>>): string {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-builds-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

async function build(folder: string, tag: string): Promise<{ label: string; port: number; log: string }> {
  const scan = await scanFolder(folder, { dockerignore: true });
  const plan = await planBuild(scan.realRoot, scanEntries(scan));
  const context = prepareContext(plan, null);
  const { stream, finished } = packFolder(scan, { extra: context.extra });
  const lines: string[] = [];
  const building = docker.build(stream, { tag, dockerfile: context.dockerfile, labels: {}, onLine: (line) => lines.push(line) });
  await Promise.all([building, finished]);
  return { label: plan.label, port: plan.port, log: lines.join('\n') };
}

/** Starts the image on `port` and gives what it answers to `path` once it answers at all, and the user it runs as. */
async function serve(tag: string, port: number): Promise<{ get: (path: string) => Promise<string>; user: string }> {
  const container = (await onServer(`docker run --detach --env PORT=${port} ${tag}`)).trim();
  onTestFinished(async () => {
    await onServer(`docker rm --force ${container}`);
  });
  const address = (await onServer(`docker inspect --format '{{.NetworkSettings.IPAddress}}' ${container}`)).trim();
  const get = async (path: string): Promise<string> =>
    (await execOn(NAME, `curl --silent --include --max-time 5 http://${address}:${port}${path}`)).stdout;
  const answer = await poll(async () => (await get('/')) || undefined, { everyMs: 200, withinMs: 30_000 });
  if (answer === undefined) throw new Error(`${tag} does not answer: ${await onServer(`docker logs ${container} 2>&1`)}`);
  return { get, user: (await onServer(`docker exec ${container} id -u`)).trim() };
}

async function onServer(command: string): Promise<string> {
  const { stdout, stderr, code } = await execOn(NAME, command);
  if (code !== 0) throw new Error(`${command}: ${stdout}${stderr}`);
  return stdout;
}

describe('a proposal builds and serves, not as root and on the port it is given', () => {
  test('the sample of the demo', async () => {
    const { port, label } = await build(join(root, 'resources/samples/hello-harbor'), 'it/harbor');
    expect(label).toBe('Node 22');
    const { get, user } = await serve('it/harbor', port);
    expect(await get('/')).toContain('<h1>Hello, harbor</h1>');
    expect(user).toBe('1000');
  });

  test('a Node project with a build script', async () => {
    const folder = project({
      'package.json': JSON.stringify({ scripts: { build: 'node build.js', start: 'node dist/server.js' } }),
      'build.js': "const fs = require('node:fs'); fs.mkdirSync('dist'); fs.copyFileSync('server.js', 'dist/server.js');",
      'server.js':
        "require('node:http').createServer((_, response) => response.end('built ' + process.env.NODE_ENV)).listen(process.env.PORT);",
    });
    await build(folder, 'it/node-build');
    const { get } = await serve('it/node-build', 3456);
    expect(await get('/')).toContain('built production');
  });

  test('a static site', async () => {
    const folder = project({
      'index.html': 'front',
      'about.html': 'about us',
      'docs/index.html': 'docs',
      '404.html': 'lost',
      'style.css': 'a{}',
      '.gitignore': '*.log\n',
    });
    await build(folder, 'it/static');
    const { get, user } = await serve('it/static', 9090);
    expect(await get('/')).toMatch(/^HTTP\/1.1 200[\s\S]*front$/);
    expect(await get('/about')).toMatch(/^HTTP\/1.1 200[\s\S]*about us$/);
    expect(await get('/docs/')).toMatch(/200[\s\S]*docs$/);
    // Behind the edge the address must not come out with the container's port in it.
    expect(await get('/docs')).toMatch(/301[\s\S]*\r\nLocation: \/docs\/\r\n/);
    expect(await get('/style.css')).toContain('Content-Type: text/css');
    expect(await get('/nowhere')).toMatch(/404[\s\S]*lost$/);
    expect(await get('/.gitignore')).toContain('404');
    expect(await get('/.longshore.Dockerfile')).toContain('404');
    expect(user).not.toBe('0');
  });

  test('an edit of the same size is not answered with "not modified"', async () => {
    const tagOf = async (content: string): Promise<string> => {
      await build(project({ 'index.html': content }), 'it/etag');
      const { get } = await serve('it/etag', 9090);
      return /ETag: (\S+)/.exec(await get('/'))?.[1] ?? '';
    };
    const [first, second, again] = [await tagOf('version 1'), await tagOf('version 2'), await tagOf('version 1')];
    expect(first).not.toBe('');
    expect(second).not.toBe(first);
    expect(again).toBe(first);
  });

  test('a Python script of the standard library', async () => {
    const folder = project({
      'app.py':
        "import http.server, os\nclass Page(http.server.BaseHTTPRequestHandler):\n    def do_GET(self):\n        self.send_response(200)\n        self.end_headers()\n        self.wfile.write(b'from python')\nhttp.server.HTTPServer(('', int(os.environ['PORT'])), Page).serve_forever()\n",
    });
    const { port } = await build(folder, 'it/python');
    const { get, user } = await serve('it/python', port);
    expect(await get('/')).toContain('from python');
    expect(user).not.toBe('0');
  });

  test('a Go program', async () => {
    const folder = project({
      'go.mod': 'module example.com/berth\n\ngo 1.22\n',
      'main.go':
        'package main\n\nimport (\n\t"fmt"\n\t"net/http"\n\t"os"\n)\n\nfunc main() {\n\thttp.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, "from go") })\n\tif err := http.ListenAndServe(":"+os.Getenv("PORT"), nil); err != nil {\n\t\tpanic(err)\n\t}\n}\n',
    });
    const { port } = await build(folder, 'it/go');
    const { get, user } = await serve('it/go', port);
    expect(await get('/')).toContain('from go');
    expect(user).not.toBe('0');
  });

  test('a PHP site', async () => {
    const folder = project({ 'index.php': "<?php echo 'from php ' . (1 + 1);\n" });
    const { port } = await build(folder, 'it/php');
    const { get, user } = await serve('it/php', port);
    expect(await get('/')).toContain('from php 2');
    expect(user).not.toBe('0');
  });
});

test("a project's own Dockerfile is built as it is, with .dockerignore applied and names that are not UTF-8", async () => {
  const folder = project({
    Dockerfile: 'FROM busybox\nCOPY . /context\nRUN ls -R /context\n',
    '.dockerignore': 'notes\n',
    'notes/secret.txt': 'x',
    'src/a.txt': 'x',
  });
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/src/`), Buffer.from([0xff, 0xfe])]), 'odd');
  const { log } = await build(folder, 'it/own');
  expect(log).toContain('a.txt');
  expect(log).not.toContain('secret.txt');
  const listed = await onServer("docker run --rm it/own sh -c 'printf %s /context/src/* | od -An -tx1'");
  expect(listed.replace(/\s+/g, ' ')).toContain('2f ff fe');
});

test('the same tree is the same image: Docker finds every layer in its cache', async () => {
  const files = { 'index.html': 'x', 'a/b.txt': 'y' };
  await build(project(files), 'it/cache');
  const { log } = await build(project(files), 'it/cache');
  expect(log).toContain('Using cache');
  expect(log).not.toContain('Running in');
});
