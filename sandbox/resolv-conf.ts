/** The name servers that practice servers use: this machine's own, as far as they can be reached from another host. */
import { readFile } from 'node:fs/promises';

/** The first of these files that names a server other than this machine itself. The second is behind systemd-resolved's stub. */
const candidates = ['/etc/resolv.conf', '/run/systemd/resolve/resolv.conf'];

/** The text for a server's /etc/resolv.conf; empty where this machine has no name server that others can reach. */
export async function serverResolvConf(): Promise<string> {
  const texts = await Promise.all(candidates.map((file) => readFile(file, 'utf8').catch(() => '')));
  return texts.map(reachable).find((text) => text.includes('nameserver')) ?? '';
}

/** `text` without name servers on loopback addresses, which mean another host there. */
export function reachable(text: string): string {
  return text
    .split('\n')
    .filter((line) => /^(nameserver|search|domain|options)\s/.test(line) && !/^nameserver\s+(127\.|::1)/.test(line))
    .map((line) => `${line}\n`)
    .join('');
}
