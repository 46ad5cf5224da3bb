import type { PortRoute } from '../contract/index.ts';
import { backendName, SLOTS_MAP, slotAlias } from '../edge/index.ts';
import { FOLDER, INNER_PORT } from './tcp.ts';

/** HAProxy has no UDP; this one is as well kept, and its stream module is in the official image. */
export const UDP_IMAGE = 'nginx:1.22';
/** The user of nginx in that image. */
export const UDP_USER = '101';

const SLOTS = '/tmp/slots.map';

/** The edge's map of slots in nginx's form. A prefix keeps an app called `default` or `include` from being a word of nginx's own. */
const WRITE_SLOTS = `sed -n 's/^\\([a-z][a-z0-9-]*\\) \\([a-z0-9_-]*\\)$/app-\\1 \\2;/p' ${SLOTS_MAP}`;

/** Starts nginx by what the edge's map says now. */
export const UDP_START = `${WRITE_SLOTS} > ${SLOTS} && exec nginx -e stderr -c ${FOLDER}/proxy.cfg -g 'daemon off;'`;

/** Says whether nginx takes a configuration: argument 1. */
export const UDP_CHECK = `[ -e ${SLOTS} ] || ${WRITE_SLOTS} > ${SLOTS}; nginx -t -e stderr -c`;

/** Lets nginx go by what the edge's map says now, where that is something else than it goes by. */
export const UDP_FOLLOW = `
set -eu
${WRITE_SLOTS} > ${SLOTS}.new
if [ "$(cat ${SLOTS}.new)" = "$(cat ${SLOTS})" ]; then exit 0; fi
mv ${SLOTS}.new ${SLOTS}
kill -HUP 1
`;

/**
 * The configuration of the nginx behind a UDP port. UDP has no connections: nginx takes what comes from one address and port for one, and
 * leads it to where the first datagram went until it was silent for a minute, or until nginx is told of another slot.
 */
export function renderUdp({ target, allow }: PortRoute): string {
  const upstream =
    target.kind === 'app'
      ? [
          `  map "app-${target.app}" $backend { default ""; include ${SLOTS}; }`,
          `  map $backend $upstream { default ${slotAlias(target.app, 'a')}; ${backendName(target.app, 'b')} ${slotAlias(target.app, 'b')}; }`,
        ]
      : [`  map "" $upstream { default ${target.host}; }`];
  return `${[
    '# Written by Longshore from the labels of this service. The next change by Longshore replaces it.',
    // Where the stream module is a file of its own it is loaded here.
    'include /etc/nginx/modules-enabled/*.conf;',
    'worker_processes 1;',
    'error_log stderr error;',
    'pid /tmp/nginx.pid;',
    'events { worker_connections 4096; }',
    'stream {',
    '  resolver 127.0.0.11 valid=1s ipv6=off;',
    ...upstream,
    '  server {',
    `    listen ${INNER_PORT} udp;`,
    ...allow.map((address) => `    allow ${address};`),
    ...(allow.length > 0 ? ['    deny all;'] : []),
    '    proxy_timeout 60s;',
    `    proxy_pass $upstream:${target.port};`,
    '  }',
    '}',
  ].join('\n')}\n`;
}
