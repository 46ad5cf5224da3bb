/** Go, PHP and Composer. */
import { alpine } from './alpine-images.ts';
import { debian } from './debian-images.ts';
import type { ImageRecipe, LayerRecipe } from './recipe-types.ts';
import { PATH } from './recipe-types.ts';

/** Newest first. Debian carries these in its backports. */
const goVersions = ['1.23', '1.22'] as const;
const GO_PATH = 'PATH=/go/bin:/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The tool chain in one folder, so that the same layer lies on Debian and on busybox. */
function go(version: string): LayerRecipe {
  return {
    name: `go ${version}`,
    script: `sed -e '/^$/,$d' -e 's/^Suites: .*/Suites: bookworm-backports/' /etc/apt/sources.list.d/debian.sources > /etc/apt/sources.list.d/backports.sources
apt-get update -qq -o Acquire::Retries=3
apt-get install -y -qq --no-install-recommends -o Acquire::Retries=3 -t bookworm-backports golang-${version}-go
mkdir -p /out/usr/local /out/go/src /out/go/bin
cp -rL /usr/lib/go-${version} /out/usr/local/go
rm -rf /out/usr/local/go/test /out/usr/local/go/doc
find /out/usr/local/go/src -name testdata -prune -exec rm -rf {} +
find /out/usr/local/go/src -name '*_test.go' -delete
chmod 1777 /out/go /out/go/src /out/go/bin`,
    take: 'out',
  };
}

const goImages: readonly ImageRecipe[] = goVersions.flatMap((version, index) => {
  const config = { Cmd: ['bash'], Env: [GO_PATH, 'GOPATH=/go', 'GOTOOLCHAIN=local'], WorkingDir: '/go' };
  const names = [version, ...(index === 0 ? ['1'] : [])];
  const tags = (suffix: string) => names.map((name) => `golang:${name}${suffix}`);
  return [
    { tags: [...tags(''), ...tags('-bookworm'), ...(index === 0 ? ['golang:latest'] : [])], layers: [debian, go(version)], config },
    { tags: tags('-alpine'), layers: [alpine, go(version)], config: { ...config, Cmd: ['/bin/sh'] } },
  ];
});

/**
 * Stands in for the original's script, which compiles from source: the same extensions come as Debian packages, and those that are
 * built in already are left alone.
 */
const extensionScript = `cat > /usr/local/bin/docker-php-ext-install <<'END'
#!/bin/sh
set -e
packages=
for name in "$@"; do
  case $name in
    -j*) continue ;;
    pdo_mysql | mysqli) package=mysql ;;
    pdo_pgsql | pgsql) package=pgsql ;;
    pdo_sqlite | sqlite3) package=sqlite3 ;;
    dom | simplexml | xmlreader | xmlwriter | xsl) package=xml ;;
    *) package=$name ;;
  esac
  php -m | grep -qix "$name" || packages="$packages php8.2-$package"
done
[ -z "$packages" ] && exit 0
apt-get update -qq
apt-get install -y -qq --no-install-recommends $packages
rm -rf /var/lib/apt/lists/*
END
printf '#!/bin/sh\\nexec phpenmod "$@"\\n' > /usr/local/bin/docker-php-ext-enable
printf '#!/bin/sh\\nexit 0\\n' > /usr/local/bin/docker-php-ext-configure
cat > /usr/local/bin/docker-php-entrypoint <<'END'
#!/bin/sh
set -e
if [ "\${1#-}" != "$1" ]; then
    set -- "$0_COMMAND" "$@"
fi
exec "$@"
END
chmod 755 /usr/local/bin/docker-php-*
ln -s /usr/bin/php8.2 /usr/local/bin/php`;

const phpPackages = ['php8.2-cli', 'php8.2-curl', 'php8.2-mbstring', 'php8.2-sqlite3', 'php8.2-xml'];

function php(name: string, command: string, packages: readonly string[], script: string): LayerRecipe {
  return {
    name,
    packages: [...phpPackages, ...packages],
    script: `${extensionScript.replace('$0_COMMAND', command)}
mkdir -p /var/www/html
chown www-data:www-data /var/www/html
chmod 1777 /var/www/html
${script}`,
    take: 'changes',
  };
}

/** As the original does it: runs in the foreground, logs to the container's output, and works for any user. */
const apacheScript = `sed -ri 's/^export ([^=]+)=(.*)$/: \${\\1:=\\2}\\nexport \\1/' /etc/apache2/envvars
rm -rf /var/www/html/* /var/log/apache2/*
mkdir -p /var/run/apache2 /var/lock/apache2
chmod 1777 /var/run/apache2 /var/lock/apache2 /var/log/apache2
ln -s /dev/stderr /var/log/apache2/error.log
for name in access other_vhosts_access; do ln -s /dev/stdout /var/log/apache2/$name.log; done
printf '<FilesMatch \\\\.php$>\\n\\tSetHandler application/x-httpd-php\\n</FilesMatch>\\nDirectoryIndex disabled\\nDirectoryIndex index.php index.html\\n<Directory /var/www/>\\n\\tOptions -Indexes\\n\\tAllowOverride All\\n</Directory>\\n' > /etc/apache2/conf-available/docker-php.conf
a2enconf docker-php
printf 'ServerName localhost\\n' > /etc/apache2/conf-available/practice-name.conf
a2enconf practice-name
cat > /usr/local/bin/apache2-foreground <<'END'
#!/bin/sh
set -e
. /etc/apache2/envvars
mkdir -p "$APACHE_RUN_DIR" "$APACHE_LOCK_DIR"
rm -f "$APACHE_PID_FILE"
exec apache2 -DFOREGROUND "$@"
END
chmod 755 /usr/local/bin/apache2-foreground`;

const phpEnv = [PATH, 'PHP_VERSION=8.2'];

const phpImages: readonly ImageRecipe[] = [
  {
    tags: ['php:latest', 'php:8', 'php:8.2', 'php:cli', 'php:8-cli', 'php:8.2-cli'],
    layers: [debian, php('php', 'php', [], '')],
    config: { Entrypoint: ['docker-php-entrypoint'], Cmd: ['php', '-a'], Env: phpEnv },
  },
  {
    tags: ['php:apache', 'php:8-apache', 'php:8.2-apache'],
    layers: [debian, php('php with apache', 'apache2-foreground', ['libapache2-mod-php8.2', 'apache2'], apacheScript)],
    config: {
      Entrypoint: ['docker-php-entrypoint'],
      Cmd: ['apache2-foreground'],
      Env: [...phpEnv, 'APACHE_CONFDIR=/etc/apache2', 'APACHE_ENVVARS=/etc/apache2/envvars'],
      WorkingDir: '/var/www/html',
      ExposedPorts: { '80/tcp': {} },
      StopSignal: 'SIGWINCH',
    },
  },
  {
    tags: ['composer:latest', 'composer:2', 'composer:lts'],
    layers: [debian, { name: 'composer', packages: ['composer', 'unzip', ...phpPackages], script: 'mkdir /app', take: 'changes' }],
    config: { Cmd: ['composer'], Env: [...phpEnv, 'COMPOSER_ALLOW_SUPERUSER=1'], WorkingDir: '/app' },
  },
];

export const languageImages: readonly ImageRecipe[] = [...goImages, ...phpImages];
