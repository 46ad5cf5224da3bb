/**
 * What the content of a file gives away: keys and tokens whose shape leaves no doubt. Pure. Few rules and strict ones, as
 * whoever is warned for nothing ticks everything without looking.
 */

interface TokenRule {
  readonly looksLike: string;
  /** The first group is the secret itself, so that an example can be told from it. */
  readonly shape: RegExp;
}

const tokens: readonly TokenRule[] = [
  { looksLike: 'private key', shape: /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----[^-]{0,400}?([A-Za-z0-9+/=]{40})/ },
  { looksLike: 'private key', shape: /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY-----(?:\s|\\[rn])+Proc-Type: 4,ENCRYPTED/ },
  { looksLike: 'private key', shape: /PuTTY-User-Key-File-[0-9]:[\s\S]{0,2000}?Private-Lines: [0-9]+\s+([A-Za-z0-9+/=]{40})/ },
  { looksLike: 'AWS key', shape: /\b((?:AKIA|ASIA)[A-Z2-7]{16})\b/ },
  // Under a name of its own, since nothing in its shape says what it is.
  { looksLike: 'AWS key', shape: /aws[_.-]?secret[_.-]?(?:access[_.-]?)?key["']?\s*[:=]\s*["']?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])/i },
  { looksLike: 'private key', shape: /\b(AGE-SECRET-KEY-1[A-Z0-9]{58})\b/ },
  { looksLike: 'GitHub token', shape: /\b(gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{82})\b/ },
  { looksLike: 'GitLab token', shape: /\b(glpat-[A-Za-z0-9_-]{20,})/ },
  { looksLike: 'Slack token', shape: /\b(xox[abprs]-[0-9]{6,}-[A-Za-z0-9-]{10,})/ },
  { looksLike: 'Slack address', shape: /hooks\.slack\.com\/services\/(T[A-Z0-9]{8,}\/B[A-Z0-9]{8,}\/[A-Za-z0-9]{20,})/ },
  { looksLike: 'Stripe key', shape: /\b([sr]k_live_[A-Za-z0-9]{20,})\b/ },
  { looksLike: 'npm token', shape: /\b(npm_[A-Za-z0-9]{36})\b/ },
  { looksLike: 'API key', shape: /\b(sk-(?:ant|proj|svcacct|admin)[A-Za-z0-9]*-[A-Za-z0-9_-]{40,})/ },
  { looksLike: 'SendGrid key', shape: /\b(SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43})/ },
  { looksLike: 'DigitalOcean token', shape: /\b(do[opr]_v1_[a-f0-9]{64})\b/ },
  { looksLike: 'Azure key', shape: /AccountKey=([A-Za-z0-9+/]{86}==)/ },
];

/** One pass over the content rules out nearly every file. Each alternative begins a rule above or below. */
const anyHint =
  /-----BEGIN |PuTTY-User|AKIA|ASIA|gh[pousr]_|github_pat_|glpat-|xox[abprs]-|hooks\.slack\.com|[sr]k_live_|npm_[A-Za-z0-9]{36}|sk-[aps]|SG\.|do[opr]_v1_|AccountKey=|[Aa][Ww][Ss][_.-]?[Ss][Ee][Cc]|AGE-SECRET-KEY|"service_account"|"authorized_user"|"auths"|kind["']?\s*:\s*["']?Config\b|"lineage"/;

/** Whole documents that are secret by what they are. A first group is the secret itself, as in a {@link TokenRule}. */
const documents: readonly { readonly looksLike: string; readonly parts: readonly RegExp[] }[] = [
  { looksLike: 'cloud credentials', parts: [/"type"\s*:\s*"service_account"/, /"private_key"\s*:\s*"-----BEGIN/] },
  { looksLike: 'cloud credentials', parts: [/"type"\s*:\s*"authorized_user"/, /"refresh_token"\s*:\s*"([^"]{16,})"/] },
  { looksLike: 'registry credentials', parts: [/"auths"\s*:\s*\{/, /"auth"\s*:\s*"[A-Za-z0-9+/]{8,}=*"/] },
  ...clusterLogins(/^kind:\s*["']?Config["']?\s*$/m, /^users:/m, '^[ \\t-]*', ':\\s*["\']?'),
  ...clusterLogins(/"kind"\s*:\s*"Config"/, /"users"\s*:/, '"', '"\\s*:\\s*"'),
  { looksLike: 'Terraform state', parts: [/"terraform_version"\s*:/, /"lineage"\s*:/, /"resources"\s*:/] },
];

/** A kubeconfig, in YAML or in JSON, with one of the things that let a user in: those that only name a program or a file do not. */
function clusterLogins(kind: RegExp, users: RegExp, before: string, between: string): (typeof documents)[number][] {
  const logins = ['client-key-data[B][A-Za-z0-9+/]{40}', 'token[B]([A-Za-z0-9._:/+=-]{16,})', 'password[B][^\\s"\'{$<][^\\s"\']{5,}'];
  return logins.map((login) => ({
    looksLike: 'cluster credentials',
    parts: [kind, users, new RegExp(before + login.replace('[B]', between), 'm')],
  }));
}

/** What `content` (a byte string) looks like; null if harmless. */
export function secretInContent(content: string): string | null {
  if (!anyHint.test(content)) return null;
  for (const { looksLike, parts } of documents) if (parts.every((part) => isFound(part, content))) return looksLike;
  for (const { looksLike, shape } of tokens) if (isFound(shape, content)) return looksLike;
  return null;
}

function isFound(shape: RegExp, content: string): boolean {
  const found = shape.exec(content);
  return found !== null && (found[1] === undefined || isReal(found[1]));
}

/** Examples in documentation repeat a character, or say that they are examples. */
function isReal(token: string): boolean {
  return new Set(token).size >= 10 && !/example|xxxx|0000000|1234567|abcdef/i.test(token);
}

/** Kinds of files in which people keep settings. */
const settings: ReadonlySet<string> = new Set(
  'json yml yaml toml ini cfg conf config properties plist pem crt cer cert key agekey asc gpg sh bash zsh env tf txt md'.split(' '),
);
/** Made by tools from public data, and long. */
const GENERATED =
  /^(package|package-lock|npm-shrinkwrap|composer|bower|manifest|tsconfig.*|jsconfig|lerna|nx|turbo|angular|components|vercel)\.json$|lock\.(json|ya?ml)$/;
/** Programs are looked into only when their name speaks of settings or secrets: most of a project is programs. */
const TELLING = /secret|credential|passw|token|api[-_]?key|private|config|settings|constants|environment|\.env|auth/;
const programs: ReadonlySet<string> = new Set('js mjs cjs jsx ts mts cts tsx py rb php go java kt cs rs swift ex exs lua pl'.split(' '));
const ORDINARY =
  /^(dockerfile|makefile|license|licence|copying|notice|authors|changelog|readme|codeowners|procfile|gemfile|rakefile|vagrantfile|jenkinsfile|install|version|\..*ignore|\.gitattributes|\.gitkeep|\.editorconfig|\.babelrc|\.prettierrc|\.eslintrc)$/;

/** Larger files are data, not settings. */
const LARGEST = 256 * 1024;

/** Whether a file of this name (in lower case) and size is worth opening; `isCrowded`: one of many such in its folder. */
export function isWorthALook(name: string, size: number, isCrowded: boolean): boolean {
  if (size < 20 || size > LARGEST) return false;
  if (isCrowded && !TELLING.test(name)) return false;
  const dot = name.lastIndexOf('.');
  if (dot <= 0) return !ORDINARY.test(name);
  const kind = name.slice(dot + 1);
  if (kind === 'md') return !ORDINARY.test(name.slice(0, dot));
  return programs.has(kind) ? TELLING.test(name) : settings.has(kind) && !GENERATED.test(name);
}
