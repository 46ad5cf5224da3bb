import { installationOf } from './node-packages.ts';
import { nodeMajor } from './node-version.ts';
import { dependsOn, type PackageJson, parsePackageJson } from './package-json.ts';
import type { ProjectFiles } from './project-files.ts';
import { execForm, isPlainPath, type Recogniser } from './proposal.ts';

interface Framework {
  readonly dependency: string;
  readonly label: string;
  readonly port?: number;
  /** Where its build leaves a site of plain files, when nothing has to run afterwards. */
  readonly output?: string;
  /** Starts what it built, where package.json has no start script. */
  readonly start?: readonly string[];
}

/** The first one that the project depends on names it; what serves stands before what only helps to build. */
const frameworks: readonly Framework[] = [
  { dependency: 'next', label: 'Next.js', start: ['node_modules/.bin/next', 'start'] },
  { dependency: 'nuxt', label: 'Nuxt', start: ['node', '.output/server/index.mjs'] },
  { dependency: '@remix-run/serve', label: 'Remix', start: ['node_modules/.bin/remix-serve', 'build/server/index.js'] },
  { dependency: '@react-router/serve', label: 'React Router', start: ['node_modules/.bin/react-router-serve', 'build/server/index.js'] },
  { dependency: '@sveltejs/adapter-node', label: 'SvelteKit', start: ['node', 'build'] },
  { dependency: '@astrojs/node', label: 'Astro', start: ['node', 'dist/server/entry.mjs'], port: 4321 },
  { dependency: '@nestjs/core', label: 'NestJS', start: ['node', 'dist/main.js'] },
  { dependency: 'fastify', label: 'Fastify' },
  { dependency: 'express', label: 'Express' },
  { dependency: 'koa', label: 'Koa' },
  { dependency: '@hapi/hapi', label: 'hapi' },
  { dependency: 'hono', label: 'Hono' },
  { dependency: 'astro', label: 'Astro', output: 'dist' },
  { dependency: 'gatsby', label: 'Gatsby', output: 'public' },
  { dependency: '@docusaurus/core', label: 'Docusaurus', output: 'build' },
  { dependency: 'vitepress', label: 'VitePress', output: '.vitepress/dist' },
  { dependency: '@11ty/eleventy', label: 'Eleventy', output: '_site' },
  { dependency: 'react-scripts', label: 'Create React App', output: 'build' },
  { dependency: '@vue/cli-service', label: 'Vue', output: 'dist' },
  { dependency: 'vite', label: 'Vite', output: 'dist' },
  { dependency: 'parcel', label: 'Parcel', output: 'dist' },
];

const multiPage = new Set(['Astro', 'Gatsby', 'Docusaurus', 'VitePress', 'Eleventy']);
const entries = [
  'server.js',
  'server.mjs',
  'server.cjs',
  'index.js',
  'index.mjs',
  'index.cjs',
  'app.js',
  'app.mjs',
  'main.js',
  'main.mjs',
  'src/server.js',
  'src/index.js',
  'src/app.js',
  'src/main.js',
];
/** A start script that would serve for development, or build a site, is not what a server should run. */
const developmentStart =
  /(^|\s|\/)(vite|react-scripts start|parcel|gatsby develop|docusaurus start|astro dev|vue-cli-service serve|webpack(-dev-server)?|eleventy|next dev|nuxt dev)(\s|$)/;

