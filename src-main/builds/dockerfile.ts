/** What a Dockerfile says of the port its program listens on. */
export interface DockerfilePort {
  readonly port: number;
  /** Where it was found: "EXPOSE 8080". */
  readonly reason: string;
}

/** Ports of well-known images, for a Dockerfile that inherits EXPOSE without saying so. */
const inherited: readonly { readonly image: RegExp; readonly port: number }[] = [
  { image: /(^|\/)nginx-unprivileged(:|@|$)/, port: 8080 },
  { image: /(^|\/)(nginx|httpd|caddy|wordpress|drupal|joomla|nextcloud)(:|@|$)/, port: 80 },
  { image: /(^|\/)php:[^@]*apache/, port: 80 },
  { image: /(^|\/)(tomcat|jetty)(:|@|$)/, port: 8080 },
  { image: /(^|\/)ghost(:|@|$)/, port: 2368 },
];

/** The port of the last stage: EXPOSE, else what its base image is known for, else `ENV PORT`. Null if it says nothing. */
export function portOfDockerfile(text: string): DockerfilePort | null {
  const stages: { image: string; name: string | null; exposed: string[]; variables: Map<string, string> }[] = [];
  const global = new Map<string, string>();
  for (const { name, rest } of instructions(text)) {
    const stage = stages.at(-1);
    if (name === 'FROM') {
      const [image = '', as = '', alias = ''] = rest.split(/\s+/).filter((word) => !word.startsWith('--'));
      const variables = new Map(global);
      const base = stages.find((one) => one.name !== null && one.name === image.toLowerCase());
      if (base) for (const [key, value] of base.variables) variables.set(key, value);
      stages.push({
        image: base?.image ?? expand(image, global),
        name: as.toLowerCase() === 'as' ? alias.toLowerCase() : null,
        exposed: base ? [...base.exposed] : [],
        variables,
      });
    } else if (name === 'ENV' || name === 'ARG') {
      const variables = stage?.variables ?? global;
      for (const [key, value] of assignments(rest, name === 'ENV')) {
        if (value !== null || !variables.has(key)) variables.set(key, expand(value ?? '', variables));
      }
    } else if (name === 'EXPOSE' && stage) stage.exposed.push(...rest.split(/\s+/).map((word) => expand(word, stage.variables)));
  }
  const last = stages.at(-1);
  if (!last) return null;
  for (const word of last.exposed) {
    const exposed = /^(\d{1,5})(-\d+)?(\/tcp)?$/i.exec(word);
    const port = toPort(exposed?.[1]);
    if (port !== null) return { port, reason: `EXPOSE ${port} in the Dockerfile` };
  }
  const known = inherited.find(({ image }) => image.test(last.image));
  if (known) return { port: known.port, reason: `${last.image} listens on ${known.port}` };
  const port = toPort(last.variables.get('PORT'));
  return port === null ? null : { port, reason: `ENV PORT=${port} in the Dockerfile` };
}

/** Instructions with their continuation lines joined; comments, directives and heredoc bodies left out. */
function* instructions(text: string): Generator<{ name: string; rest: string }, void, undefined> {
  const continuation = /^\s*#\s*escape\s*=\s*`\s*$/im.test(text.split('\n', 5).join('\n')) ? '`' : '\\';
  let joined = '';
  let heredoc: string | null = null;
  for (const raw of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    if (heredoc !== null) {
      if (raw.trim() === heredoc) heredoc = null;
      continue;
    }
    if (/^\s*#/.test(raw)) continue;
    const line = raw.trimEnd();
    if (line.endsWith(continuation)) {
      joined += `${line.slice(0, -1)} `;
      continue;
    }
    // Docker lets blank lines stand between continuation lines.
    if (line.trim() === '' && joined !== '') continue;
    joined += line;
    const found = /^\s*([A-Za-z]+)\s+(.*)$/s.exec(joined);
    joined = '';
    if (!found) continue;
    const name = (found[1] ?? '').toUpperCase();
    const rest = (found[2] ?? '').trim();
    heredoc = name === 'RUN' || name === 'COPY' || name === 'ADD' ? (/<<-?\s*["']?([A-Za-z_]\w*)["']?/.exec(rest)?.[1] ?? null) : null;
    yield { name, rest };
  }
}

function* assignments(rest: string, isEnv: boolean): Generator<[string, string | null], void, undefined> {
  if (isEnv && !/^[^\s=]+=/.test(rest)) {
    const [key = '', ...value] = rest.split(/\s+/);
    yield [key, value.join(' ')];
    return;
  }
  for (const found of rest.matchAll(/([A-Za-z_]\w*)(?:=("(?:[^"\\]|\\.)*"|'[^']*'|[^\s]*))?/g)) {
    yield [found[1] ?? '', found[2] === undefined ? null : found[2].replace(/^(["'])(.*)\1$/s, '$2')];
  }
}

/** `$NAME`, `${NAME}` and `${NAME:-default}`. */
function expand(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(/\$(?:\{(\w+)(?::-([^}]*))?\}|(\w+))/g, (_, braced?: string, fallback?: string, bare?: string) => {
    const value = variables.get(braced ?? bare ?? '');
    return value === undefined || value === '' ? (fallback ?? '') : value;
  });
}

function toPort(text: string | undefined): number | null {
  const port = /^\d{1,5}$/.test(text ?? '') ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : null;
}
