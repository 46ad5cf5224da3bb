import { ExpectedError } from '../contract/index.ts';
import { imageThere } from '../docker/index.ts';
import type { Docker } from '../docker/types.ts';
import type { SshConnection } from '../ssh/types.ts';
import { PROBE_KEY_SCRIPT } from './files.ts';
import { ETC, RUN, renderConfig } from './render/config.ts';
import { EDGE_IMAGE, edgeBinds, edgeLabels } from './service.ts';

/**
 * Makes the edge's folders and first files. Runs as root in a container that has both folders, so that no sudo is needed; files that
 * are there stay, but a configuration that HAProxy refuses gives way to the last good one or an empty one, or the edge would never start.
 * Arguments: the group that may use the sockets, the configuration without any app.
 */
const PREPARE = `
set -eu
cd ${ETC}
chmod 755 .
chown "0:$1" ${RUN}
chmod 750 ${RUN}
mkdir -p certs
chmod 700 certs
touch hosts.map slots.map https.map acme.map certs.list routes.map holds.map .lock
${PROBE_KEY_SCRIPT}
if [ ! -s haproxy.cfg ]; then
  printf '%s' "$2" > haproxy.cfg
elif ! haproxy -c -f haproxy.cfg >&2; then
  cp haproxy.cfg haproxy.cfg.refused
  if [ -s haproxy.cfg.good ] && haproxy -c -f haproxy.cfg.good >&2; then cp haproxy.cfg.good haproxy.cfg
  else printf '%s' "$2" > haproxy.cfg; fi
  echo "The configuration that was there is not valid; it was replaced and kept as haproxy.cfg.refused."
fi
chmod 644 haproxy.cfg hosts.map slots.map https.map acme.map certs.list routes.map holds.map
`;

/** Pulls HAProxy's image where it is missing and makes the folders. Returns the image's id. */
export async function prepareEdge(connection: Pick<SshConnection, 'name' | 'exec'>, docker: Docker, signal?: AbortSignal): Promise<string> {
  const imageId = await imageThere(docker, EDGE_IMAGE, connection.name, { signal });
  const group = await socketGroup(connection, signal);
  const result = await docker.runOnce({
    image: imageId,
    argv: ['sh', '-c', PREPARE, 'sh', group, renderConfig({ apps: [] })],
    binds: edgeBinds,
    labels: edgeLabels,
    signal,
  });
  if (result.code !== 0) {
    throw new ExpectedError('edge-failed', `The folders of the edge on ${connection.name} could not be prepared`, {
      detail: `${result.stdout}\n${result.stderr}`.trim(),
    });
  }
  return imageId;
}

/** The group of Docker's socket: whoever may use Docker may use HAProxy's sockets. */
export async function socketGroup(connection: Pick<SshConnection, 'name' | 'exec'>, signal?: AbortSignal): Promise<string> {
  const result = await connection.exec(['stat', '-L', '-c', '%g', '/var/run/docker.sock'], { signal });
  const group = result.stdout.trim();
  if (result.code === 0 && /^\d+$/.test(group)) return group;
  throw new ExpectedError('docker-unavailable', `The socket of Docker on ${connection.name} is not at /var/run/docker.sock`, {
    detail: result.stderr,
    next: `Run the set-up of ${connection.name} again: it starts Docker.`,
  });
}