/** Recognises a project by its package.json: framework, package manager, Node version, how it is built and started. */
export const recogniseNode: Recogniser = async (files) => {
  const manifest = parsePackageJson(await files.text('package.json'));
  if (manifest === null) return null;
  const framework = frameworks.find(({ dependency }) => dependsOn(manifest, dependency));
  const installation = await installationOf(files, manifest);
  const version = await versionOf(files, manifest);
  const label = `${framework?.label ?? 'Node'} ${framework ? 'on Node ' : ''}${version.major}`;
  const builds = Object.hasOwn(manifest.scripts, 'build');
  const build = builds ? (installation?.run('build') ?? 'npm run build') : null;
  const reasons = [
    'package.json',
    ...(installation ? [installation.reason] : ['no dependencies, so nothing is installed']),
    ...version.reasons,
  ];
  const images = await imagesOf(files, version.major, installation !== null);
  const values = {
    label,
    ...images,
    install: installation?.install ?? null,
    manifests: installation?.manifests ?? null,
    build,
    prune: installation?.prune ?? null,
  };
  const start = await startOf(files, manifest, framework);
  if (start !== null) {
    const port = framework?.port ?? 3000;
    const from = framework ? [`${framework.dependency} in package.json`] : [];
    return {
      language: 'node',
      label,
      reasons: [...reasons, ...from, start.reason],
      template: 'node',
      values: { ...values, port: String(port), command: execForm(start.command) },
      port,
    };
  }
  const output = framework && (await outputOf(files, framework, manifest));
  if (!framework || !output || build === null) return null;
  return {
    language: 'node',
    label: `${framework.label} site, built by Node ${version.major}`,
    reasons: [...reasons, `${framework.dependency} in package.json`, `built into ${output}`],
    template: 'node-static',
    values: { ...values, label: `${framework.label} site`, output, port: '8080', singlePage: !multiPage.has(framework.label) },
    port: 8080,
  };
};

async function startOf(
  files: ProjectFiles,
  manifest: PackageJson,
  framework: Framework | undefined,
): Promise<{ command: readonly string[]; reason: string } | null> {
  const script = manifest.scripts['start'];
  if (script !== undefined && !developmentStart.test(script)) {
    // Plain `node …` is started without npm between it and the stop signal.
    const words = /^node(\s+[A-Za-z0-9_./=:@,-]+)+$/.test(script.trim()) ? script.trim().split(/\s+/) : null;
    const hooked = Object.hasOwn(manifest.scripts, 'prestart') || Object.hasOwn(manifest.scripts, 'poststart');
    const command = words !== null && !hooked ? words : [files.has('.pnp.cjs') ? 'yarn' : 'npm', 'start'];
    return { command, reason: `start script: ${script.replace(/\s+/g, ' ').slice(0, 200)}` };
  }
  if (framework?.start && (framework.label !== 'Next.js' || Object.hasOwn(manifest.scripts, 'build'))) {
    return { command: framework.start, reason: `started by ${framework.start.join(' ')}` };
  }
  if (framework?.output) return null;
  const main = manifest.main?.replace(/^\.\//, '');
  const entry = main !== undefined && isPlainPath(main) && files.has(main) ? main : files.first(entries);
  return entry === null ? null : { command: ['node', entry], reason: entry };
}

async function versionOf(files: ProjectFiles, manifest: PackageJson): Promise<{ major: number; reasons: string[] }> {
  const file = files.first(['.nvmrc', '.node-version']);
  const engines = manifest.engines['node'];
  const wanted = file === null ? engines : await files.text(file);
  const reason = file ?? (engines === undefined ? null : `engines.node ${engines.replace(/\s+/g, ' ').slice(0, 60)}`);
  return { major: nodeMajor(wanted ?? ''), reasons: reason === null ? [] : [reason] };
}

/** Packages with native parts need a compiler while they are installed; the image without one is a fifth of the size. */
async function imagesOf(files: ProjectFiles, major: number, installs: boolean): Promise<{ tag: string; buildTag: string }> {
  const slim = `${major}-slim`;
  const compiles =
    installs &&
    /"hasInstallScript": true|requiresBuild: true/.test(
      await files.text(files.first(['package-lock.json', 'npm-shrinkwrap.json', 'pnpm-lock.yaml']) ?? ''),
    );
  return { tag: slim, buildTag: compiles ? String(major) : slim };
}

async function outputOf(files: ProjectFiles, framework: Framework, manifest: PackageJson): Promise<string | null> {
  if (framework.output === undefined) return null;
  const config = await files.text(
    files.first(['vite.config.ts', 'vite.config.js', 'vite.config.mjs', 'vite.config.mts', 'astro.config.mjs', 'astro.config.ts']) ?? '',
  );
  const set = /\boutDir\s*:\s*['"]([^'"]+)['"]/.exec(config)?.[1]?.replace(/^\.\//, '');
  const docs = framework.label === 'VitePress' && /vitepress build (\S+)/.exec(manifest.scripts['build'] ?? '')?.[1];
  const output = set ?? (docs ? `${docs}/${framework.output}` : framework.output);
  return isPlainPath(output) ? output : null;
}
