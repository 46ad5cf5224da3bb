/**
 * What certificates are got with and tested against: certbot with a plugin, Pebble, the test server of the ACME protocol, and a DNS server
 * that takes changes.
 */
import { alpine } from './alpine-images.ts';
import { debian, python } from './debian-images.ts';
import type { ImageConfig, ImageRecipe, LayerRecipe } from './recipe-types.ts';
import { PATH } from './recipe-types.ts';

/**
 * A script that unpacks into /out what `packages` need beyond what `below` brought, for a layer over one that has those. Only
 * unpacked: to install it here would mean to install what is below once more, and to run what no image needs.
 */
function unpackOver(below: readonly string[], packages: readonly string[]): string {
  return `[ -e /var/lib/apt/lists/practice ] || { apt-get update -qq -o Acquire::Retries=3; touch /var/lib/apt/lists/practice; }
needed() { apt-get install -s -qq --no-install-recommends "$@" > /practice/plan; sed -n 's/^Inst \\([^ ]*\\).*/\\1/p' /practice/plan | sort; }
mkdir /practice/packages /out
cd /practice/packages
needed ${below.join(' ')} > ../below
needed ${[...below, ...packages].join(' ')} > ../all
apt-get download -qq -o APT::Sandbox::User=root -o Acquire::Retries=3 $(comm -13 ../below ../all)
for package in *.deb; do dpkg-deb -x "$package" /out; done
rm -rf /out/usr/share/doc /out/usr/share/man /out/usr/share/lintian /out/etc/cron.d /out/lib/systemd
# Below, /lib is a link to /usr/lib; a folder would hide it. This fails where one still has something in it.
if [ -e /out/lib ]; then rmdir /out/lib; fi`;
}

/** The last of them shows a program another time than the clock's, where a test sets `LD_PRELOAD`. */
const certbotPackages = ['certbot', 'python3-certifi', 'libfaketime'];

const certbot: LayerRecipe = {
  name: 'certbot',
  // What is in /etc are Debian's own additions. With Python 3.11 (the original has 3.10) this certbot loses what the ACME server says
  // on a refused order: https://github.com/certbot/certbot/issues/9539
  script: `${unpackOver(python.packages ?? [], certbotPackages)}
rm -rf /out/etc
sed -i 's/^class Error(.*/&\\n    __setattr__ = object.__setattr__/' /out/usr/lib/python3/dist-packages/acme/messages.py
grep -q __setattr__ /out/usr/lib/python3/dist-packages/acme/messages.py
mkdir -p /out/usr/local/bin /out/etc/letsencrypt /out/var/lib/letsencrypt /out/opt/certbot
ln -s /usr/bin/certbot /out/usr/local/bin/certbot`,
  take: 'out',
};

const rfc2136: LayerRecipe = {
  name: 'certbot for rfc2136',
  script: unpackOver([...(python.packages ?? []), ...certbotPackages], ['python3-certbot-dns-rfc2136']),
  take: 'out',
};

const certbotConfig: ImageConfig = {
  Entrypoint: ['certbot'],
  Env: [PATH, 'LANG=C.UTF-8'],
  WorkingDir: '/opt/certbot',
  ExposedPorts: { '80/tcp': {}, '443/tcp': {} },
  Volumes: { '/etc/letsencrypt': {}, '/var/lib/letsencrypt': {} },
};

const TEN_YEARS_DAYS = 3650;

/** The original's own example. */
const pebbleSettings = {
  pebble: {
    listenAddress: '0.0.0.0:14000',
    managementListenAddress: '0.0.0.0:15000',
    certificate: 'test/certs/localhost/cert.pem',
    privateKey: 'test/certs/localhost/key.pem',
    httpPort: 5002,
    tlsPort: 5001,
    ocspResponderURL: '',
    externalAccountBindingRequired: false,
  },
};

/** With its own authority and certificate for HTTPS, at the original's places and for more names; its test DNS server lies beside it. */
const pebble: LayerRecipe = {
  name: 'pebble',
  packages: ['pebble'],
  script: `mkdir -p /out/usr/bin /out/test/config /out/test/certs/localhost
cp /usr/bin/pebble /usr/bin/pebble-challtestsrv /out/usr/bin/
echo '${JSON.stringify(pebbleSettings)}' > /out/test/config/pebble-config.json
cd /out/test/certs
new='openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days ${TEN_YEARS_DAYS}'
$new -subj '/CN=practice ACME server authority' -addext keyUsage=critical,keyCertSign,cRLSign -keyout /practice/ca.key -out pebble.minica.pem
$new -subj /CN=pebble -CA pebble.minica.pem -CAkey /practice/ca.key -addext basicConstraints=critical,CA:FALSE \\
  -addext subjectAltName=DNS:pebble,DNS:acme,DNS:localhost,IP:127.0.0.1 -addext extendedKeyUsage=serverAuth \\
  -keyout localhost/key.pem -out localhost/cert.pem
openssl verify -CAfile pebble.minica.pem localhost/cert.pem`,
  take: 'out',
};

/** The original's folders and user. It lacks the caching folder, which layers leave out. */
const bind: LayerRecipe = {
  name: 'bind9',
  packages: ['bind9'],
  script: `mkdir -p /var/log/bind
chown bind:bind /var/lib/bind /var/log/bind`,
  take: 'changes',
};

export const acmeImages: readonly ImageRecipe[] = [
  { tags: ['certbot/certbot:v2.1.0'], layers: [debian, python, certbot], config: certbotConfig },
  { tags: ['certbot/dns-rfc2136:v2.1.0'], layers: [debian, python, certbot, rfc2136], config: certbotConfig },
  {
    tags: ['letsencrypt/pebble:2.4'],
    layers: [alpine, pebble],
    config: { Cmd: ['/usr/bin/pebble'], Env: [PATH], ExposedPorts: { '14000/tcp': {}, '15000/tcp': {} } },
  },
  {
    tags: ['internetsystemsconsortium/bind9:9.18'],
    layers: [debian, bind],
    config: {
      Entrypoint: ['/usr/sbin/named', '-u', 'bind'],
      Cmd: ['-f', '-c', '/etc/bind/named.conf', '-L', '/var/log/bind/default.log'],
      Env: [PATH],
      ExposedPorts: { '53/udp': {}, '53/tcp': {}, '953/tcp': {} },
    },
  },
];
