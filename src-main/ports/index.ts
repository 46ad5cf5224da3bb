/**
 * Ports of a server that lead to a port of an app, or elsewhere: TCP through a HAProxy of its own per port. The Swarm service of that proxy
 * is all that is kept of a port. Works through the interfaces of apps, docker, edge and ssh; it may not know of releases.
 */
export { followSwitch } from './follow.ts';
export { changePorts, listPorts, removePortsOf } from './ports.ts';
