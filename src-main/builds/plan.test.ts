import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type BuildPlan, buildPlan } from '../contract/models/source.ts';
import { planBuild } from './plan.ts';

type Project = Readonly<Record<string, string>>;

async function plan(project: Project): Promise<BuildPlan> {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-builds-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(project)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const made = await planBuild(
    folder,
    Object.keys(project).map((path) => ({ path, kind: 'file' })),
  );
  return buildPlan.parse(made);
}

const manifest = (fields: object): string => JSON.stringify({ name: 'x', ...fields });
/** The instructions in order, without comments. */
const steps = (dockerfile: string): string[] => dockerfile.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

describe("a project's own Dockerfile", () => {
  test('wins over everything that could be recognised', async () => {
    const text = 'FROM node:20\nEXPOSE 8080\nCMD ["node", "x.js"]\n';
    const made = await plan({ Dockerfile: text, 'package.json': manifest({ scripts: { start: 'node a.js' } }), 'index.html': '' });
    expect(made).toEqual({
      origin: 'project',
      language: null,
      label: 'Dockerfile in the folder',
      reasons: ['Dockerfile', 'EXPOSE 8080 in the Dockerfile'],
      dockerfile: text,
      port: 8080,
    });
  });

  test('that names no port gets the usual one', async () => {
    expect(await plan({ Dockerfile: 'FROM scratch\n' })).toMatchObject({ origin: 'project', port: 3000 });
  });
});

describe('Node', () => {
  test('without dependencies needs no registry: nothing is installed', async () => {
    const made = await plan({
      'package.json': manifest({ scripts: { start: 'node server.js' }, engines: { node: '>=18' } }),
      'server.js': '',
    });
    expect(made).toMatchObject({ origin: 'proposed', language: 'node', label: 'Node 22', port: 3000 });
    expect(steps(made.dockerfile)).toEqual([
      'FROM node:22-slim',
      'ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000',
      'WORKDIR /app',
      'COPY --chown=node:node . .',
      'USER node',
      'EXPOSE 3000',
      'CMD ["node","server.js"]',
    ]);
  });

  test('is installed from the manifests alone, built, and freed of what only the build needed', async () => {
    const made = await plan({
      'package.json': manifest({
        scripts: { start: 'next start', build: 'next build' },
        dependencies: { next: '15' },
        engines: { node: '20.x' },
      }),
      'package-lock.json': '{"lockfileVersion": 3}',
    });
    expect(made).toMatchObject({
      label: 'Next.js on Node 20',
      reasons: ['package.json', 'npm (package-lock.json)', 'engines.node 20.x', 'next in package.json', 'start script: next start'],
    });
    expect(steps(made.dockerfile)).toEqual([
      'FROM node:20-slim AS build',
      'WORKDIR /app',
      'COPY package.json package-lock.json ./',
      'RUN npm ci --no-audit --no-fund',
      'COPY . .',
      'RUN npm run build',
      'RUN npm prune --omit=dev --no-audit --no-fund',
      'FROM node:20-slim',
      'ENV NODE_ENV=production HOST=0.0.0.0 PORT=3000',
      'WORKDIR /app',
      'COPY --from=build --chown=node:node /app .',
      'USER node',
      'EXPOSE 3000',
      'CMD ["npm","start"]',
    ]);
  });

  test.each([
    ['pnpm-lock.yaml', "lockfileVersion: '9.0'\n", 'RUN npm install --global pnpm@10 && pnpm install --frozen-lockfile'],
    ['pnpm-lock.yaml', "lockfileVersion: '6.0'\n", 'RUN npm install --global pnpm@8 && pnpm install --frozen-lockfile'],
    ['yarn.lock', '', 'RUN yarn install --frozen-lockfile'],
    ['bun.lock', '', 'RUN npm install --global bun@1 && bun install --frozen-lockfile'],
  ])('takes the package manager of %s (%j)', async (lock, text, step) => {
    const made = await plan({ 'package.json': manifest({ dependencies: { express: '4' } }), [lock]: text, 'index.js': '' });
    expect(steps(made.dockerfile)).toContain(step);
    expect(steps(made.dockerfile)).toContain(`COPY package.json ${lock} ./`);
    expect(steps(made.dockerfile).at(-1)).toBe('CMD ["node","index.js"]');
  });

  test('has all sources before the installation where that runs scripts of the project', async () => {
    const made = await plan({
      'package.json': manifest({ dependencies: { prisma: '5' }, scripts: { postinstall: 'prisma generate', start: 'node .' } }),
      'index.js': '',
    });
    expect(steps(made.dockerfile)).toContain('COPY . ./');
  });

  test('has a compiler where packages build native parts', async () => {
    const made = await plan({
      'package.json': manifest({ dependencies: { sqlite: '1' } }),
      'package-lock.json': '{"hasInstallScript": true}',
      'index.js': '',
    });
    expect(steps(made.dockerfile).filter((line) => line.startsWith('FROM'))).toEqual(['FROM node:22 AS build', 'FROM node:22-slim']);
  });

  test('built into plain files is served by nginx', async () => {
    const made = await plan({
      'package.json': manifest({ scripts: { dev: 'vite', build: 'vite build', start: 'vite' }, devDependencies: { vite: '6' } }),
      'package-lock.json': '{}',
      'index.html': '',
      'vite.config.ts': "export default { build: { outDir: './public_html' } }",
    });
    expect(made).toMatchObject({ language: 'node', label: 'Vite site, built by Node 22', port: 8080 });
    expect(steps(made.dockerfile)).toEqual(
      expect.arrayContaining(['RUN npm run build', 'FROM nginx:alpine', 'COPY --from=build /app/public_html /site', 'USER nginx']),
    );
    expect(made.dockerfile).toContain('/index.html; }');
  });

  test('that only holds tools is not an app', async () => {
    expect(await plan({ 'package.json': manifest({ devDependencies: { prettier: '3' } }), 'index.html': '' })).toMatchObject({
      language: 'static',
    });
  });

  test('a package.json that is no JSON is not taken for one', async () => {
    expect(await plan({ 'package.json': '{ not json' })).toMatchObject({ origin: 'unknown' });
  });
});

