import type { RouteRules, RouteTarget, RouteView } from '../../../src-main/contract/index.ts';
import { bytes, plural, wholeDuration } from '../../ui/format.ts';

type Rules = RouteView['rules'];

/** Where a route leads: `shop, port 8125`, `http://10.0.0.5:9000`, `https://new.example.com/`, `Maintenance page`. */
export function targetInWords(target: RouteTarget): string {
  switch (target.kind) {
    case 'app':
      return target.port === null ? target.app : `${target.app}, port ${target.port}`;
    case 'address':
      return addressInWords(target);
    case 'redirect':
      return target.to;
    case 'maintenance':
      return 'Maintenance page';
  }
}

export const usualPorts: Readonly<Record<'http' | 'https', number>> = { http: 80, https: 443 };

function addressInWords({ scheme, host, port }: Extract<RouteTarget, { kind: 'address' }>): string {
  return `${scheme}://${host}${port === usualPorts[scheme] ? '' : `:${port}`}`;
}

/** What else is to be known of where it leads, quietly: `301, path kept`, `without /api`; empty where there is nothing. */
export function targetAside({ path, strip, target }: Pick<RouteView, 'path' | 'strip' | 'target'>): string {
  switch (target.kind) {
    case 'app':
      return strip && path !== '/' ? `without ${path}` : '';
    case 'address': {
      const unchecked = target.scheme === 'https' && !target.verify ? ['any certificate'] : [];
      return [...unchecked, ...(strip && path !== '/' ? [`without ${path}`] : [])].join(', ');
    }
    case 'redirect':
      return target.keepPath ? `${target.code}, path kept` : String(target.code);
    case 'maintenance':
      return target.text.trim();
  }
}

/** The rules of a route in short, who may come in first: "2 users, only from 10.0.0.0/8, 60/min, 3 headers". */
export function rulesInShort(rules: Rules): string {
  const { users, allow, deny, rate, mostBytes, answerSeconds, idleSeconds, sticky, gzip, sendProxy, requestHeaders, responseHeaders } =
    rules;
  const headers = requestHeaders.length + responseHeaders.length;
  return [
    ...(users.length > 0 ? [plural(users.length, 'user')] : []),
    ...(allow.length > 0 ? [`only from ${blocks(allow)}`] : []),
    ...(deny.length > 0 ? [`not from ${blocks(deny)}`] : []),
    ...(rate ? [rateInShort(rate)] : []),
    ...(mostBytes === null ? [] : [`up to ${bytes(mostBytes)}`]),
    ...(answerSeconds === null ? [] : [`answers within ${wholeDuration(answerSeconds * 1000)}`]),
    ...(idleSeconds === null ? [] : [`silent for ${wholeDuration(idleSeconds * 1000)} at most`]),
    ...(sticky ? ['sticky'] : []),
    ...(gzip ? ['gzip'] : []),
    ...(sendProxy ? ['PROXY protocol'] : []),
    ...(headers > 0 ? [plural(headers, 'header')] : []),
  ].join(', ');
}

function blocks(addresses: readonly string[]): string {
  const [first = ''] = addresses;
  return addresses.length === 1 ? first : plural(addresses.length, 'address', 'addresses');
}

function rateInShort({ requests, seconds }: NonNullable<RouteRules['rate']>): string {
  const usual: Readonly<Record<number, string>> = { 1: '/s', 60: '/min', 3600: '/h' };
  const unit = usual[seconds];
  return unit === undefined ? `${requests} in ${seconds} s` : `${requests}${unit}`;
}

/** Whether rules say who may come in, or how much of it: what one would not want to be walked around by another name. */
export function guards({ users, allow, deny, rate, mostBytes }: Pick<Rules, 'users' | 'allow' | 'deny' | 'rate' | 'mostBytes'>): boolean {
  return users.length > 0 || allow.length > 0 || deny.length > 0 || rate !== null || mostBytes !== null;
}
