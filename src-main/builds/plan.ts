import type { BuildPlan } from '../contract/models/source.ts';
import { portOfDockerfile } from './dockerfile.ts';
import { recogniseGo } from './go-project.ts';
import { recogniseNode } from './node-project.ts';
import { recognisePhp } from './php-project.ts';
import { ProjectFiles } from './project-files.ts';
import type { Proposal } from './proposal.ts';
import { recognisePython } from './python-project.ts';
import { recogniseStatic } from './static-site.ts';
import { renderTemplate } from './templates.ts';

/** What a platform gives as PORT and most servers take when nobody says otherwise. */
const USUAL_PORT = 3000;

const dockerfiles = ['Dockerfile', 'dockerfile', 'Containerfile'];

/** Languages that are seen but have no template yet. */
const unsupported: readonly { readonly file: string; readonly language: string }[] = [
  { file: 'Gemfile', language: 'Ruby' },
  { file: 'Cargo.toml', language: 'Rust' },
  { file: 'pom.xml', language: 'Java' },
  { file: 'build.gradle', language: 'Java' },
  { file: 'build.gradle.kts', language: 'Kotlin' },
  { file: 'mix.exs', language: 'Elixir' },
  { file: 'deno.json', language: 'Deno' },
];

/**
 * How to build the folder. Its own Dockerfile wins; else the language is recognised from what will be sent (`entries`,
 * paths relative to the folder), and a Dockerfile proposed. Reads manifests in the folder and nothing else.
 */
export async function planBuild(folder: string, entries: Iterable<{ readonly path: string; readonly kind: string }>): Promise<BuildPlan> {
  const files = new ProjectFiles(folder, entries);
  const own = files.first(dockerfiles);
  if (own !== null) {
    const text = await files.text(own);
    const port = portOfDockerfile(text);
    return {
      origin: 'project',
      language: null,
      label: `${own} in the folder`,
      reasons: [own, port?.reason ?? `it names no port, so ${USUAL_PORT}`],
      dockerfile: text,
      port: port?.port ?? USUAL_PORT,
    };
  }
  const proposal = await recognise(files);
  if (proposal === null) return unknown(files);
  const dockerfile = await renderTemplate(proposal.template, proposal.values);
  const { language, label, reasons, port } = proposal;
  return { origin: 'proposed', language, label, reasons: [...reasons], dockerfile, port };
}

/**
 * A project may be several things: Laravel and Django have a package.json for their assets, and a Node project may keep
 * a Python script. What can only be the server comes first.
 */
async function recognise(files: ProjectFiles): Promise<Proposal | null> {
  const python = await recognisePython(files);
  if (python !== null && (files.has('manage.py') || !files.has('package.json'))) return python;
  return (
    (await recognisePhp(files)) ?? (await recogniseGo(files)) ?? (await recogniseNode(files)) ?? python ?? (await recogniseStatic(files))
  );
}

function unknown(files: ProjectFiles): BuildPlan {
  const seen = unsupported.find(({ file }) => files.has(file));
  const label = seen
    ? `${seen.language} has no proposal yet: put a Dockerfile into the folder, or write one here`
    : 'Nothing here says how to start it: put a Dockerfile, a package.json with a start script, an app.py, a go.mod or an index.html into the folder, or write a Dockerfile here';
  return { origin: 'unknown', language: null, label, reasons: seen ? [seen.file] : [], dockerfile: '', port: USUAL_PORT };
}