describe('Python', () => {
  test('Flask is served by gunicorn', async () => {
    const made = await plan({ 'requirements.txt': 'flask==3\n', 'main.py': 'from flask import Flask\n\nsite = Flask(__name__)\n' });
    expect(made).toMatchObject({ language: 'python', label: 'Flask on Python 3', port: 8000 });
    expect(steps(made.dockerfile)).toContain('RUN pip install -r requirements.txt && pip install gunicorn');
    expect(steps(made.dockerfile)).toContain('COPY requirements.txt ./');
    expect(steps(made.dockerfile).at(-1)).toBe('CMD ["sh","-c","exec gunicorn --bind 0.0.0.0:$PORT --access-logfile - main:site"]');
  });

  test('FastAPI by uvicorn, on the Python that the project names', async () => {
    const made = await plan({
      'requirements.txt': 'fastapi\nuvicorn[standard]\n',
      'app/main.py': 'app = FastAPI()\n',
      '.python-version': '3.12.4\n',
    });
    expect(made.label).toBe('FastAPI on Python 3.12');
    expect(steps(made.dockerfile)).toContain('RUN pip install -r requirements.txt');
    expect(made.dockerfile).toContain('uvicorn app.main:app');
  });

  test('Django by its own settings module, also with a package.json beside it', async () => {
    const made = await plan({
      'manage.py': "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n",
      'requirements.txt': 'Django\ngunicorn\n',
      'package.json': manifest({ scripts: { build: 'tailwind' } }),
      'shop/wsgi.py': '',
    });
    expect(made.label).toBe('Django on Python 3');
    expect(made.dockerfile).toContain('shop.wsgi');
  });

  test('a script of the standard library needs no registry', async () => {
    const made = await plan({ 'app.py': 'print("hello")\n' });
    expect(steps(made.dockerfile).filter((line) => line.startsWith('RUN'))).toEqual(['RUN useradd --create-home app']);
    expect(steps(made.dockerfile).at(-1)).toBe('CMD ["python","app.py"]');
  });

  test.each([
    [{ 'pyproject.toml': '[project]\ndependencies = ["flask"]', 'uv.lock': '' }, 'uv sync --frozen'],
    [{ 'pyproject.toml': '[tool.poetry]', 'poetry.lock': '' }, 'poetry install --only main'],
    [{ 'pyproject.toml': '[project]\ndependencies = ["flask"]' }, 'pip install .'],
    [{ Pipfile: '[packages]\nflask = "*"', 'Pipfile.lock': '{}' }, 'pipenv install --deploy'],
  ])('is installed by what the lock file belongs to: %j', async (project, step) => {
    expect((await plan({ ...project, 'app.py': 'app = Flask(__name__)' })).dockerfile).toContain(step);
  });
});

