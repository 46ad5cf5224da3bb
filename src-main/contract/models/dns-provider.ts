import { z } from 'zod';

/** Those whose entries certbot can change, each by an image of its own (certbot's documentation, "DNS Plugins"). */
export const dnsProvider = z.enum([
  'cloudflare',
  'digitalocean',
  'dnsimple',
  'gehirn',
  'google',
  'linode',
  'luadns',
  'nsone',
  'ovh',
  'rfc2136',
  'route53',
  'sakuracloud',
]);
export type DnsProvider = z.infer<typeof dnsProvider>;

export interface DnsProviderFacts {
  /** What its users call it. */
  readonly title: string;
  /** What its credentials look like, in the form in which they are asked for. */
  readonly sample: string;
  /** Seconds certbot waits for an entry to be seen everywhere unless told otherwise; null where the provider itself says when it is. */
  readonly propagationSeconds: number | null;
}

/** By certbot's plugins of version 2.1. */
export const dnsProviders: Readonly<Record<DnsProvider, DnsProviderFacts>> = {
  cloudflare: {
    title: 'Cloudflare',
    sample: '# A token that may edit the DNS of the zone\ndns_cloudflare_api_token = …',
    propagationSeconds: 10,
  },
  digitalocean: { title: 'DigitalOcean', sample: 'dns_digitalocean_token = …', propagationSeconds: 10 },
  dnsimple: { title: 'DNSimple', sample: 'dns_dnsimple_token = …', propagationSeconds: 30 },
  gehirn: { title: 'Gehirn', sample: 'dns_gehirn_api_token = …\ndns_gehirn_api_secret = …', propagationSeconds: 30 },
  google: {
    title: 'Google Cloud DNS',
    sample: '{ "type": "service_account", "project_id": …, "private_key": …, "client_email": … }',
    propagationSeconds: 60,
  },
  linode: { title: 'Linode', sample: 'dns_linode_key = …\ndns_linode_version = 4', propagationSeconds: 120 },
  luadns: { title: 'LuaDNS', sample: 'dns_luadns_email = …\ndns_luadns_token = …', propagationSeconds: 30 },
  nsone: { title: 'NS1', sample: 'dns_nsone_api_key = …', propagationSeconds: 30 },
  ovh: {
    title: 'OVH',
    sample: 'dns_ovh_endpoint = ovh-eu\ndns_ovh_application_key = …\ndns_ovh_application_secret = …\ndns_ovh_consumer_key = …',
    propagationSeconds: 120,
  },
  rfc2136: {
    title: 'BIND, Knot or PowerDNS (RFC 2136)',
    sample: 'dns_rfc2136_server = 192.0.2.1\ndns_rfc2136_name = certbot.\ndns_rfc2136_secret = …\ndns_rfc2136_algorithm = HMAC-SHA512',
    propagationSeconds: 60,
  },
  route53: {
    title: 'Amazon Route 53',
    sample: '[default]\naws_access_key_id = …\naws_secret_access_key = …',
    propagationSeconds: null,
  },
  sakuracloud: { title: 'Sakura Cloud', sample: 'dns_sakuracloud_api_token = …\ndns_sakuracloud_api_secret = …', propagationSeconds: 90 },
};
