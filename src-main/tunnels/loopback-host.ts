/**
 * Whether a Host header names this computer at the given port. A page on the web can make its own name resolve to 127.0.0.1 and
 * would then read the app as its own origin (DNS rebinding); its requests carry its name.
 */
export function isLoopbackHost(host: string | undefined, port: number): boolean {
  if (host === undefined) return false;
  const named = host.toLowerCase();
  return named === `127.0.0.1:${port}` || named === `localhost:${port}`;
}
