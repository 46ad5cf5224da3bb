import type { ProjectFiles } from './project-files.ts';
import { execForm, type Recogniser } from './proposal.ts';

interface Start {
  readonly label: string;
  readonly command: readonly string[];
  readonly reason: string;
  /** Packages that the start needs and the project may not list. */
  readonly packages: readonly string[];
  readonly prepare: string | null;
}

const entries = [
  'app.py',
  'main.py',
  'server.py',
  'wsgi.py',
  'asgi.py',
  'application.py',
  'run.py',
  'api.py',
  'src/app.py',
  'src/main.py',
  'app/main.py',
  'app/app.py',
  'app/__init__.py',
  'src/server.py',
];
/** Binds every address on the port that the app was given; a shell is needed for the variable, and gives way to the program. */
const shell = (command: string): readonly string[] => ['sh', '-c', `exec ${command}`];

/** Recognises Django, Flask, FastAPI and plain scripts, and how their packages are installed. */
export const recognisePython: Recogniser = async (files) => {
  const manifests = ['requirements.txt', 'pyproject.toml', 'Pipfile', 'setup.py'].filter((name) => files.has(name));
  const listed = (await Promise.all(manifests.map((name) => files.text(name)))).join('\n').toLowerCase();
  const start = await startOf(files, listed);
  if (start === null) return null;
  const version = await versionOf(files);
  const install = await installOf(
    files,
    start.packages.filter((name) => !new RegExp(`(^|[^a-z0-9-])${name}([^a-z0-9-]|$)`).test(listed)),
  );
  const label = `${start.label} on Python ${version.tag}`;
  return {
    language: 'python',
    label,
    reasons: [...manifests, ...version.reasons, start.reason, ...(install === null ? ['no dependencies, so nothing is installed'] : [])],
    template: 'python',
    values: {
      label,
      tag: `${version.tag}-slim`,
      buildTag: version.tag,
      install: install?.command ?? null,
      manifests: install?.manifests ?? null,
      prepare: start.prepare,
      command: execForm(start.command),
      port: '8000',
    },
    port: 8000,
  };
};

