import { closeSync, constants, openSync, readSync } from 'node:fs';
import { toPath } from './byte-path.ts';
import { isWorthALook, secretInContent } from './secrets-content.ts';

/** What says of a `.env` file that it is meant to be shared: it shows which variables there are, not their values. */
const SHARED_ENV = /(^|[._-])(example|sample|template|tmpl|dist|defaults?|schema)(\.env)?$/;
/** A copy that was put aside is as secret as what it is a copy of. */
const PUT_ASIDE = /(\.(bak|backup|old|orig|save)|~)+$/;
const ASIDE_ENDS = 'kpdge~';

const ENVIRONMENT = 'environment file';

const byName: readonly { readonly name: RegExp; readonly looksLike: string }[] = [
  { name: /^\.env|\.env$|^\.flaskenv$|^\.dev\.vars($|\.)/, looksLike: ENVIRONMENT },
  { name: /\.(p8|ppk)$|^id_(rsa|dsa|ecdsa|ed25519|xmss)(_sk)?$/, looksLike: 'private key' },
  { name: /\.(p12|pfx|jks|keystore|kdbx)$/, looksLike: 'key store' },
  {
    name: /^credentials(\.(json|ya?ml|ini|toml|csv|enc))?$|^\.git-credentials$|^application_default_credentials\.json$/,
    looksLike: 'credentials',
  },
  { name: /^(service[-_]?account|client_secrets?|gcp[-_]?key|firebase-adminsdk)[^/]*\.json$/, looksLike: 'cloud credentials' },
  { name: /^(kubeconfig|\.kubeconfig)$|\.kubeconfig$/, looksLike: 'cluster credentials' },
  { name: /\.tfstate(\.[0-9]+)?$|\.tfvars(\.json)?$/, looksLike: 'Terraform state or variables' },
  {
    name: /^(\.netrc|_netrc|\.pgpass|\.my\.cnf|\.htpasswd|\.dockercfg|\.s3cfg|\.boto|\.vault-token|\.terraformrc)$/,
    looksLike: 'passwords',
  },
  { name: /^(secrets?\.(ya?ml|json|toml|env|ini)|master\.key|\.vault_pass(word)?)$/, looksLike: 'secrets' },
];

