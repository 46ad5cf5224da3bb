/** The images, pulled by plain name and run by Docker on a practice server. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { downServer, execOn, upServer } from '../index.ts';
import { pollUntil } from '../poll.ts';

const NAME = 'it-images';

beforeAll(() => upServer(NAME, { docker: true, fresh: true }));
afterAll(() => downServer(NAME));

async function docker(...words: string[]): Promise<string> {
  const result = await execOn(NAME, ['docker', ...words]);
  expect(result.code, `docker ${words.join(' ')}\n${result.stdout}${result.stderr}`).toBe(0);
  return result.stdout;
}

function runImage(image: string, ...command: string[]): Promise<string> {
  return docker('run', '--rm', image, ...command);
}

describe('images by plain name', () => {
  it.each(['node:20', 'node:20-slim', 'node:20-alpine'])('%s has Node 20, npm, a shell and the user node', async (image) => {
    expect(await runImage(image, 'node', '-p', 'process.version')).toMatch(/^v20\./);
    expect(await runImage(image, '-p', '6*7')).toBe('42\n');
    expect(await runImage(image, 'sh', '-c', 'npm --version && id -u node && pwd')).toMatch(/^10\.\d+\.\d+\n1000\n\/\n$/);
  });

  it('node:22 and node:24 are what they say', async () => {
    expect(await runImage('node:22-slim', 'node', '-v')).toMatch(/^v22\./);
    expect(await runImage('node:24-alpine', 'node', '-v')).toMatch(/^v24\./);
  });

  it.each(['python:3', 'python:3-slim'])('%s has the standard library, pip and venv', async (image) => {
    const modules = 'import ctypes, http.server, json, lzma, sqlite3, ssl, sys; print(sys.version_info[:2])';
    expect(await runImage(image, 'python3', '-c', modules)).toBe('(3, 11)\n');
    expect(await runImage(image, 'bash', '-c', 'python -m venv /v && /v/bin/pip --version && pip --version')).toMatch(/^pip .*\npip /);
  });

  it.each(['nginx', 'nginx:alpine'])('%s serves a page, logs to the container, and stops by its signal', async (image) => {
    await docker('run', '--detach', '--name', 'web', '--publish', '8080:80', image);
    const page = await pollUntil(async () => {
      const { code, stdout } = await execOn(NAME, 'curl -fsS http://127.0.0.1:8080/');
      return code === 0 ? stdout : undefined;
    }, 20_000);
    expect(page).toContain('Welcome to nginx!');
    expect(await docker('logs', 'web')).toContain('GET / HTTP/1.1');
    await docker('stop', 'web');
    expect(await docker('inspect', '--format', '{{.State.ExitCode}}', 'web')).toBe('0\n');
    await docker('rm', 'web');
  });

  it('haproxy:2.6 runs as its user and checks a configuration', async () => {
    expect(await runImage('haproxy:2.6', '-v')).toMatch(/^HAProxy version 2\.6\./);
    expect(await runImage('haproxy:2.6', 'sh', '-c', 'id -un; command -v mv; command -v cat')).toBe('haproxy\n/usr/bin/mv\n/usr/bin/cat\n');
    const check = `printf 'defaults\\n mode http\\n timeout client 5s\\nfrontend f\\n bind :80\\n' > /tmp/c; haproxy -c -f /tmp/c`;
    expect(await runImage('haproxy:2.6', 'sh', '-c', check)).toContain('Configuration file is valid');
  });

  it('redis answers', async () => {
    await docker('run', '--detach', '--name', 'cache', 'redis');
    const pong = await pollUntil(async () => {
      const { stdout } = await execOn(NAME, ['docker', 'exec', 'cache', 'redis-cli', 'ping']);
      return stdout.trim() === 'PONG' ? stdout : undefined;
    }, 20_000);
    expect(pong).toBeDefined();
    await docker('rm', '--force', 'cache');
  });

  it('postgres:15 makes the database that it is told to', async () => {
    await docker('run', '--detach', '--name', 'db', '--env', 'POSTGRES_PASSWORD=x', '--env', 'POSTGRES_DB=shop', 'postgres:15');
    const query = [
      'docker',
      'exec',
      '--env',
      'PGPASSWORD=x',
      'db',
      'psql',
      '-h',
      '127.0.0.1',
      '-U',
      'postgres',
      '-Atc',
      'select current_database()',
      'shop',
    ];
    const answer = await pollUntil(
      async () => {
        const { code, stdout } = await execOn(NAME, query);
        return code === 0 ? stdout : undefined;
      },
      60_000,
      500,
    );
    expect(answer).toBe('shop\n');
    await docker('rm', '--force', '--volumes', 'db');
  });

  it.each(['busybox', 'alpine:3'])('%s resolves names, and adds users as Dockerfiles do', async (image) => {
    await docker('network', 'create', 'lan');
    await docker('run', '--detach', '--name', 'neighbour', '--network', 'lan', 'nginx:alpine');
    const page = await pollUntil(async () => {
      const { code, stdout } = await execOn(NAME, [
        'docker',
        'run',
        '--rm',
        '--network',
        'lan',
        image,
        'wget',
        '-qO-',
        'http://neighbour/',
      ]);
      return code === 0 ? stdout : undefined;
    }, 20_000);
    expect(page).toContain('Welcome to nginx!');
    await docker('rm', '--force', 'neighbour');
    await docker('network', 'rm', 'lan');
    const script = 'adduser -D -u 1234 one && addgroup -S two && adduser -S -G two two && id -u one && id -gn two && ls -d /home/one';
    expect(await runImage(image, 'sh', '-c', script)).toBe('1234\ntwo\n/home/one\n');
  });

  it('php and composer run', async () => {
    expect(await runImage('php:8-cli', '-r', 'echo PHP_MAJOR_VERSION;')).toBe('8');
    expect(await runImage('composer:2', 'composer', '--version')).toMatch(/^Composer version 2/);
  });

  it('certbot finds its plugin for DNS, and has nothing in the folders that become volumes', async () => {
    expect(await runImage('certbot/certbot:v2.1.0', '--version')).toBe('certbot 2.1.0\n');
    expect(await runImage('certbot/dns-rfc2136:v2.1.0', 'plugins')).toContain('* dns-rfc2136\n');
    const look = ['run', '--rm', '--entrypoint', 'sh', 'certbot/certbot:v2.1.0', '-c', 'pwd; ls -A /etc/letsencrypt /var/lib/letsencrypt'];
    expect(await docker(...look)).toBe('/opt/certbot\n/etc/letsencrypt:\n\n/var/lib/letsencrypt:\n');
  });

  it('a missing tag fails', async () => {
    const result = await execOn(NAME, 'docker pull -q node:1');
    expect(result.code).not.toBe(0);
  });
});

describe('builds', () => {
  const dockerfile = `FROM golang:1-alpine AS build
WORKDIR /src
RUN printf 'module m\\n' > go.mod && printf 'package main\\nfunc main() { println("built") }\\n' > main.go
RUN CGO_ENABLED=0 go build -o /app .
FROM busybox
COPY --from=build /app /app
CMD ["/app"]
`;

  it.each([
    ['the classic builder', '0'],
    ['BuildKit', '1'],
  ])('work with %s', async (_, buildkit) => {
    const build = await execOn(NAME, `DOCKER_BUILDKIT=${buildkit} docker build --no-cache -t built -`, { input: dockerfile });
    expect(build.code, build.stderr).toBe(0);
    expect((await execOn(NAME, 'docker run --rm built')).stderr).toBe('built\n');
  });
});
