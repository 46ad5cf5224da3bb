/**
 * Opens an app in the browser where its name does not resolve: a listener on this computer that leads to the server's edge through
 * the SSH connection. Knows connections, and nothing of apps but their host name.
 */
export { Tunnels } from './tunnels.ts';