describe('others', () => {
  test('Go builds the main package and leaves the sources behind', async () => {
    const made = await plan({
      'go.mod': 'module x\n\ngo 1.23\n\nrequire github.com/go-chi/chi v5\n',
      'go.sum': '',
      'cmd/server/main.go': 'package main\n',
      'lib/lib.go': 'package lib\n',
      'templates/a.html': '',
    });
    expect(made).toMatchObject({ language: 'go', label: 'Go 1.23, chi', port: 8080 });
    expect(steps(made.dockerfile)).toEqual(
      expect.arrayContaining([
        'FROM golang:1.23-alpine AS build',
        'COPY go.mod go.sum ./',
        'RUN go mod download',
        'RUN CGO_ENABLED=0 go build -trimpath -ldflags=-s -o /out/server ./cmd/server',
        'RUN mkdir /out/files && cp -R templates /out/files/',
        'USER app',
      ]),
    );
  });

  test('a Go module of the standard library needs no network', async () => {
    const made = await plan({ 'go.mod': 'module x\n', 'main.go': 'package main\n' });
    expect(made.dockerfile).not.toContain('go mod download');
  });

  test('Laravel, with a package.json for its assets', async () => {
    const made = await plan({
      'composer.json': '{"require":{"php":"^8.3","laravel/framework":"11"}}',
      artisan: '',
      'public/index.php': '',
      'package.json': manifest({ scripts: { build: 'vite build' }, devDependencies: { vite: '6' } }),
    });
    expect(made).toMatchObject({ language: 'php', label: 'Laravel on PHP 8.3', port: 8080 });
    expect(made.dockerfile).toContain('/var/www/html/public');
    expect(made.dockerfile).toContain('composer install --no-dev');
  });

  test('a static site at the root or in a folder', async () => {
    expect((await plan({ 'index.html': '' })).dockerfile).toContain('COPY . /site');
    expect((await plan({ 'public/index.html': '', 'README.md': '' })).dockerfile).toContain('COPY public /site');
  });

  test.each([
    [{ Gemfile: '' }, 'Ruby has no proposal yet'],
    [{ 'notes.txt': '' }, 'Nothing here says how to start it'],
  ])('what is not recognised says what would help: %j', async (project, label) => {
    expect(await plan(project)).toMatchObject({
      origin: 'unknown',
      language: null,
      dockerfile: '',
      label: expect.stringContaining(label) as string,
    });
  });
});

describe('values from a project', () => {
  const nasty = [
    'a\nRUN touch /pwned',
    'a\r\nUSER root',
    'x" ]\nRUN id',
    '$(id)',
    'a b',
    '../../etc',
    '\u2028RUN id',
    "'; id #",
    '`id`',
    'x\\',
  ];
  const known = /^(FROM|WORKDIR|COPY|RUN|ENV|USER|EXPOSE|CMD|#)( |$)/;

  test.each(nasty)('never become instructions or commands: %j', async (value) => {
    const projects: Project[] = [
      {
        'package.json': manifest({
          main: value,
          scripts: { start: value },
          engines: { node: value },
          packageManager: `pnpm@${value}`,
          dependencies: { [value]: value },
        }),
        'index.js': '',
      },
      {
        'package.json': manifest({ main: value, dependencies: { vite: '1' }, scripts: { build: value } }),
        'vite.config.js': `outDir: '${value}'`,
      },
      { 'requirements.txt': value, '.python-version': value, 'app.py': `app = Flask(${value})\n${value} = FastAPI()` },
      { 'manage.py': `'DJANGO_SETTINGS_MODULE', '${value}.settings'`, 'requirements.txt': value },
      { 'go.mod': `module ${value}\ngo 1.22${value}`, 'main.go': 'package main' },
      { 'composer.json': JSON.stringify({ require: { php: value, [`ext-${value}`]: '*' } }), 'index.php': '' },
    ];
    for (const project of projects) {
      const made = await plan(project);
      let continued = false;
      for (const line of made.dockerfile.split('\n')) {
        if (!continued && line !== '') expect(line).toMatch(known);
        continued = line.endsWith('\\');
        if (!line.startsWith('CMD ["npm') && !line.startsWith('# ')) expect(line).not.toContain(value);
      }
    }
  });
});
