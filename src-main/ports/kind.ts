import type { PortProtocol, PortRoute } from '../contract/index.ts';
import { EDGE_IMAGE } from '../edge/index.ts';
import { FOLDER, renderTcp } from './tcp.ts';
import { renderUdp, UDP_CHECK, UDP_IMAGE, UDP_START, UDP_USER } from './udp.ts';

/** What a port's proxy is, by its protocol. */
export interface ProxyKind {
  readonly image: string;
  /** Neither needs root: both listen above 1,024. */
  readonly user: string;
  readonly command: readonly string[];
  readonly stopSignal: string;
  readonly render: (route: PortRoute) => string;
  /** A shell's words before the file that is to be looked at. */
  readonly check: string;
}

export const proxyKinds: Readonly<Record<PortProtocol, ProxyKind>> = {
  tcp: {
    image: EDGE_IMAGE,
    user: '99',
    command: ['haproxy', '-W', '-db', '-S', `${FOLDER}/master.sock,mode,666`, '-f', `${FOLDER}/proxy.cfg`],
    stopSignal: 'SIGUSR1',
    render: renderTcp,
    check: 'haproxy -c -f',
  },
  udp: { image: UDP_IMAGE, user: UDP_USER, command: ['sh', '-c', UDP_START], stopSignal: 'SIGTERM', render: renderUdp, check: UDP_CHECK },
};
