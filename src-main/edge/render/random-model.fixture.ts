import { noRules, type Route, type RouteRules, type RouteTarget } from '../../contract/index.ts';
import type { EdgeApp, EdgeModel, SlotModel } from '../types.ts';

/** A fixed generator: a failure can be seen again. */
class Random {
  constructor(private seed: number) {}

  number(): number {
    // Mulberry32.
    this.seed = (this.seed + 0x6d2b79f5) | 0;
    let t = Math.imul(this.seed ^ (this.seed >>> 15), 1 | this.seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  }

  below(end: number): number {
    return Math.floor(this.number() * end);
  }

  of<T>(choices: readonly T[]): T {
    const chosen = choices[this.below(choices.length)];
    if (chosen === undefined) throw new Error('Nothing to choose from');
    return chosen;
  }

  maybe<T>(value: T): T | null {
    return this.number() < 0.3 ? value : null;
  }

  some<T>(most: number, make: () => T): T[] {
    return this.number() < 0.4 ? Array.from({ length: 1 + this.below(most) }, make) : [];
  }

  text(characters: string, most: number): string {
    return Array.from({ length: 1 + this.below(most) }, () => characters[this.below(characters.length)]).join('');
  }
}

const visible = Array.from({ length: 95 }, (_, at) => String.fromCharCode(32 + at)).join('');
/** What ends quotes, begins formats, variables and comments, more often than the rest. */
const hostile = `${visible}${`'"\\%$#{}[]() `.repeat(6)}`;
const hash = `$6$abcdefgh$${'A'.repeat(85)}.`;

function label(random: Random): string {
  return random.text('abcdefghijklmnopqrstuvwxyz', 8);
}

function host(random: Random): string {
  return `${random.number() < 0.2 ? '*.' : ''}${label(random)}.${label(random)}.example`;
}

function target(random: Random, apps: readonly string[]): RouteTarget {
  switch (random.below(4)) {
    case 0:
      return random.number() < 0.5
        ? { kind: 'address', scheme: 'http', host: '192.0.2.7', port: 1 + random.below(65_535), verify: false }
        : {
            kind: 'address',
            scheme: random.of(['http', 'https']),
            host: `${label(random)}.example`,
            port: 1 + random.below(65_535),
            verify: random.number() < 0.5,
          };
    case 1:
      return {
        kind: 'redirect',
        to: `https://${label(random)}.example/${random.text('abc%?&=;:@!$()*+,.~{}[]|^`#_-', 20)}`,
        code: random.of([301, 302, 307, 308]),
        keepPath: false,
      };
    case 2:
      return { kind: 'maintenance', text: random.text(`${hostile}éß☃`, 60).trim() || 'x' };
    default:
      return { kind: 'app', app: random.of(apps), port: random.maybe(1 + random.below(65_535)) };
  }
}

function rules(random: Random): RouteRules {
  const header = (): RouteRules['requestHeaders'][number] =>
    random.number() < 0.3
      ? { action: 'remove', name: `X-${random.text('abcXYZ09_-', 12)}` }
      : { action: 'set', name: `X-${random.text('abcXYZ09_-', 12)}`, value: random.text(hostile, 40) };
  return {
    ...noRules,
    requestHeaders: random.some(3, header),
    responseHeaders: random.some(3, header),
    users: random.some(3, () => ({ name: `k${random.text('abc019._@-', 10)}`, hash })),
    allow: random.some(45, () => random.of(['192.0.2.7', '10.0.0.0/8', '2001:db8::/32', '::1'])),
    deny: random.some(3, () => random.of(['198.51.100.0/24', '2001:db8::7'])),
    rate: random.maybe({ requests: 1 + random.below(1_000), seconds: 1 + random.below(3_600) }),
    mostBytes: random.maybe(random.below(1_000_000_000)),
    answerSeconds: random.maybe(1 + random.below(1_000)),
    idleSeconds: random.maybe(1 + random.below(1_000)),
    sticky: random.number() < 0.2,
    gzip: random.number() < 0.2,
    sendProxy: random.number() < 0.2,
  };
}

function health(random: Random): SlotModel['health'] {
  return random.number() < 0.3 ? { kind: 'tcp' } : { kind: 'http', path: `/${random.text(visible.replaceAll(' ', ''), 30)}` };
}

export function randomModel(seed: number): EdgeModel {
  const random = new Random(seed);
  const apps = [...new Set(Array.from({ length: 1 + random.below(3) }, () => `a${label(random)}`))];
  const routes: Route[] = [];
  for (let at = random.below(5); at > 0; at -= 1) {
    const depth = random.below(4);
    const path = depth === 0 ? '/' : Array.from({ length: depth }, () => `/${random.text('abcXYZ019_~!$&()*+,;=:@-', 6)}`).join('');
    const one: Route = {
      id: `r${routes.length + 1}`,
      host: host(random),
      path,
      strip: random.number() < 0.5,
      target: target(random, apps),
      rules: rules(random),
    };
    if (!routes.some((other) => other.host === one.host && other.path === one.path)) routes.push(one);
  }
  const pace = (): SlotModel['pace'] => ({
    intervalSeconds: 1 + random.below(3),
    timeoutSeconds: 4 + random.below(3),
    failures: 2 + random.below(3),
  });
  const slot = (): SlotModel => ({
    port: 1 + random.below(65_535),
    health: health(random),
    room: random.of([4, 8, 16]),
    ...(random.number() < 0.5 ? { pace: pace() } : {}),
  });
  return {
    apps: apps.map((name) => {
      const [a, b] = [slot(), slot()];
      const slots = random.number() < 0.5 ? { a, b } : { a, b: { ...b, health: a.health } };
      return random.number() < 0.3 ? { name, slots, holds: true } : { name, slots };
    }),
    hosts: Object.fromEntries(apps.map((name) => [`${name}.example`, name])),
    live: {},
    routes,
    balancers: random.some(45, () => random.of(['192.0.2.9', '10.1.0.0/16', '2001:db8:1::/48'])),
  };
}

/** Many models as one, which a HAProxy can look at at once. */
export function manyModels(from: number, to: number): EdgeModel {
  const apps = new Map<string, EdgeApp>();
  const routes = new Map<string, Route>();
  for (let seed = from; seed < to; seed += 1) {
    const model = randomModel(seed);
    for (const app of model.apps) apps.set(app.name, app);
    for (const route of model.routes ?? []) {
      const key = `${route.host}${route.path}`;
      if (!routes.has(key)) routes.set(key, { ...route, id: `r${routes.size + 1}` });
    }
  }
  return { apps: [...apps.values()], hosts: {}, live: {}, routes: [...routes.values()] };
}
