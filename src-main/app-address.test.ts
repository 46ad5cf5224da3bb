import { describe, expect, it } from 'vitest';
import { reachableHost, resolvesTo } from './app-address.ts';

const server = '203.0.113.7';
const byAddress = 'shop.203-0-113-7.sslip.io';

/** A resolver that knows these names, and keeps what it was asked for. */
function resolver(known: Readonly<Record<string, string>>) {
  const asked: string[] = [];
  const leadsTo = async (host: string, address: string): Promise<boolean> => {
    asked.push(host);
    return known[host] === address;
  };
  return { asked, leadsTo };
}

describe('the name at which an app is opened', () => {
  it("is the user's own domain, in their order, before the default one", async () => {
    const { asked, leadsTo } = resolver({ [byAddress]: server, 'shop.example.com': server, 'www.example.com': server });
    expect(await reachableHost([byAddress, 'shop.example.com', 'www.example.com'], server, leadsTo)).toBe('shop.example.com');
    expect(asked).toEqual(['shop.example.com']);
  });

  it('is the default one while a domain of the user leads elsewhere or nowhere', async () => {
    const { asked, leadsTo } = resolver({ [byAddress]: server, 'shop.example.com': '198.51.100.1' });
    expect(await reachableHost([byAddress, 'shop.example.com', 'new.example.com'], server, leadsTo)).toBe(byAddress);
    expect(asked).toEqual(['shop.example.com', 'new.example.com', byAddress]);
  });

  it('is none when no name leads to the server: then it takes a tunnel', async () => {
    const { leadsTo } = resolver({ [byAddress]: '198.51.100.1' });
    expect(await reachableHost([byAddress, 'shop.example.com'], server, leadsTo)).toBeNull();
    expect(await reachableHost([], server, leadsTo)).toBeNull();
  });

  it('asks for no name while the address of the server is not known', async () => {
    const { asked, leadsTo } = resolver({ [byAddress]: server });
    expect(await reachableHost([byAddress], null, leadsTo)).toBeNull();
    expect(asked).toEqual([]);
  });
});

describe("the system's resolver", () => {
  it('says yes for one of the addresses of a name alone', async () => {
    expect(await resolvesTo('localhost', '127.0.0.1')).toBe(true);
    expect(await resolvesTo('localhost', server)).toBe(false);
    expect(await resolvesTo(server, server)).toBe(true);
  });

  it('says no for a name that does not resolve', async () => {
    // RFC 6761: names below .invalid never do.
    expect(await resolvesTo('shop.invalid', '127.0.0.1')).toBe(false);
  });
});