const byPath: readonly { readonly path: RegExp; readonly looksLike: string }[] = [
  // What is right in `.env` may also be Python's, whose own folders lie below it.
  { path: /(^|\/)\.envs\/|(^|\/)\.env[^/]*\/(?!pyvenv\.cfg$|\.gitignore$)[^/]+$/, looksLike: ENVIRONMENT },
  { path: /(^|\/)\.ssh\/(?!.*\.pub$|known_hosts|config$)/, looksLike: 'private key' },
  { path: /(^|\/)\.(aws|azure|gcloud|config\/gcloud)\//, looksLike: 'cloud credentials' },
  { path: /(^|\/)\.kube\/config$/, looksLike: 'cluster credentials' },
  { path: /(^|\/)\.gnupg\//, looksLike: 'private key' },
];

/** Files that are secret only with a token in them. The content is a byte string. */
const byContent: readonly { readonly name: RegExp; readonly content: RegExp; readonly looksLike: string }[] = [
  {
    // Translations and slides have this ending, too. A key is in a block, in the binary form of one, or all there is in the file.
    name: /\.key$/,
    content:
      /PRIVATE KEY|AGE-SECRET-KEY|PuTTY-User-Key|^\x30[\x30-\x84][\s\S]{0,4}\x02\x01[\x00\x01]|^\s*[A-Za-z0-9+/_-]{32,}={0,2}\s*$|\bsecret\s+"/,
    looksLike: 'private key',
  },
  { name: /^\.npmrc$/, content: /^[^#;\n]*(_authToken|_auth|_password)\s*=\s*(?!\s*["']?\$\{)\S/m, looksLike: 'npm token' },
  { name: /^\.yarnrc\.yml$/, content: /^\s*npmAuth(Token|Ident):\s*(?!\s*["']?\$\{)\S/m, looksLike: 'npm token' },
  { name: /^\.pypirc$/, content: /^\s*password\s*[:=]\s*\S/m, looksLike: 'PyPI token' },
  {
    name: /^(pip\.conf|\.gemrc|auth\.json|nuget\.config|settings\.xml|gradle\.properties)$/,
    content: /:\/\/[^/\s:@]+:[^/\s@]+@|"(http-basic|github-oauth)"|<password>|ClearTextPassword|[Pp]assword\s*=\s*(?!\s*\$)\S/,
    looksLike: 'registry token',
  },
];

export interface SecretName {
  readonly looksLike: string;
  /** Null: the name says enough. Else it is a secret only if the content matches. */
  readonly content: RegExp | null;
}

/** Every name that a rule above matches has one of these in it; a thousand others are done with here. */
const anyHint =
  /env|dev\.vars|key|p8|ppk|id_|p12|pfx|jks|kdbx|credential|service|client_secret|secret|gcp|firebase|kube|tfstate|tfvars|netrc|pgpass|my\.cnf|htpasswd|dockercfg|s3cfg|boto|vault|terraformrc|npmrc|yarnrc|pypirc|pip\.conf|gemrc|auth\.json|nuget|settings\.xml|gradle/;

/** What a file's path gives away; null if nothing. Pure: the caller reads the content where that has to decide. */
export function looksSecret(path: string): SecretName | null {
  const name = judgedName(path);
  // All folders that rules above speak of begin with a dot.
  const isBelowDot = path.startsWith('.') || path.includes('/.');
  if (!isBelowDot && !anyHint.test(name)) return null;
  const whole = path.slice(0, path.lastIndexOf('/') + 1).toLowerCase() + name;
  const named = byName.find((rule) => rule.name.test(name)) ?? byPath.find((rule) => rule.path.test(whole));
  if (named) return named.looksLike === ENVIRONMENT && SHARED_ENV.test(name) ? null : { looksLike: named.looksLike, content: null };
  const token = byContent.find((rule) => rule.name.test(name));
  return token ? { looksLike: token.looksLike, content: token.content } : null;
}

/** The name as it was before somebody put the file aside, in lower case. */
function judgedName(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1).toLowerCase();
  // Most names end otherwise, and a look at that is cheap.
  return ASIDE_ENDS.includes(name.charAt(name.length - 1)) ? name.replace(PUT_ASIDE, '') || name : name;
}

/** How much of a file is looked at. */
const PEEKED_BYTES = 8192;
const scratch = Buffer.allocUnsafeSlow(PEEKED_BYTES);

/** More files of settings than this in one folder are data: translations, fixtures, results. */
const CROWD = 24;

/** How many files of a folder were opened. */
export interface Looks {
  looks: number;
}

/**
 * What the regular file at the byte path `absolute` looks like, by its name or by a light look at its content; null if
 * harmless. `path` is what the names in it are judged by; `folder` counts, so that a folder of data is not read whole.
 */
export function secretIn(path: string, absolute: string, size: number, folder: Looks = { looks: 0 }): string | null {
  const named = looksSecret(path);
  if (named !== null && named.content === null) return named.looksLike;
  if (named === null) {
    if (!isWorthALook(judgedName(path), size, folder.looks >= CROWD)) return null;
    folder.looks++;
  }
  const content = peek(absolute);
  if (content === null) return null;
  return named?.content?.test(content) ? named.looksLike : secretInContent(content);
}

function peek(absolute: string): string | null {
  let handle: number;
  try {
    handle = openSync(toPath(absolute), constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  } catch {
    return null;
  }
  try {
    return scratch.toString('latin1', 0, readSync(handle, scratch, 0, PEEKED_BYTES, 0));
  } catch {
    return null;
  } finally {
    closeSync(handle);
  }
}
