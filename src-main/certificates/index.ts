/**
 * TLS certificates of a server: got by ACME and renewed there by certbot, or the user's own, and served by the edge. Works through the
 * interfaces of edge, docker and ssh; it may not know of releases.
 */
export { installOwn, removeCertificate } from './change.ts';
export { startObtain } from './obtain.ts';
export { certificatesOverview } from './overview.ts';
export { removeRenewer } from './renewer.ts';