async function startOf(files: ProjectFiles, listed: string): Promise<Start | null> {
  if (files.has('manage.py')) return startDjango(files, listed);
  for (const entry of entries.filter((name) => files.has(name))) {
    const text = await files.text(entry);
    const module = entry
      .replace(/\.py$/, '')
      .replace(/\/__init__$/, '')
      .replaceAll('/', '.');
    const fastapi = /^(\w+)\s*(?::[^=\n]+)?=\s*(?:fastapi\.)?(FastAPI|Starlette|Litestar)\(/m.exec(text);
    if (fastapi) {
      const command = shell(`uvicorn ${module}:${fastapi[1]} --host 0.0.0.0 --port $PORT --proxy-headers --forwarded-allow-ips '*'`);
      return { label: fastapi[2] ?? 'FastAPI', command, reason: `${fastapi[2]} in ${entry}`, packages: ['uvicorn'], prepare: null };
    }
    const flask = /^(\w+)\s*(?::[^=\n]+)?=\s*(?:flask\.)?(Flask|Quart|Bottle)\(/m.exec(text);
    const factory = /^def (create_app|make_app)\(/m.exec(text);
    if (flask?.[2] === 'Quart') {
      const command = shell(`hypercorn --bind 0.0.0.0:$PORT ${module}:${flask[1]}`);
      return { label: 'Quart', command, reason: `Quart in ${entry}`, packages: ['hypercorn'], prepare: null };
    }
    if (flask || (factory && /\bflask\b/i.test(text))) {
      const target = flask ? `${module}:${flask[1]}` : `'${module}:${factory?.[1]}()'`;
      const command = shell(`gunicorn --bind 0.0.0.0:$PORT --access-logfile - ${target}`);
      return {
        label: flask?.[2] ?? 'Flask',
        command,
        reason: `${flask?.[2] ?? 'Flask'} in ${entry}`,
        packages: ['gunicorn'],
        prepare: null,
      };
    }
    if (/^\s*import streamlit|^\s*from streamlit/m.test(text)) {
      const command = shell(`streamlit run ${entry} --server.address 0.0.0.0 --server.port $PORT --server.headless true`);
      return { label: 'Streamlit', command, reason: `Streamlit in ${entry}`, packages: ['streamlit'], prepare: null };
    }
  }
  const script = files.first(entries.filter((name) => !name.endsWith('__init__.py')));
  if (script !== null) return { label: 'A script', command: ['python', script], reason: script, packages: [], prepare: null };
  return null;
}

async function startDjango(files: ProjectFiles, listed: string): Promise<Start> {
  const settings = /DJANGO_SETTINGS_MODULE['"]\s*,\s*['"]([A-Za-z_]\w*)\./.exec(await files.text('manage.py'))?.[1];
  const found = files.matching(/^[A-Za-z_]\w*\/wsgi\.py$/)[0]?.split('/')[0];
  const project = settings ?? found;
  const prepare =
    /staticfiles/.test(listed) || /whitenoise/.test(listed) ? 'SECRET_KEY=build python manage.py collectstatic --noinput' : null;
  const command =
    project === undefined
      ? shell('python manage.py runserver 0.0.0.0:$PORT')
      : shell(`gunicorn --bind 0.0.0.0:$PORT --access-logfile - ${project}.wsgi`);
  return { label: 'Django', command, reason: 'manage.py', packages: ['django', ...(project === undefined ? [] : ['gunicorn'])], prepare };
}

async function installOf(files: ProjectFiles, missing: readonly string[]): Promise<{ command: string; manifests: string } | null> {
  const also = missing.length === 0 ? '' : ` && pip install ${missing.join(' ')}`;
  const readme = files.first(['README.md', 'README.rst']);
  if (files.has('uv.lock') && files.has('pyproject.toml')) {
    return {
      command: `pip install uv && uv sync --frozen --no-dev --no-install-project --active${also}`,
      manifests: 'pyproject.toml uv.lock',
    };
  }
  if (files.has('poetry.lock') && files.has('pyproject.toml')) {
    return { command: `pip install poetry && poetry install --only main --no-root${also}`, manifests: 'pyproject.toml poetry.lock' };
  }
  if (files.has('requirements.txt')) {
    const text = await files.text('requirements.txt');
    const hasPackages = /^\s*[^#\s]/m.test(text);
    // A list that includes others, or installs the project itself, needs more than the one file.
    const manifests = /^\s*(-r|-c|-e|--requirement|--constraint|\.|\/)/m.test(text) ? '.' : 'requirements.txt';
    if (hasPackages) return { command: `pip install -r requirements.txt${also}`, manifests };
  } else if (files.has('Pipfile')) {
    const lock = files.has('Pipfile.lock');
    return {
      command: `pip install pipenv && pipenv install --${lock ? 'deploy' : 'skip-lock'}${also}`,
      manifests: lock ? 'Pipfile Pipfile.lock' : 'Pipfile',
    };
  } else if (files.has('pyproject.toml') && /^\s*dependencies\s*=\s*\[\s*["']/m.test(await files.text('pyproject.toml'))) {
    return { command: `pip install .${also}`, manifests: '.' };
  } else if (files.has('setup.py')) {
    return { command: `pip install .${also}`, manifests: '.' };
  }
  return missing.length === 0 ? null : { command: `pip install ${missing.join(' ')}`, manifests: readme ?? '.' };
}

async function versionOf(files: ProjectFiles): Promise<{ tag: string; reasons: string[] }> {
  const file = files.first(['.python-version', 'runtime.txt']);
  const wanted =
    file === null
      ? /requires-python\s*=\s*["']\s*(?:==|~=)\s*(3\.\d+)/.exec(await files.text('pyproject.toml'))?.[1]
      : await files.text(file);
  const version = /^(?:python-)?(3\.\d{1,2})(?:\.\d+)?\s*$/m.exec(wanted ?? '')?.[1];
  return version === undefined
    ? { tag: '3', reasons: [] }
    : { tag: version, reasons: [`Python ${version} by ${file ?? 'pyproject.toml'}`] };
}
