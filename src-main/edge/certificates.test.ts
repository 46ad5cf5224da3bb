import { describe, expect, it } from 'vitest';
import { checkedCertificateName, parseListed } from './certificates.ts';

describe('certificates of the edge', () => {
  it('have names that are plain files in their folder', () => {
    for (const name of ['shop.example.com', '_.example.com', 'own_shop.example.com']) expect(checkedCertificateName(name)).toBe(name);
    for (const name of ['../x', 'a/b', '.x', '-x', '', 'a..b', 'a b', 'x\n', 'X'.repeat(3)]) {
      expect(() => checkedCertificateName(name), JSON.stringify(name)).toThrow(/cannot be the name/);
    }
  });

  it('are read from what the script prints', () => {
    const certificate = '-----BEGIN CERTIFICATE-----\nfile x\n-----END CERTIFICATE-----\n';
    expect(
      parseListed(`file /etc/edge/certs/a.example.com.pem\n${certificate.replace('file x', 'AAAA')}file /etc/edge/certs/own_b.pem\n`),
    ).toEqual([
      { name: 'a.example.com', chain: certificate.replace('file x', 'AAAA') },
      { name: 'own_b', chain: '' },
    ]);
    expect(parseListed('')).toEqual([]);
  });
});
